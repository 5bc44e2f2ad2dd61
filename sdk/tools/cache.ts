import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The per-user cache: `$CAIRN_CACHE`, else `$XDG_CACHE_HOME/cairn`, else `~/.cache/cairn`. */
export function cacheRoot(env: Environment = process.env): string {
  if (env["CAIRN_CACHE"]) return path.resolve(env["CAIRN_CACHE"]);
  return path.join(env["XDG_CACHE_HOME"] || path.join(env["HOME"] || os.homedir(), ".cache"), "cairn");
}

/** Folder of one version of one tool; it is renamed into place whole, so that what is there is complete. */
export function toolFolder(name: string, version: string, env?: Environment): string {
  return path.join(cacheRoot(env), "tools", name, version);
}

/** The program inside {@link toolFolder}. */
export function cachedProgram(name: string, version: string, env?: Environment): string {
  return path.join(toolFolder(name, version, env), "bin", name);
}

export function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

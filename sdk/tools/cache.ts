import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The per-user cache: `$CAIRN_CACHE`, else `$XDG_CACHE_HOME/cairn`, else `~/.cache/cairn`. */
export function cacheRoot(env: Environment = process.env): string {
  if (env["CAIRN_CACHE"]) return resolve(env["CAIRN_CACHE"]);
  return join(env["XDG_CACHE_HOME"] || join(env["HOME"] || homedir(), ".cache"), "cairn");
}

/** Folder of one version of one tool; it is renamed into place whole, so that what is there is complete. */
export function toolFolder(name: string, version: string, env?: Environment): string {
  return join(cacheRoot(env), "tools", name, version);
}

/** The program inside {@link toolFolder}. */
export function cachedProgram(name: string, version: string, env?: Environment): string {
  return join(toolFolder(name, version, env), "bin", name);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

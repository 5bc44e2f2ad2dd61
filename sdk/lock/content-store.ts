import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { CairnError } from "../errors";

/** `sha256:…` */
export function sha256(bytes: string | Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/**
 * Files under the sha256 of their content: `<cacheDir>/sha256/<hex>`. Whoever reads gets exactly the bytes that the digest names, or an
 * error.
 */
export class ContentStore {
  constructor(private readonly cacheDir: string) {}

  /** Path of the content, whether it is there or not. */
  pathOf(digest: string): string {
    return path.join(this.cacheDir, "sha256", digest.replace(/^sha256:/, ""));
  }

  put(bytes: Uint8Array): string {
    const digest = sha256(bytes);
    writeWhole(this.pathOf(digest), bytes);
    return digest;
  }

  /** Whether the content is there and intact. */
  has(digest: string): boolean {
    const bytes = read(this.pathOf(digest));
    return bytes !== undefined && sha256(bytes) === digest;
  }

  /**
   * Path of the content, after checking it.
   *
   * @throws CairnError `CHART_NOT_CACHED` or `CHART_CORRUPT`
   */
  verified(digest: string, what: string): string {
    const file = this.pathOf(digest);
    const bytes = read(file);
    if (bytes === undefined)
      throw new CairnError("CHART_NOT_CACHED", `${what} (${digest}) is not in the cache ${this.cacheDir}`, {
        hint: "run `cairn lock --fetch`",
        kind: "could-not-check",
      });
    if (sha256(bytes) !== digest)
      throw new CairnError("CHART_CORRUPT", `${what} in the cache is not what the lock names: ${file}`, {
        hint: "run `cairn lock --fetch`",
      });
    return file;
  }
}

/** Writes a file so that nobody ever sees half of it. */
export function writeWhole(file: string, bytes: string | Uint8Array, mode = 0o644): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    fs.writeFileSync(temporary, bytes, { mode });
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

function read(file: string): Buffer | undefined {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

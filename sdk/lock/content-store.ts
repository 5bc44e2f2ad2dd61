import * as fs from "node:fs";
import * as path from "node:path";
import { CairnError } from "../errors";
import { writeFileAtomically } from "../files";
import { digestOf } from "../oci";

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
    const digest = digestOf(bytes);
    writeFileAtomically(this.pathOf(digest), bytes);
    return digest;
  }

  /** Whether the content is there and intact. */
  has(digest: string): boolean {
    const bytes = read(this.pathOf(digest));
    return bytes !== undefined && digestOf(bytes) === digest;
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
    if (digestOf(bytes) !== digest)
      throw new CairnError("CHART_CORRUPT", `${what} in the cache is not what the lock names: ${file}`, {
        hint: "run `cairn lock --fetch`",
      });
    return file;
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

import { closeSync, openSync, readSync } from "node:fs";

/** Far above any configuration, key or result that people write, in bytes: 16 MiB. */
const DEFAULT_LIMIT = 16 * 1024 ** 2;
const CHUNK = 64 * 1024;

/**
 * Reads text of at most `limit` bytes from a file or a pipe: a path that names a device or a huge file by mistake costs no more memory
 * than that.
 *
 * @throws Error with the reason: it cannot be read, is too large, or is not UTF-8
 */
export function readTextFile(file: string, limit = DEFAULT_LIMIT): string {
  const handle = openSync(file, "r");
  try {
    const chunks: Buffer[] = [];
    for (let length = 0; ;) {
      const chunk = Buffer.alloc(CHUNK);
      const count = readSync(handle, chunk);
      if (count === 0) return decode(Buffer.concat(chunks));
      length += count;
      if (length > limit) throw new Error(`it is larger than ${limit} bytes`);
      chunks.push(chunk.subarray(0, count));
    }
  } finally {
    closeSync(handle);
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error("it is not UTF-8 text");
  }
}

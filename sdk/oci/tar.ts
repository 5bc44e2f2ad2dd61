import { gunzipSync, gzipSync } from "node:zlib";
import { messageOf } from "../errors";
import { ociError } from "./errors";

/** Path inside an archive, with forward slashes → content. */
export type Files = Readonly<Record<string, Buffer | string>>;

/** What {@link readTar} accepts at most. Sizes in bytes. */
export interface TarLimits {
  /** Of all contents together, unpacked. @default 64 MiB */
  readonly total?: number;
  /** @default 10000 */
  readonly files?: number;
}

const DEFAULT_TOTAL = 64 * 1024 * 1024;
const DEFAULT_FILES = 10_000;
const MAX_PATH = 1024;
const BLOCK = 512;

/**
 * A tar archive, gzipped, of regular files. Equal files give equal bytes: sorted by path, mode 0644, owner 0, time 0.
 */
export async function packLayer(files: Files): Promise<Buffer> {
  return gzip(await packTar(files));
}

/** As {@link packLayer}, not compressed. */
export async function packTar(files: Files): Promise<Buffer> {
  const { pack } = await import("tar-stream");
  const archive = pack();
  const names = Object.keys(files).sort(byCodeUnit);
  checkPaths(names);
  for (const name of names) archive.entry({ name, mode: 0o644, mtime: new Date(0) }, Buffer.from(files[name] ?? ""));
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Node writes no time and no file name into the header, and the operating system's byte is set to "unknown". */
export function gzip(bytes: Buffer): Buffer {
  const zipped = gzipSync(bytes, { level: 9 });
  zipped[9] = 255;
  return zipped;
}

/**
 * Reads a tar archive, gzipped or not, that somebody else made. Regular files only: links, devices, absolute paths, `..`, backslashes, two
 * entries of one path (also when only case or Unicode form differ) and anything over the limits are refused. Nothing is written to disk.
 *
 * @throws CairnError `OCI_ARCHIVE_INVALID`
 */
export async function readTar(bytes: Buffer, limits: TarLimits = {}): Promise<ReadonlyMap<string, Buffer>> {
  const total = limits.total ?? DEFAULT_TOTAL;
  const maxFiles = limits.files ?? DEFAULT_FILES;
  // Headers and padding of the allowed number of files come on top of the contents.
  const archive = gunzipLimited(bytes, total + (maxFiles + 2) * 4096);
  const { extract } = await import("tar-stream");
  const reader = extract();
  const files = new Map<string, Buffer>();
  let size = 0;
  try {
    reader.end(archive);
    for await (const entry of reader) {
      const { name, type } = entry.header;
      const chunks: Buffer[] = [];
      for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
      if (type === "directory") continue;
      if (type !== "file")
        throw invalid(`${show(name)} is a ${type ?? "unknown entry"}; only regular files are accepted`);
      const content = Buffer.concat(chunks);
      if ((size += content.length) > total) throw invalid(`its files have more than ${total} bytes`);
      if (files.has(name)) throw invalid(`${show(name)} is in it twice`);
      if (files.size === maxFiles) throw invalid(`it has more than ${maxFiles} files`);
      files.set(name, content);
    }
  } catch (error) {
    if (error instanceof Error && error.name === "CairnError") throw error;
    throw invalid(messageOf(error), error);
  }
  if (files.size === 0) throw invalid("it has no files");
  checkPaths([...files.keys()]);
  return files;
}

/**
 * Reads what {@link packTar} wrote, at once: a Pulumi program renders while it is constructed and cannot wait. Anything else is refused.
 *
 * @throws CairnError `OCI_ARCHIVE_INVALID`
 */
export function unpackTar(archive: Buffer): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>();
  let longName: string | undefined;
  for (let at = 0; at < archive.length && archive[at] !== 0;) {
    const field = (start: number, length: number): string =>
      archive.toString("utf8", at + start, at + start + length).replace(/\0.*$/s, "");
    const size = parseInt(field(124, 12), 8);
    const content = archive.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length !== size) throw invalid("it is cut short");
    const name = longName ?? [field(345, 155), field(0, 100)].filter((part) => part !== "").join("/");
    const type = field(156, 1);
    if (type === "x") longName = /^\d+ path=(.*)$/m.exec(content.toString("utf8"))?.[1];
    else if (type !== "0") throw invalid(`${show(name)} is no regular file`);
    else {
      files.set(name, content);
      longName = undefined;
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  checkPaths([...files.keys()]);
  return files;
}

function gunzipLimited(bytes: Buffer, maxOutputLength: number): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength });
  } catch (error) {
    const isBomb = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    throw invalid(isBomb ? `it unpacks to more than ${maxOutputLength} bytes` : messageOf(error), error);
  }
}

/** Refuses paths that mean something else on another file system. */
function checkPaths(names: readonly string[]): void {
  const folded = new Map<string, string>();
  for (const name of names) {
    const problem = pathProblem(name);
    if (problem !== undefined) throw invalid(`${show(name)} ${problem}`);
    const key = name.normalize("NFC").toLowerCase();
    const twin = folded.get(key);
    if (twin !== undefined) throw invalid(`${show(name)} and ${show(twin)} are the same file on some file systems`);
    folded.set(key, name);
  }
}

/** Why a path inside an archive or a bundle is refused; `undefined` when it is a plain relative path. */
export function pathProblem(path: string): string | undefined {
  if (path === "" || path.length > MAX_PATH) return "is empty or too long";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "is absolute";
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return "has a control character or a backslash";
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) return "has an empty, . or .. component";
  if (parts.some((part) => /[. ]$/.test(part))) return "has a component that ends in a dot or a space";
  if (parts.some((part) => /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i.test(part)))
    return "is a device name on Windows";
  return undefined;
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const show = (name: string): string => JSON.stringify(name.slice(0, 200));

function invalid(why: string, cause?: unknown): Error {
  return ociError("OCI_ARCHIVE_INVALID", `the archive is refused: ${why}`, { cause });
}

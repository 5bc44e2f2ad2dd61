import { lstat, open, opendir, type FileHandle } from "node:fs/promises";
import { constants } from "node:fs";
import { join } from "node:path";
import { CairnError, messageOf } from "../errors";
import { formatReference, parseReference, pathProblem, type OciClient, type Reference } from "../oci";
import { attachedBundles, type AttachedBundle } from "../sigstore";
import { evidenceError } from "./errors";
import { ABOUT_MANIFEST, FILES, listedFiles } from "./format";
import { readPointer, type Pointer } from "./pointer";

/** Evidence as it was found: bytes that were read once, and nothing proven yet. */
export interface LoadedEvidence {
  /** For people: where it was found. */
  readonly place: string;
  /** Bytes of the artifact's manifest. */
  readonly manifest: Buffer;
  /** Path → content of every other file. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Candidates for the signature. */
  readonly bundles: readonly AttachedBundle[];
  /** Copy of the statement, when the directory has one. */
  readonly statement?: Buffer;
  readonly pointer?: Pointer;
}

const MAX_FILES = 64;
const MAX_TOTAL = 128 * 1024 * 1024;

/**
 * Finds evidence: a directory, `oci://repository@sha256:…`, or a pointer file.
 *
 * @throws CairnError `EVIDENCE_SOURCE_INVALID`, `EVIDENCE_POINTER_INVALID`, and those of the registry client; of kind `could-not-check` when
 * the registry could not be asked
 */
export async function loadEvidence(source: string, client: OciClient): Promise<LoadedEvidence> {
  if (source.startsWith("oci://")) return loadFromRegistry(parseReference(source), client);
  const found = await lstat(source).catch((cause: unknown) => {
    throw invalid(`${source} cannot be read: ${messageOf(cause)}`, cause);
  });
  if (found.isDirectory()) return loadFromDirectory(source);
  const pointer = await readPointer(source);
  const ref = { ...parseReference(pointer.evidence.repository), digest: pointer.evidence.digest };
  return { ...(await loadFromRegistry(ref, client)), pointer };
}

async function loadFromRegistry(ref: Reference, client: OciClient): Promise<LoadedEvidence> {
  const { digest } = ref;
  if (digest === undefined)
    throw invalid(`${formatReference(ref)} names no digest, and what a tag means can change`, undefined);
  const { bytes, manifest } = await client.manifest(ref);
  const files = new Map<string, Buffer>();
  let total = 0;
  for (const layer of manifest.layers ?? []) {
    const [{ path } = { path: "" }] = listedFiles({ ...manifest, layers: [layer] });
    if ((total += layer.size) > MAX_TOTAL) throw invalid(`${formatReference(ref)} has more than ${MAX_TOTAL} bytes`);
    if (files.size === MAX_FILES) throw invalid(`${formatReference(ref)} has more than ${MAX_FILES} files`);
    files.set(path, await client.blob(ref, layer));
  }
  const bundles: AttachedBundle[] = [];
  for await (const bundle of attachedBundles(client, { ...ref, digest })) bundles.push(bundle);
  return { place: formatReference(ref), manifest: bytes, files, bundles };
}

/** Reads a directory once into memory, so that what is hashed is what is read. */
export async function loadFromDirectory(directory: string): Promise<LoadedEvidence> {
  const all = new Map<string, Buffer>();
  let total = 0;
  for (const path of await listFiles(directory, "")) {
    if (all.size === MAX_FILES + ABOUT_MANIFEST.length) throw invalid(`${directory} has more than ${MAX_FILES} files`);
    const bytes = await readRegularFile(directory, path, MAX_TOTAL - total);
    total += bytes.length;
    all.set(path, bytes);
  }
  const manifest = all.get(FILES.manifest);
  if (manifest === undefined) throw invalid(`${directory} has no ${FILES.manifest}, so it is no evidence`);
  const [bundle, statement] = [all.get(FILES.bundle), all.get(FILES.statement)];
  return {
    place: directory,
    manifest,
    files: new Map([...all].filter(([path]) => !ABOUT_MANIFEST.includes(path))),
    bundles: bundle === undefined ? [] : [{ bytes: bundle }],
    ...(statement !== undefined && { statement }),
  };
}

async function listFiles(directory: string, prefix: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of await opendir(join(directory, prefix))) {
    const path = `${prefix}${entry.name}`;
    const problem = pathProblem(path);
    if (problem !== undefined) throw invalid(`${join(directory, path)} ${problem}`);
    if (entry.isDirectory() && path.split("/").length < 4) paths.push(...(await listFiles(directory, `${path}/`)));
    else if (entry.isFile()) paths.push(path);
    else throw invalid(`${join(directory, path)} is not a regular file; links and devices are refused`);
    if (paths.length > 2 * MAX_FILES) throw invalid(`${directory} has more than ${MAX_FILES} files`);
  }
  return paths.sort();
}

/** Opens without following a link, in case one took the file's place since it was listed. */
async function readRegularFile(directory: string, path: string, maxBytes: number): Promise<Buffer> {
  const file = join(directory, path);
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const { size } = await handle.stat();
    if (size > maxBytes) throw invalid(`${directory} has more than ${MAX_TOTAL} bytes`);
    return await handle.readFile();
  } catch (cause) {
    if (cause instanceof CairnError) throw cause;
    throw invalid(`${file} cannot be read: ${messageOf(cause)}`, cause);
  } finally {
    await handle?.close();
  }
}

function invalid(summary: string, cause?: unknown): Error {
  return evidenceError("EVIDENCE_SOURCE_INVALID", summary, { cause });
}

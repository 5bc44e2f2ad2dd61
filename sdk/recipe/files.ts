import { isUtf8 } from "node:buffer";
import { lstatSync, readdirSync, readFileSync, type Stats } from "node:fs";
import { join } from "node:path";
import { type Finding, messageOf } from "../errors";
import { type CatalogDocument, type ParsedCatalog } from "./catalog";
import { lazyCrypto } from "./lazy";
import { type RecipeFile } from "./types";

/** One directory of a catalogue. `label` names it in findings and traces. */
export interface CatalogLayer {
  readonly directory: string;
  readonly label: string;
  /** Its files, where they are known from an earlier time (`compiled.ts`); otherwise they are read. */
  readonly files?: readonly RawFile[];
}

/** A file of a layer, before anything is understood. */
export interface RawFile {
  /** Path inside the catalogue, with forward slashes. */
  readonly path: string;
  /** The file as the user knows it: label and path. */
  readonly file: string;
  /** Position of its directory in the list of layers; a higher one wins. */
  readonly layer: number;
  readonly source: RecipeFile;
  /** sha256 of its text and what parsing made of it, where both are known from an earlier time. */
  readonly known?: { readonly sha256: string; readonly documents: KnownDocuments };
}

/** A file may be a document of several lists: a values file may be anything. */
export type KnownDocuments = { readonly [L in keyof ParsedCatalog]?: CatalogDocument<unknown> };

export const REGISTRY = "registry.yaml";
export const THRESHOLDS = "thresholds.yaml";
export const VALIDATORS = "validators/catalog.yaml";

/** Of these every layer's own counts, by the names inside; any other file replaces one of the same path. */
const MERGED = /^(registry\.yaml|thresholds\.yaml|validators\/catalog\.yaml|(overlays|mixins)\/.*)$/;

/** Largest file that a catalogue may hold, in bytes. */
const MAX_FILE_BYTES = 10 * 1024 * 1024;
const MAX_FILES = 20_000;
/** All files of one directory together, in bytes. */
const MAX_BYTES = 100 * 1024 * 1024;

export const EVIDENCE = "evidence";

/** What a catalogue consists of. Anything else in the directory (charts, notes) is left alone. */
const FOLDERS: readonly string[] = ["overlays", "mixins", "components", "checks", "validators", EVIDENCE];
const ENTRIES = [REGISTRY, THRESHOLDS, ...FOLDERS];

const DECODER = new TextDecoder();

/** Reads the layers and lets later ones replace files of earlier ones by path. Sorted by layer, then path. */
export function readLayers(layers: readonly CatalogLayer[], findings: Finding[]): readonly RawFile[] {
  const byPath = new Map<string, RawFile>();
  layers.forEach((layer, index) => {
    for (const file of layer.files ?? readLayer(layer, index, findings)) {
      byPath.set(MERGED.test(file.path) ? `${file.path} ${index}` : file.path, file);
    }
  });
  return [...byPath.values()].sort((a, b) => a.layer - b.layer || (a.path < b.path ? -1 : 1));
}

/** Identifies the content of a catalogue: paths, layers and bytes, nothing else. */
export function contentDigest(files: readonly RawFile[]): string {
  const hash = lazyCrypto().createHash("sha256");
  for (const { path, layer, source, known } of files)
    hash.update(`${path}\0${layer}\0${known?.sha256 ?? textDigest(source.content)}\n`);
  return `sha256:${hash.digest("hex")}`;
}

export function textDigest(text: string): string {
  return lazyCrypto().createHash("sha256").update(text).digest("hex");
}

/** A path of a layer as the user knows it. */
export const labelOf = ({ label }: CatalogLayer, path: string): string => (path === "" ? label : `${label}/${path}`);

function readLayer(layer: CatalogLayer, index: number, findings: Finding[]): RawFile[] {
  const files: RawFile[] = [];
  let bytes = 0;
  const report = (path: string, message: string, place: Pick<Finding, "line" | "column"> = {}): void => {
    findings.push({ file: labelOf(layer, path), ...place, message });
  };
  const isFull = (): boolean => files.length > MAX_FILES || bytes > MAX_BYTES;

  const read = (path: string, { size }: Stats): void => {
    if (size > MAX_FILE_BYTES) return report(path, `is ${size} bytes; the limit is ${MAX_FILE_BYTES}`);
    bytes += size;
    if (bytes > MAX_BYTES) return report("", `holds more than ${MAX_BYTES} bytes`);
    const content = readFileSync(join(layer.directory, path));
    if (!isUtf8(content)) return report(path, "is not valid UTF-8", firstNotUtf8(content));
    const source = { path, content: DECODER.decode(content) };
    files.push({ path, file: labelOf(layer, path), layer: index, source });
    if (files.length > MAX_FILES) report("", `holds more than ${MAX_FILES} files`);
  };
  const list = (path: string): readonly string[] => readdirSync(join(layer.directory, path)).sort();
  const visit = (path: string): void => {
    if (isFull()) return;
    try {
      const stat = lstatSync(join(layer.directory, path));
      if (stat.isSymbolicLink()) report(path, "is a symbolic link; a catalogue holds plain files only");
      else if (stat.isFile() && FOLDERS.includes(path)) report(path, "is a file; a folder is meant");
      else if (stat.isFile() && isMisnamed(path)) report(path, "is not read: documents end in .yaml or .yml");
      else if (stat.isFile()) read(path, stat);
      else if (!stat.isDirectory()) report(path, "is not a plain file");
      else if (/\.ya?ml$/.test(path)) report(path, "is a folder; a file is meant");
      // AICR keeps its own pointers there, by recipe and signer.
      else if (path.startsWith(`${EVIDENCE}/`)) return;
      else for (const name of list(path)) if (!name.startsWith(".")) visit(`${path}/${name}`);
    } catch (error) {
      report(path, `cannot be read: ${messageOf(error)}`);
    }
  };

  try {
    const present = new Set(list(""));
    const found = ENTRIES.filter((entry) => present.has(entry));
    if (found.length === 0) report("", `is no catalogue: it has none of ${ENTRIES.join(", ")}`);
    for (const entry of found) visit(entry);
  } catch (error) {
    report("", `cannot be read: ${messageOf(error)}`);
  }
  return files;
}

/** What somebody meant to be a document and would wonder where it is. */
const isMisnamed = (path: string): boolean =>
  /^(overlays|mixins)\/.*\.(ya?ml|json)$/i.test(path) && !/\.ya?ml$/.test(path);

/** The place of the first byte that is not UTF-8: up to there a lenient reader gives the same bytes again. */
function firstNotUtf8(bytes: Buffer): { readonly line: number; readonly column: number } {
  const lenient = Buffer.from(bytes.toString("utf8"));
  const end = bytes.findIndex((byte, i) => byte !== lenient[i]);
  // As a stream, so that a character that has only begun does not count.
  const before = new TextDecoder().decode(bytes.subarray(0, end < 0 ? bytes.length : end), { stream: true });
  return { line: before.split("\n").length, column: before.length - before.lastIndexOf("\n") };
}

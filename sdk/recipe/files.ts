import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Finding, messageOf } from "../errors";

/** One directory of a catalogue. `label` names it in findings and traces. */
export interface CatalogLayer {
  readonly directory: string;
  readonly label: string;
}

/** A file as read, before anything is understood. */
export interface RawFile {
  /** Path inside the catalogue, with forward slashes. */
  readonly path: string;
  /** The file as the user knows it: label and path. */
  readonly file: string;
  /** Position of its directory in the list of layers; a higher one wins. */
  readonly layer: number;
  readonly text: string;
}

export const REGISTRY = "registry.yaml";
export const THRESHOLDS = "thresholds.yaml";
export const VALIDATORS = "validators/catalog.yaml";

/** Of these every layer's own counts; any other file replaces one of the same path. */
const MERGED: ReadonlySet<string> = new Set([REGISTRY, THRESHOLDS, VALIDATORS]);

/** Largest file that a catalogue may hold, in bytes. */
const MAX_FILE_BYTES = 10 * 1024 * 1024;
const MAX_FILES = 20_000;

/** What a catalogue consists of. Anything else in the directory (charts, evidence, notes) is left alone. */
const ENTRIES = [REGISTRY, THRESHOLDS, "overlays", "mixins", "components", "checks", "validators"];

/** Reads the layers and lets later ones replace files of earlier ones by path. Sorted by layer, then path. */
export function readLayers(layers: readonly CatalogLayer[], findings: Finding[]): readonly RawFile[] {
  const byPath = new Map<string, RawFile>();
  layers.forEach((layer, index) => {
    for (const file of readLayer(layer, index, findings)) {
      byPath.set(MERGED.has(file.path) ? `${file.path} ${index}` : file.path, file);
    }
  });
  return [...byPath.values()].sort((a, b) => a.layer - b.layer || (a.path < b.path ? -1 : 1));
}

/** Identifies the content of a catalogue: paths, layers and bytes, nothing else. */
export function contentDigest(files: readonly RawFile[]): string {
  const hash = createHash("sha256");
  for (const { path, layer, text } of files) {
    hash.update(`${path}\0${layer}\0${Buffer.byteLength(text)}\0`).update(text);
  }
  return `sha256:${hash.digest("hex")}`;
}

function readLayer(layer: CatalogLayer, index: number, findings: Finding[]): RawFile[] {
  const files: RawFile[] = [];
  const report = (path: string, message: string): void => {
    findings.push({ file: path === "" ? layer.label : `${layer.label}/${path}`, message });
  };

  const visit = (path: string): void => {
    if (files.length >= MAX_FILES) return;
    const absolute = join(layer.directory, path);
    const stat = lstatSync(absolute);
    if (stat.isSymbolicLink()) return report(path, "is a symbolic link; a catalogue holds plain files only");
    if (stat.isDirectory()) {
      for (const name of readdirSync(absolute).sort()) if (!name.startsWith(".")) visit(`${path}/${name}`);
      return;
    }
    if (!stat.isFile()) return report(path, "is not a plain file");
    if (stat.size > MAX_FILE_BYTES) return report(path, `is ${stat.size} bytes; the limit is ${MAX_FILE_BYTES}`);
    const text = decode(readFileSync(absolute));
    if (text === undefined) return report(path, "is not valid UTF-8");
    files.push({ path, file: `${layer.label}/${path}`, layer: index, text });
    if (files.length === MAX_FILES) report("", `holds more than ${MAX_FILES} files`);
  };

  try {
    const present = new Set(readdirSync(layer.directory));
    for (const entry of ENTRIES) if (present.has(entry)) visit(entry);
  } catch (error) {
    report("", `cannot be read: ${messageOf(error)}`);
  }
  return files;
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type JsonValue } from "../json";
import { type Catalog, type CatalogDocument, deepFreeze, indexCatalog, type ParsedCatalog } from "./catalog";
import { type CatalogLayer } from "./files";
import { type Places } from "./path";
import { type RecipeFile } from "./types";

/**
 * A catalogue as the build leaves it, so that `cairn recipe` reads one file in place of hundreds and loads no parser. What one recipe needs
 * little of, such as places and manifests, is JSON within JSON, or left on disk: it is read when somebody asks.
 */
export interface CompiledCatalog {
  /** Everything that was read, folders included. */
  readonly stamps: readonly Stamp[];
  readonly digest: string;
  /** Path inside the catalogue, and the file as the user knows it. */
  readonly files: readonly (readonly [path: string, file: string])[];
  readonly documents: { readonly [L in Lists]: readonly Packed[] };
  readonly material: Readonly<Record<string, string>>;
}

/** A folder's size says nothing. */
type Stamp = readonly [path: string, modified: number, size: number];

type Lists = Exclude<keyof ParsedCatalog, "material">;

type Packed = Omit<CatalogDocument<unknown>, "places"> & { readonly places: string };

/** @param folders - Paths of all folders below the layer that were looked into. */
export function pack(
  layer: CatalogLayer,
  digest: string,
  files: CompiledCatalog["files"],
  folders: readonly string[],
  { material, ...lists }: ParsedCatalog,
): CompiledCatalog {
  const packed = Object.entries(lists).map(([list, documents]) => [
    list,
    documents.map((document) => ({ ...document, places: JSON.stringify(document.places) })),
  ]);
  return {
    stamps: [...folders, ...files.map(([path]) => path)].map((path) => stampOf(layer, path)),
    digest,
    files,
    documents: Object.fromEntries(packed) as CompiledCatalog["documents"],
    material: Object.fromEntries(Object.entries(material).map(([path, value]) => [path, JSON.stringify(value)])),
  };
}

/** The catalogue, if there is a compiled one and it still counts. */
export function readCompiled(
  source: string,
  layer: CatalogLayer & { readonly isPackage: boolean },
): Catalog | undefined {
  if (!existsSync(source)) return undefined;
  const compiled = JSON.parse(readFileSync(source, "utf8")) as CompiledCatalog;
  // Nobody edits an installed package, and npm gives its files times of its own.
  if (!layer.isPackage && !compiled.stamps.every((stamp) => isSame(stamp, stampOf(layer, stamp[0])))) return undefined;
  const { digest, documents, material } = compiled;
  const opened = Object.entries(documents).map(([list, packed]) => [
    list,
    packed.map((document) => ({ ...document, places: lazily<Places>(document.places) })),
  ]);
  return indexCatalog({
    digest,
    files: compiled.files.map(([path, file]) => ({ file, content: fileOnDisk(layer, path) })),
    parsed: Object.fromEntries(opened) as Omit<ParsedCatalog, "material">,
    material: Object.entries(material).map(([path, json]) => [path, lazily<JsonValue>(json)]),
  });
}

function stampOf({ directory }: CatalogLayer, path: string): Stamp {
  const stat = statSync(join(directory, path), { throwIfNoEntry: false });
  return [path, stat?.mtimeMs ?? 0, stat?.isFile() ? stat.size : 0];
}

const isSame = (a: Stamp, b: Stamp): boolean => a[1] === b[1] && a[2] === b[2];

function fileOnDisk({ directory }: CatalogLayer, path: string): RecipeFile {
  let content: string | undefined;
  return Object.freeze({
    path,
    get content() {
      return (content ??= readFileSync(join(directory, path), "utf8"));
    },
  });
}

function lazily<Value>(json: string): () => Value {
  let value: Value | undefined;
  return () => {
    if (value === undefined) {
      value = JSON.parse(json) as Value;
      deepFreeze(value);
    }
    return value;
  };
}

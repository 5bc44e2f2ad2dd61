import { existsSync, readFileSync, statSync } from "node:fs";
import { type JsonObject } from "../json";
import { type Catalog, type CatalogDocument, indexCatalog, type ParsedCatalog } from "./catalog";
import { type CatalogLayer, type KnownDocuments, type RawFile } from "./files";
import { rememberMaterial } from "./material";
import { type Places } from "./path";
import { type RecipeFile } from "./types";

/**
 * A catalogue as the build leaves it, so that `cairn recipe` reads a few files in place of hundreds and loads no parser. What a recipe
 * seldom needs stands in files of its own, which are read when somebody asks: the places of documents, what manifests say, and what
 * identifies each file when folders are laid on the catalogue.
 */
export interface CompiledCatalog {
  readonly main: {
    /** Everything that was read, folders included. */
    readonly stamps: readonly Stamp[];
    readonly digest: string;
    /** Path inside the catalogue, and the file as the user knows it. */
    readonly files: readonly (readonly [path: string, file: string])[];
    readonly documents: { readonly [L in Lists]: readonly Omit<CatalogDocument<unknown>, "places">[] };
    /** Files of which is known what they say. */
    readonly known: readonly string[];
  };
  readonly places: { readonly [L in Lists]: readonly Places[] };
  readonly material: JsonObject;
  /** sha256 of each file's text, by path. */
  readonly digests: Readonly<Record<string, string>>;
}

type Part = keyof CompiledCatalog;

/** A folder's size says nothing. */
type Stamp = readonly [path: string, modified: number, size: number];

type Lists = keyof ParsedCatalog;

/** The file of a part: `builtin.json`, `builtin.places.json`, … */
export function partFile(target: string, part: Part): string {
  return part === "main" ? target : target.replace(/\.json$/, `.${part}.json`);
}

/** @param folders - Paths of all folders below the layer that were looked into. */
export function pack(
  layer: CatalogLayer,
  { digest, labels }: Catalog,
  folders: readonly string[],
  lists: ParsedCatalog,
  { material, digests }: Pick<CompiledCatalog, "material" | "digests">,
): CompiledCatalog {
  const files = [...labels];
  const each = <Value>(
    of: (document: CatalogDocument<unknown>) => Value,
  ): { readonly [L in Lists]: readonly Value[] } =>
    Object.fromEntries(Object.entries(lists).map(([list, documents]) => [list, documents.map(of)])) as never;
  return {
    main: {
      stamps: [...folders, ...files.map(([path]) => path)].map((path) => stampOf(layer, path)),
      digest,
      files,
      documents: each(({ places: _elsewhere, ...document }) => document),
      known: Object.keys(material),
    },
    places: each(({ places }) => places as Places),
    material,
    digests,
  };
}

/** What the layer of the catalogue is read from, and whether files may have changed since the build. */
export interface BuiltLayer extends CatalogLayer {
  /** Nobody edits an installed package, and npm gives its files times of its own. */
  readonly isPackage: boolean;
}

/**
 * The catalogue, if there is a compiled one and it still counts. It is not frozen, which would take as long as reading it; what a recipe
 * takes from it is frozen with the recipe.
 */
export function readCompiled(target: string, layer: BuiltLayer): Catalog | undefined {
  const compiled = open(target, layer);
  return compiled && indexCatalog(compiled);
}

/** The same as a layer to lay others on. */
export function compiledLayer(target: string, layer: BuiltLayer): CatalogLayer | undefined {
  const compiled = open(target, layer);
  if (compiled === undefined) return undefined;
  const documents = new Map<string, KnownDocuments>();
  for (const [list, parsed] of Object.entries(compiled.parsed))
    for (const document of parsed) documents.set(document.path, { ...documents.get(document.path), [list]: document });
  const digests = readPart(target, "digests");
  const files = compiled.files.map(({ file, source }): RawFile => {
    const known = { sha256: digests[source.path] ?? "", documents: documents.get(source.path) ?? {} };
    return { path: source.path, file, layer: 0, source, known };
  });
  return { ...layer, files };
}

function open(target: string, layer: BuiltLayer) {
  if (!existsSync(target)) return undefined;
  const { stamps, digest, files, documents, known } = readPart(target, "main");
  if (!layer.isPackage && !stamps.every((stamp) => isSame(stamp, stampOf(layer, stamp[0])))) return undefined;
  const places = lazily(() => readPart(target, "places"));
  const material = lazily(() => readPart(target, "material"));
  const parsed = Object.entries(documents).map(([list, packed]) => [
    list,
    packed.map((document, i) => ({ ...document, places: () => places()[list as Lists][i] ?? {} })),
  ]);
  const isKnown = new Set(known);
  const sources = files.map(([path, file]) => {
    const source = fileOnDisk(layer, path);
    if (isKnown.has(path)) rememberMaterial(source, () => material()[path] ?? null);
    return { file, source };
  });
  return { digest, files: sources, parsed: Object.fromEntries(parsed) as unknown as ParsedCatalog };
}

function readPart<P extends Part>(target: string, part: P): CompiledCatalog[P] {
  return JSON.parse(readFileSync(partFile(target, part), "utf8")) as CompiledCatalog[P];
}

function stampOf({ directory }: CatalogLayer, path: string): Stamp {
  const stat = statSync(`${directory}/${path}`, { throwIfNoEntry: false });
  return [path, stat?.mtimeMs ?? 0, stat?.isFile() ? stat.size : 0];
}

const isSame = (a: Stamp, b: Stamp): boolean => a[1] === b[1] && a[2] === b[2];

function fileOnDisk({ directory }: CatalogLayer, path: string): RecipeFile {
  const read = lazily(() => readFileSync(`${directory}/${path}`, "utf8"));
  return Object.freeze({
    path,
    get content() {
      return read();
    },
  });
}

function lazily<Value>(make: () => Value): () => Value {
  let value: Value | undefined;
  return () => (value ??= make());
}

import { existsSync, readFileSync, statSync } from "node:fs";
import { type JsonObject } from "../json";
import { type Catalog, type CatalogDocument, indexDocuments, type ParsedCatalog } from "./catalog";
import { type CatalogLayer, type KnownDocuments, labelOf, type RawFile } from "./files";
import { rememberMaterial } from "./material";
import { LazyMap, lazily } from "./on-demand";
import { allPlaces, type Places } from "./path";
import { type Criteria, DIMENSIONS, type RecipeFile } from "./types";

/**
 * A catalogue as the build leaves it, so that `cairn recipe` reads a few files in place of hundreds and loads no parser. What a recipe
 * seldom needs stands in files of its own, which are read when somebody asks: the places of documents, what manifests say, and what
 * identifies each file when folders are laid on the catalogue.
 */
export interface CompiledCatalog {
  readonly main: {
    readonly digest: string;
    /** Everything that was looked into: who adds or removes a file changes its folder. */
    readonly folders: readonly Stamp[];
    readonly files: readonly Stamp[];
    readonly documents: { readonly [L in Lists]: readonly Pick<CatalogDocument<unknown>, "path" | "value">[] };
  };
  readonly places: { readonly [L in Lists]: readonly Places[] };
  readonly material: JsonObject;
  /** sha256 of each file's text, by path. */
  readonly digests: Readonly<Record<string, string>>;
  /** Digests of the recipes for everything that is covered, by `criteriaKey`: printing one needs no cryptography, which loads for 6 ms. */
  readonly recipes: Readonly<Record<string, string>>;
}

type Part = keyof CompiledCatalog;

/** Whole milliseconds; a folder's size says nothing. */
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
  { material, digests, recipes }: Pick<CompiledCatalog, "material" | "digests" | "recipes">,
): CompiledCatalog {
  const each = <Value>(
    of: (document: CatalogDocument<unknown>) => Value,
  ): { readonly [L in Lists]: readonly Value[] } =>
    Object.fromEntries(Object.entries(lists).map(([list, documents]) => [list, documents.map(of)])) as never;
  return {
    main: {
      digest,
      folders: folders.map((path) => stampOf(layer, path)),
      files: [...labels.keys()].map((path) => stampOf(layer, path)),
      documents: each(({ path, value }) => ({ path, value })),
    },
    places: each(({ places }) => allPlaces(places)),
    material,
    digests,
    recipes,
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
  if (compiled === undefined) return undefined;
  const { digest, paths, sourceOf, parsed } = compiled;
  const recipes = lazily(() => readPart(target, "recipes"));
  return {
    ...indexDocuments(parsed),
    digest,
    files: new LazyMap(paths, sourceOf),
    labels: new LazyMap(paths, (path) => labelOf(layer, path)),
    digestOf: (criteria) => recipes()[criteriaKey(criteria)],
  };
}

/** The same as a layer to lay others on. */
export function compiledLayer(target: string, layer: BuiltLayer): CatalogLayer | undefined {
  const compiled = open(target, layer);
  if (compiled === undefined) return undefined;
  const documents = new Map<string, KnownDocuments>();
  for (const [list, parsed] of Object.entries(compiled.parsed))
    for (const document of parsed) documents.set(document.path, { ...documents.get(document.path), [list]: document });
  const digests = readPart(target, "digests");
  const files = compiled.paths.map((path): RawFile => {
    const known = { sha256: digests[path] ?? "", documents: documents.get(path) ?? {} };
    return { path, file: labelOf(layer, path), layer: 0, source: compiled.sourceOf(path), known };
  });
  return { ...layer, files };
}

function open(target: string, layer: BuiltLayer) {
  if (!existsSync(target)) return undefined;
  const { digest, folders, files, documents } = readPart(target, "main");
  const isUnchanged = (stamp: Stamp): boolean => isSame(stamp, stampOf(layer, stamp[0]));
  if (!layer.isPackage && !(folders.every(isUnchanged) && files.every(isUnchanged))) return undefined;
  const places = lazily(() => readPart(target, "places"));
  const parsed = Object.entries(documents).map(([list, packed]) => [
    list,
    packed.map(({ path, value }, i) => {
      const placesOf = (): Places => places()[list as Lists][i] ?? {};
      return { file: labelOf(layer, path), path, layer: 0, places: placesOf, value };
    }),
  ]);
  const material = lazily(() => readPart(target, "material"));
  const sourceOf = (path: string): RecipeFile => {
    const source = fileOnDisk(layer, path);
    rememberMaterial(source, () => material()[path]);
    return source;
  };
  const paths = files.map(([path]) => path);
  return { digest, paths, sourceOf, parsed: Object.fromEntries(parsed) as unknown as ParsedCatalog };
}

/** Criteria as a name; of a number of nodes nothing is kept. */
export const criteriaKey = (criteria: Criteria): string =>
  criteria.nodes > 0 ? "" : DIMENSIONS.map((dimension) => criteria[dimension]).join(" ");

function readPart<P extends Part>(target: string, part: P): CompiledCatalog[P] {
  return JSON.parse(readFileSync(partFile(target, part), "utf8")) as CompiledCatalog[P];
}

function stampOf({ directory }: CatalogLayer, path: string): Stamp {
  const stat = statSync(`${directory}/${path}`, { throwIfNoEntry: false });
  return [path, Math.trunc(stat?.mtimeMs ?? 0), stat?.isFile() ? stat.size : 0];
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

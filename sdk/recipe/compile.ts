/*
 * Build step: keeps the built-in catalogue in parsed form beside the compiled code, so that `cairn recipe` need not load what parses.
 * Run as `npm run build:catalog`. Without it, or after a change to `recipes/`, everything works, 100 ms slower.
 */
import { writeFileSync } from "node:fs";
import { posix } from "node:path";
import { type JsonObject } from "../json";
import { builtinLayer, COMPILED } from "./builtin";
import { type Catalog, type ParsedCatalog, parseFresh, readCatalog } from "./catalog";
import { criteriaKey, pack, partFile } from "./compiled";
import { coveredCriteria } from "./coverage";
import { recipeDigest } from "./digest";
import { type CatalogLayer, textDigest } from "./files";
import { materialOf } from "./material";
import { resolve } from "./resolve";
import { type Criteria } from "./types";

/**
 * Writes the compiled form of a catalogue.
 *
 * @param coveredBy - For which criteria the digests of recipes are worked out.
 */
export function compileCatalog(layer: CatalogLayer, target: string, coveredBy = coveredCriteria): void {
  let parsed: ParsedCatalog | undefined;
  const catalog = readCatalog([layer], (...args) => (parsed = parseFresh(...args)));
  if (parsed === undefined) throw new Error("nothing was parsed");
  const files = [...catalog.files.values()];
  const digests = Object.fromEntries(files.map(({ path, content }) => [path, textDigest(content)]));
  const folders = foldersOf([...catalog.files.keys()]);
  const known = { material: materialIn(catalog), digests, recipes: recipesFor(coveredBy(catalog), catalog) };
  const parts = pack(layer, catalog, folders, parsed, known);
  for (const part of ["places", "material", "digests", "recipes", "main"] as const)
    writeFileSync(partFile(target, part), JSON.stringify(parts[part]));
}

function recipesFor(all: readonly Criteria[], catalog: Catalog): Readonly<Record<string, string>> {
  return Object.fromEntries(
    all.map((criteria) => [criteriaKey(criteria), recipeDigest(resolve(catalog, criteria).recipe)]),
  );
}

/** What manifests and readiness gates say. */
function materialIn({ files, values }: Catalog): JsonObject {
  const manifests = [...files.values()].filter(({ path }) => path.startsWith("components/") && !values.has(path));
  return Object.fromEntries(manifests.map((file) => [file.path, materialOf(file)]));
}

/** Every folder on the way to a file: a file that is added or removed changes its time. */
function foldersOf(files: readonly string[]): readonly string[] {
  const folders = new Set(["."]);
  for (const file of files)
    for (let folder = posix.dirname(file); folder !== "."; folder = posix.dirname(folder)) folders.add(folder);
  return [...folders];
}

if (require.main === module) compileCatalog(builtinLayer(), COMPILED);

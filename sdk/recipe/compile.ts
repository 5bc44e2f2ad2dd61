/*
 * Build step: keeps the built-in catalogue in parsed form beside the compiled code, so that `cairn recipe` need not load zod and yaml.
 * Run as `npm run build:catalog`. Without it, or after a change to `recipes/`, everything works, 100 ms slower.
 */
import { writeFileSync } from "node:fs";
import { posix } from "node:path";
import { builtinLayer, COMPILED } from "./builtin";
import { parseFresh, type Parser, readCatalog } from "./catalog";
import { pack, partFile } from "./compiled";
import { type CatalogLayer } from "./files";

/** Writes the compiled form of a catalogue. */
export function compileCatalog(layer: CatalogLayer, target: string): void {
  const parseAndKeep: Parser = (files, digest, findings) => {
    const parsed = parseFresh(files, digest, findings);
    const named = files.map(({ path, file }) => [path, file] as const);
    const parts = pack(layer, digest, named, foldersOf(named.map(([path]) => path)), parsed);
    for (const part of ["places", "material", "main"] as const)
      writeFileSync(partFile(target, part), JSON.stringify(parts[part]));
    return parsed;
  };
  readCatalog([layer], parseAndKeep);
}

/** Every folder on the way to a file: a file that is added or removed changes its time. */
function foldersOf(files: readonly string[]): readonly string[] {
  const folders = new Set(["."]);
  for (const file of files)
    for (let folder = posix.dirname(file); folder !== "."; folder = posix.dirname(folder)) folders.add(folder);
  return [...folders];
}

if (require.main === module) compileCatalog(builtinLayer(), COMPILED);

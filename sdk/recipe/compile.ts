/*
 * Build step: keeps the built-in catalogue in parsed form beside the compiled code, so that `cairn recipe` need not load zod and yaml.
 * Run as `npm run build:catalog`. Without it, or after a change to `recipes/`, everything works, 100 ms slower.
 */
import { writeFileSync } from "node:fs";
import { builtinLayer, COMPILED, type CompiledCatalog } from "./builtin";
import { parseFresh, type Parser, readCatalog } from "./catalog";
import { type CatalogLayer } from "./files";

/** Writes the parsed form of a catalogue. */
export function compileCatalog(layer: CatalogLayer, target: string): void {
  const parseAndKeep: Parser = (files, digest, findings) => {
    const parsed = parseFresh(files, digest, findings);
    const compiled: CompiledCatalog = { digest, parsed };
    writeFileSync(target, JSON.stringify(compiled));
    return parsed;
  };
  readCatalog([layer], parseAndKeep);
}

if (require.main === module) compileCatalog(builtinLayer(), COMPILED);

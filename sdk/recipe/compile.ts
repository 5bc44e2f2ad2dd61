/*
 * Build step: keeps the built-in catalogue in parsed form beside the compiled code, so that `cairn recipe` need not load zod and yaml.
 * Run as `npm run build:catalog`. Without it, or after a change to `recipes/`, everything works, 100 ms slower.
 */
import { writeFileSync } from "node:fs";
import { builtinLayer, COMPILED, type CompiledCatalog } from "./builtin";
import { parseFresh, type Parser, readCatalog } from "./catalog";

const parseAndKeep: Parser = (files, digest, findings) => {
  const parsed = parseFresh(files, digest, findings);
  const compiled: CompiledCatalog = { digest, parsed };
  writeFileSync(COMPILED, JSON.stringify(compiled));
  return parsed;
};

readCatalog([builtinLayer()], parseAndKeep);

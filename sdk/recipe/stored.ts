import { createRequire } from "node:module";
import type * as ParseStored from "./parse-stored";
import { type Recipe } from "./types";

/**
 * Reads a recipe that was stored as JSON or YAML, as `cairn recipe --output json` prints it.
 *
 * @param file - Where the text is from, for messages.
 * @throws CairnError `RECIPE_FILE_INVALID` with every finding and its place.
 * @example
 * const recipe = parseRecipe(readFileSync("recipe.json", "utf8"), "recipe.json");
 */
export function parseRecipe(source: string, file: string): Recipe {
  // As for catalogues: zod and yaml are loaded only when something has to be parsed.
  const { parseStored } = createRequire(__filename)("./parse-stored") as typeof ParseStored;
  return parseStored(source, file);
}

import { lazyParseStored } from "./lazy";
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
  return lazyParseStored().parseStored(source, file);
}

import { existsSync } from "node:fs";
import { join, resolve as resolvePath } from "node:path";
import { readLock, requireFresh, type Lock } from "../lock";
import { DIMENSIONS, resolve, type Recipe } from "../recipe";
import { type World } from "./cli";
import { catalogOf, resolutionOf } from "./inputs";
import { type RecipeSelection } from "./options";

export const LOCK_FILE = "cairn.lock.yaml";

/** The lock, when there is one. */
export const existingLock = (file: string): Lock | undefined => (existsSync(file) ? readLock(file) : undefined);

const SELECTING = [
  ...DIMENSIONS,
  "nodes",
  "snapshot",
  "region",
  "profile",
  "set",
  "setJson",
  "setFile",
  "dynamic",
] as const;

/** The recipe that the command line asks for; when it names neither criteria nor choices, the one that was locked. */
export async function recipeFor(options: RecipeSelection, locked: Lock | undefined, world: World): Promise<Recipe> {
  if (locked === undefined || SELECTING.some((name) => options[name] !== undefined))
    return (await resolutionOf(options, world)).recipe;
  const { criteria, choices } = locked.recipe;
  return resolve(catalogOf(options, world), criteria, choices).recipe;
}

/**
 * The recipe of the lock in a directory, and the images it pins.
 *
 * @throws CairnError `LOCK_MISSING`, `LOCK_INVALID`, or `LOCK_STALE` when the catalogue has moved away from it
 */
export async function lockedRecipeOf(
  options: RecipeSelection & { readonly cwd: string },
  world: World,
): Promise<{ readonly recipe: Recipe; readonly images: Readonly<Record<string, string>> }> {
  const lock = readLock(join(resolvePath(world.cwd, options.cwd), LOCK_FILE));
  const recipe = await recipeFor(options, lock, world);
  const { images } = requireFresh(lock, recipe);
  return { recipe, images: Object.fromEntries(images.map(({ reference, digest }) => [reference, digest])) };
}

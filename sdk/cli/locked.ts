import { existsSync } from "node:fs";
import { join, resolve as resolvePath } from "node:path";
import { readLock, requireFresh, type Lock } from "../lock";
import { DIMENSIONS, type Recipe } from "../recipe";
import { type World } from "./cli";
import { resolutionOf } from "./inputs";
import { type CatalogOptions, type CriteriaOptions } from "./options";

export const LOCK_FILE = "cairn.lock.yaml";

/** The lock, when there is one. */
export const existingLock = (file: string): Lock | undefined => (existsSync(file) ? readLock(file) : undefined);

/** The recipe that the command line asks for; when it names no criteria, the one that was locked. */
export function recipeFor(options: CatalogOptions & CriteriaOptions, locked: Lock | undefined, world: World): Recipe {
  const asked = [...DIMENSIONS, "nodes" as const].some((name) => options[name] !== undefined);
  return resolutionOf(asked || !locked ? options : { ...options, ...locked.recipe.criteria }, world).recipe;
}

/**
 * The recipe of the lock in a directory, and the images it pins.
 *
 * @throws CairnError `LOCK_MISSING`, `LOCK_INVALID`, or `LOCK_STALE` when the catalogue has moved away from it
 */
export function lockedRecipeOf(
  options: CatalogOptions & CriteriaOptions & { readonly cwd: string },
  world: World,
): { readonly recipe: Recipe; readonly images: Readonly<Record<string, string>> } {
  const lock = readLock(join(resolvePath(world.cwd, options.cwd), LOCK_FILE));
  const recipe = recipeFor(options, lock, world);
  const { images } = requireFresh(lock, recipe);
  return { recipe, images: Object.fromEntries(images.map(({ reference, digest }) => [reference, digest])) };
}

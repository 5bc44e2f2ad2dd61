import {
  builtinCatalog,
  type Criteria,
  type Dimension,
  DIMENSIONS,
  type Recipe,
  recipeDigest,
  type Resolution,
  resolve,
} from ".";
import { matches } from "./criteria";
import { type JsonValue } from "../json";
import { parsePath } from "./path";
import { valueAt } from "./values";

/** Criteria of every overlay of the built-in catalogue that is selected by itself. */
export function overlayCriteria(): readonly Criteria[] {
  return [...builtinCatalog().overlays.values()].flatMap(({ criteria }) => criteria ?? []);
}

/** Every query that the criteria of the built-in catalogue cover: each dimension that is stated is named by an overlay that matches. */
export function coordinates(): readonly Criteria[] {
  found ??= queries().filter((query) => {
    const laid = overlayCriteria().filter((criteria) => matches(criteria, query));
    return DIMENSIONS.every(
      (dimension) => query[dimension] === "any" || laid.some((one) => one[dimension] === query[dimension]),
    );
  });
  return found;
}
let found: readonly Criteria[] | undefined;

/** All combinations of the values that the catalogue knows, open ones included. */
export function queries(): readonly Criteria[] {
  const criteria = overlayCriteria();
  const open: Criteria = { service: "any", accelerator: "any", intent: "any", os: "any", platform: "any", nodes: 0 };
  return DIMENSIONS.reduce<readonly Criteria[]>(
    (queries, dimension) => {
      const values = [...new Set(["any", ...criteria.map((one) => one[dimension])])];
      return queries.flatMap((query) => values.map((value) => ({ ...query, [dimension]: value })));
    },
    [open],
  );
}

/** Coordinates on a cloud, as opposed to this machine or to nothing in particular. */
export function cloudCoordinates(): readonly Criteria[] {
  return coordinates().filter(({ service }) => !["any", "local"].includes(service));
}

/** Resolved once for each choice; without one, with the default of each profile. */
export function resolutionFor(criteria: Criteria, profiles: Readonly<Record<string, string>> = {}): Resolution {
  const key = JSON.stringify([criteria, profiles]);
  const resolution = resolutions.get(key) ?? resolve(builtinCatalog(), criteria, { profiles });
  resolutions.set(key, resolution);
  return resolution;
}
const resolutions = new Map<string, Resolution>();

export function recipeFor(criteria: Criteria, profiles?: Readonly<Record<string, string>>): Recipe {
  return resolutionFor(criteria, profiles).recipe;
}

export function digestFor(criteria: Criteria): string {
  const recipe = recipeFor(criteria);
  const digest = digests.get(recipe) ?? recipeDigest(recipe);
  digests.set(recipe, digest);
  return digest;
}
const digests = new Map<Recipe, string>();

/** `h100-eks-ubuntu-training-kubeflow`: as overlays are named. */
export function nameOf(criteria: { readonly [D in Dimension]: string }): string {
  const { accelerator, service, os, intent, platform } = criteria;
  return [accelerator, service, os, intent, platform].filter((value) => value !== "any").join("-");
}

/** A value of a component, such as `gpu-operator` `driver.enabled`. */
export function componentValue(recipe: Recipe, component: string, path: string): JsonValue | undefined {
  const ref = recipe.componentRefs.find(({ name }) => name === component);
  return ref === undefined ? undefined : valueAt(ref.values, parsePath(path) ?? []);
}

import { isDeepStrictEqual } from "node:util";
import { isMap, type JsonObject, type JsonValue } from "../json";
import { formatPath, type Path } from "./path";
import { type Recipe, type RecipeFile } from "./types";

/** One difference between two recipes, at a path such as `components.gpu-operator.values.driver.version`. */
export type RecipeChange = { readonly path: string } & (
  | { readonly kind: "added"; readonly after: JsonValue }
  | { readonly kind: "removed"; readonly before: JsonValue }
  | { readonly kind: "changed"; readonly before: JsonValue; readonly after: JsonValue }
);

/**
 * What changes from one recipe to another, sorted by path. Components, constraints and manifests are compared by name, lists as wholes,
 * and of the order of deployment only what both have.
 *
 * @example
 * diffRecipes(eks, gke); // [{ path: "components.aws-efa", kind: "removed", before: { … } }, …]
 */
export function diffRecipes(before: Recipe, after: Recipe): readonly RecipeChange[] {
  const shared = new Set(before.deploymentOrder.filter((name) => after.deploymentOrder.includes(name)));
  const changes = [...changesOf(comparable(before, shared), comparable(after, shared), [])];
  return changes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function comparable(recipe: Recipe, shared: ReadonlySet<string>): JsonObject {
  const { criteria, metadata, hardware, constraints, componentRefs, validation, deploymentOrder } = recipe;
  const components = componentRefs.map((component) => ({
    ...component,
    preManifests: contents(component.preManifests),
    manifests: contents(component.manifests),
  }));
  const phases = Object.entries(validation).map(([phase, spec]) => [
    phase,
    { ...spec, constraints: byName(spec.constraints) },
  ]);
  return {
    criteria,
    appliedOverlays: metadata.appliedOverlays,
    profiles: metadata.profiles ?? {},
    hardware: hardware ?? {},
    constraints: byName(constraints),
    components: byName(components),
    validation: Object.fromEntries(phases) as JsonObject,
    deploymentOrder: deploymentOrder.filter((name) => shared.has(name)),
  } as unknown as JsonObject;
}

const byName = <T extends { readonly name: string }>(items: readonly T[]): Readonly<Record<string, T>> =>
  Object.fromEntries(items.map((item) => [item.name, item]));

const contents = (files: readonly RecipeFile[]): JsonObject =>
  Object.fromEntries(files.map(({ path, content }) => [path, content]));

function* changesOf(before: JsonObject, after: JsonObject, path: Path): Generator<RecipeChange> {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const at = [...path, key];
    const [old, now] = [own(before, key), own(after, key)];
    if (old === undefined && now !== undefined) yield { path: formatPath(at), kind: "added", after: now };
    else if (now === undefined && old !== undefined) yield { path: formatPath(at), kind: "removed", before: old };
    else if (isMap(old) && isMap(now)) yield* changesOf(old, now, at);
    else if (old !== undefined && now !== undefined && !isDeepStrictEqual(old, now))
      yield { path: formatPath(at), kind: "changed", before: old, after: now };
  }
}

const own = (object: JsonObject, key: string): JsonValue | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

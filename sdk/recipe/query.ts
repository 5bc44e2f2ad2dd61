import { CairnError } from "../errors";
import { isMap, type JsonObject, type JsonValue } from "../json";
import { suggestion } from "../nearest";
import { formatPath, parsePath } from "./path";
import { type Recipe } from "./types";

/**
 * The value at a path of a recipe.
 *
 * @param selector - Dotted, as in `criteria.accelerator`, `constraints[0].value`, `constraints."K8s.server.version".value` or
 *   `components.metrics.version`; for a component short: `metrics.version`, and `metrics.config.scrapeInterval` for a chart value. Keys
 *   that hold dots stand in double quotes. A leading dot changes nothing; `""` and `.` are the whole recipe, with its components by name.
 * @throws CairnError `RECIPE_PATH_UNKNOWN` that lists what is there instead.
 * @example
 * query(recipe, "metrics.service.port"); // 9400
 */
export function query(recipe: Recipe, selector: string): JsonValue {
  const view = viewOf(recipe);
  const path = selector.replace(/^\./, "");
  if (path === "") return view;
  const segments = parsePath(path)?.map(String);
  if (segments === undefined) throw unknownPath(`"${selector}" is not a path such as metrics.service.port`, {});
  const tried = candidatesFor(segments).map((candidate) => descend(view, candidate));
  const found = tried.find((one) => !("missing" in one));
  if (found !== undefined) return found.value;
  throw explainMiss(
    selector,
    tried.filter((one) => "missing" in one),
  );
}

/** A value of a recipe, with what stands at each step named as its documents name it: constraints by name, manifests by path. */
export interface Located {
  readonly path: readonly string[];
  readonly value: JsonValue;
}

/** What `query` finds at a path, if it finds something. */
export function locate(recipe: Recipe, segments: readonly string[]): Located | undefined {
  const view = viewOf(recipe);
  return candidatesFor(segments)
    .map((candidate) => descend(view, candidate))
    .find((one): one is Located => !("missing" in one));
}

function viewOf({ componentRefs, ...rest }: Recipe): JsonObject {
  const components = Object.fromEntries(componentRefs.map((component) => [component.name, component]));
  return { ...rest, components } as unknown as JsonObject;
}

/** As it stands, then as the short form of a component's field, then as that of a chart value. */
function candidatesFor(segments: readonly string[]): readonly (readonly string[])[] {
  const [first = "", ...rest] = segments;
  if (first === "componentRefs") return [["components", ...asInRecipe(rest)]]; // as `explain` prints it
  return [segments, ["components", ...segments], ["components", first, "values", ...rest]];
}

const IN_RECIPE: Readonly<Record<string, string>> = { manifestFiles: "manifests", preManifestFiles: "preManifests" };

const asInRecipe = ([component = "", field, ...rest]: readonly string[]): readonly string[] =>
  field === undefined ? [component] : [component, IN_RECIPE[field] ?? field, ...rest];

interface Miss {
  /** What could be followed. */
  readonly known: readonly string[];
  readonly missing: string;
  /** What the last known step leads to. */
  readonly value: JsonValue;
}

function descend(root: JsonValue, path: readonly string[]): Miss | Located {
  let value = root;
  const named: string[] = [];
  for (const [depth, segment] of path.entries()) {
    const next = Array.isArray(value) ? itemOf(value, segment, isOwn(path)) : fieldOf(value, segment);
    if (next === undefined) return { known: path.slice(0, depth), missing: segment, value };
    named.push(next.name);
    value = next.value;
  }
  return { path: named, value };
}

/** Whether the lists on the way are Cairn's own, whose items have names. Those of a chart's values are the chart's. */
const isOwn = ([first, , field]: readonly string[]): boolean => first !== "components" || field !== "values";

interface Step {
  readonly name: string;
  readonly value: JsonValue;
}

function fieldOf(value: JsonValue, name: string): Step | undefined {
  if (!isMap(value) || !Object.hasOwn(value, name)) return undefined;
  return { name, value: value[name] ?? null };
}

function itemOf(items: readonly JsonValue[], segment: string, own: boolean): Step | undefined {
  const at = /^\d+$/.test(segment) ? Number(segment) : own ? items.findIndex((item) => nameOf(item) === segment) : -1;
  const value = items[at];
  return value === undefined ? undefined : { name: (own ? nameOf(value) : undefined) ?? segment, value };
}

/** What the documents of a recipe call an item of one of its lists. */
function nameOf(item: JsonValue): string | undefined {
  const name = isMap(item) ? (item["name"] ?? item["path"]) : item;
  return typeof name === "string" ? name : undefined;
}

/** Speaks of the candidate that went furthest; when none got anywhere, of everything that a path may begin with. */
function explainMiss(selector: string, misses: readonly Miss[]): CairnError {
  const deepest = misses.reduce((best, miss) => (miss.known.length > best.known.length ? miss : best));
  const { known, missing, value: at } = deepest;
  const isLost = misses.length > 1 && misses.every((miss, form) => miss.known.length <= Math.min(form, 1));
  const place = isLost || known.length === 0 ? "the recipe" : formatPath(known);
  if (typeof at !== "object" || at === null)
    return unknownPath(`${place} is ${JSON.stringify(at)} and has nothing below it`, {});
  if (Array.isArray(at))
    return unknownPath(`${place} has no item ${JSON.stringify(missing)}: it is a list of ${at.length}`, {});
  const keys = (isLost ? misses.slice(0, 2) : [deepest]).flatMap((miss) => Object.keys(miss.value as JsonObject));
  const what = keys.length === 0 ? "it is empty" : `it has ${[...new Set(keys)].sort().join(", ")}`;
  return unknownPath(`${place} has nothing at "${isLost ? selector : missing}"; ${what}`, suggestion(missing, keys));
}

const unknownPath = (message: string, options: { readonly hint?: string }): CairnError =>
  new CairnError("RECIPE_PATH_UNKNOWN", message, { hint: "`cairn query` without a path shows all of it", ...options });

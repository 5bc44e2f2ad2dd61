import { CairnError } from "../errors";
import { type JsonObject, type JsonValue } from "../json";
import { suggestion } from "../nearest";
import { formatPath, parsePath } from "./path";
import { type Recipe } from "./types";

/**
 * The value at a path of a recipe.
 *
 * @param selector - Dotted, as in `criteria.accelerator`, `constraints[0].value` or `components.metrics.version`; for a component short:
 *   `metrics.version`, and `metrics.config.scrapeInterval` for a chart value. Keys that hold dots stand in double quotes. A leading dot
 *   changes nothing; `""` and `.` are the whole recipe, with its components by name.
 * @throws CairnError `RECIPE_PATH_UNKNOWN` that lists what is there instead.
 * @example
 * query(recipe, "metrics.service.port"); // 9400
 */
export function query(recipe: Recipe, selector: string): JsonValue {
  const { componentRefs, ...rest } = recipe;
  const components = Object.fromEntries(componentRefs.map((component) => [component.name, component]));
  const view = { ...rest, components } as unknown as JsonObject;
  const path = selector.replace(/^\./, "");
  if (path === "") return view;
  const segments = parsePath(path)?.map(String);
  if (segments === undefined) throw unknownPath(`"${selector}" is not a path such as metrics.service.port`, {});
  const misses: Miss[] = [];
  for (const candidate of candidatesFor(segments)) {
    const found = descend(view, candidate);
    if (!("missing" in found)) return found.value;
    misses.push(found);
  }
  throw explainMiss(selector, misses);
}

/** As it stands, then as the short form of a component's field, then as that of a chart value. */
function candidatesFor(segments: readonly string[]): readonly (readonly string[])[] {
  const [first = "", ...rest] = segments;
  if (first === "componentRefs") return [["components", ...rest]]; // as `explain` prints it
  return [segments, ["components", ...segments], ["components", first, "values", ...rest]];
}

interface Miss {
  /** What could be followed. */
  readonly known: readonly string[];
  readonly missing: string;
  /** What the last known step leads to. */
  readonly at: JsonValue;
}

function descend(root: JsonValue, path: readonly string[]): Miss | { readonly value: JsonValue } {
  let value = root;
  for (const [depth, segment] of path.entries()) {
    const next = fieldOf(value, segment);
    if (next === undefined) return { known: path.slice(0, depth), missing: segment, at: value };
    value = next;
  }
  return { value };
}

function fieldOf(value: JsonValue, segment: string): JsonValue | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value))
    return /^\d+$/.test(segment) ? (value[Number(segment)] as JsonValue | undefined) : undefined;
  return Object.hasOwn(value, segment) ? (value as JsonObject)[segment] : undefined;
}

/** Speaks of the candidate that went furthest; when none got anywhere, of everything that a path may begin with. */
function explainMiss(selector: string, misses: readonly Miss[]): CairnError {
  const deepest = misses.reduce((best, miss) => (miss.known.length > best.known.length ? miss : best));
  const { known, missing, at } = deepest;
  const isLost = misses.length > 1 && misses.every((miss, form) => miss.known.length <= Math.min(form, 1));
  const place = isLost || known.length === 0 ? "the recipe" : formatPath(known);
  if (typeof at !== "object" || at === null)
    return unknownPath(`${place} is ${JSON.stringify(at)} and has nothing below it`, {});
  if (Array.isArray(at))
    return unknownPath(`${place} has no item ${JSON.stringify(missing)}: it is a list of ${at.length}`, {});
  const keys = (isLost ? misses.slice(0, 2) : [deepest]).flatMap((miss) => Object.keys(miss.at as JsonObject));
  const what = keys.length === 0 ? "it is empty" : `it has ${[...new Set(keys)].sort().join(", ")}`;
  return unknownPath(`${place} has nothing at "${isLost ? selector : missing}"; ${what}`, suggestion(missing, keys));
}

const unknownPath = (message: string, options: { readonly hint?: string }): CairnError =>
  new CairnError("RECIPE_PATH_UNKNOWN", message, { hint: "`cairn query` without a path shows all of it", ...options });

import { type Finding } from "../errors";
import { isMap, type JsonObject, type JsonValue } from "../json";
import { formatSettingPath, type Path } from "./path";

/** Told of each value that a merge sets. */
export type OnSet = (path: readonly string[], value: JsonValue) => void;

/**
 * Lays `over` on `base`: maps merge key by key, everything else is replaced, and an explicit null stays for Helm to see. Neither argument
 * is changed; what is not overwritten is shared.
 */
export function mergeValues(
  base: JsonObject,
  over: JsonObject,
  onSet?: OnSet,
  path: readonly string[] = [],
): JsonObject {
  const merged = new Map(Object.entries(base));
  if (merged.size === 0 && onSet === undefined) return over;
  for (const [key, value] of Object.entries(over)) {
    const before = merged.get(key);
    if (isMap(value) && (isMap(before) || Object.keys(value).length > 0)) {
      merged.set(key, mergeValues(isMap(before) ? before : {}, value, onSet, [...path, key]));
    } else {
      merged.set(key, value);
      onSet?.([...path, key], value);
    }
  }
  return Object.fromEntries(merged);
}

const merges = new WeakMap<JsonObject, WeakMap<JsonObject, JsonObject>>();

/** `mergeValues`, kept as long as both arguments are: most recipes of a catalogue lay the same documents on one another. */
export function mergeValuesOnce(base: JsonObject, over: JsonObject): JsonObject {
  const known = merges.get(base) ?? new WeakMap<JsonObject, JsonObject>();
  merges.set(base, known);
  const merged = known.get(over) ?? mergeValues(base, over);
  known.set(over, merged);
  return merged;
}

/** Sets one value by its path and returns the new whole. Whatever stands in the way of the path is replaced by a map or, for `[0]`, a list. */
export function setValue(base: JsonObject, path: Path, value: JsonValue): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return base;
  const entries = new Map(Object.entries(base));
  entries.set(String(key), setBelow(entries.get(String(key)), rest, value));
  return Object.fromEntries(entries);
}

function setBelow(before: JsonValue | undefined, path: Path, value: JsonValue): JsonValue {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const items = Array.isArray(before) ? (before as readonly JsonValue[]) : [];
  const index = typeof key === "number" || Array.isArray(before) ? indexOf(key) : undefined;
  if (index === undefined) return setValue(isMap(before) ? before : {}, path, value);
  return [...items.slice(0, index), setBelow(items[index], rest, value), ...items.slice(index + 1)];
}

/** Where people leave out the brackets, the digits of a key are the index. */
const indexOf = (key: string | number): number | undefined => (/^\d+$/.test(String(key)) ? Number(key) : undefined);

/** The whole without the value at a path through maps. */
export function withoutValue(base: JsonObject, path: Path): JsonObject {
  const [first = "", ...rest] = path;
  const key = String(first);
  if (!Object.hasOwn(base, key)) return base;
  const below = base[key];
  const others = Object.entries(base).filter(([name]) => name !== key);
  if (rest.length === 0) return Object.fromEntries(others);
  return isMap(below) ? Object.fromEntries([...others, [key, withoutValue(below, rest)]]) : base;
}

/** The value at a path, through maps and lists. */
export function valueAt(base: JsonValue, path: Path): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((value, key) => {
    if (Array.isArray(value)) return value[indexOf(key) ?? -1] as JsonValue | undefined;
    return isMap(value) && typeof key === "string" && Object.hasOwn(value, key) ? value[key] : undefined;
  }, base);
}

/** Why nothing can be set at a path, and what to do. */
export type Obstacle = Required<Pick<Finding, "message" | "hint">>;

/** What is in the way of a path: something that is neither map nor list, a list without such an item, a map that is taken for a list. */
export function obstacle(base: JsonObject, path: Path): Obstacle | undefined {
  for (const [depth, key] of path.entries()) {
    const found = obstacleAt(valueAt(base, path.slice(0, depth)), path.slice(0, depth), key);
    if (found !== undefined) return found;
  }
  return undefined;
}

function obstacleAt(value: JsonValue | undefined, path: Path, key: string | number): Obstacle | undefined {
  const place = path.length === 0 ? "the component's values" : formatSettingPath(path);
  if (Array.isArray(value)) {
    // The next item may be added.
    if ((indexOf(key) ?? Infinity) <= value.length) return undefined;
    const message = `${place} is a list of ${value.length} and has no item ${JSON.stringify(String(key))}`;
    return { message, hint: `the next one is ${formatSettingPath([...path, value.length])}` };
  }
  if (isMap(value)) {
    if (typeof key === "string") return undefined;
    return { message: `${place} is a map and has no items`, hint: "name a key in place of the brackets" };
  }
  if (value != null)
    return { message: `${place} is ${JSON.stringify(value)} and has nothing below it`, hint: "set what is above it" };
  if (typeof key === "string" || key === 0) return undefined;
  // What the chart has there does not count: Helm replaces a list whole.
  const message = `the recipe has no list at ${place}, so that there is nothing before item ${key}`;
  return { message, hint: `start with ${formatSettingPath([...path, 0])}` };
}

/** A copy without the fields that are null or absent. */
export function present<T extends object>(object: T): { readonly [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value != null)) as {
    [K in keyof T]: NonNullable<T[K]>;
  };
}

import { isMap, type JsonObject, type JsonValue } from "../json";
import { formatPath } from "./path";

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

/** Sets one value by its path and returns the new whole. Whatever stands in the way of the path is replaced by a map. */
export function setValue(base: JsonObject, path: readonly string[], value: JsonValue): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return base;
  const entries = new Map(Object.entries(base));
  entries.set(key, setBelow(entries.get(key), rest, value));
  return Object.fromEntries(entries);
}

function setBelow(before: JsonValue | undefined, path: readonly string[], value: JsonValue): JsonValue {
  if (path.length === 0) return value;
  if (!Array.isArray(before) || !/^\d+$/.test(path[0] ?? "")) return setValue(isMap(before) ? before : {}, path, value);
  const index = Number(path[0]);
  const items = before as readonly JsonValue[];
  return [...items.slice(0, index), setBelow(items[index], path.slice(1), value), ...items.slice(index + 1)];
}

/** The whole without the value at a path through maps. */
export function withoutValue(base: JsonObject, path: readonly string[]): JsonObject {
  const [key = "", ...rest] = path;
  if (!Object.hasOwn(base, key)) return base;
  const below = base[key];
  const others = Object.entries(base).filter(([name]) => name !== key);
  if (rest.length === 0) return Object.fromEntries(others);
  return isMap(below) ? Object.fromEntries([...others, [key, withoutValue(below, rest)]]) : base;
}

/** The value at a path, through maps and lists. */
export function valueAt(base: JsonValue, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((value, key) => {
    if (Array.isArray(value)) return /^\d+$/.test(key) ? (value[Number(key)] as JsonValue | undefined) : undefined;
    return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }, base);
}

/** Why a value cannot be set at a path, if it cannot: something on the way is neither map nor list, or a list has no such item. */
export function obstacle(base: JsonObject, path: readonly string[]): string | undefined {
  for (const [depth, key] of path.entries()) {
    const value = valueAt(base, path.slice(0, depth));
    const place = formatPath(path.slice(0, depth));
    if (Array.isArray(value)) {
      // The next item may be added.
      if (!/^\d+$/.test(key) || Number(key) > value.length)
        return `${place} is a list of ${value.length} and has no item ${JSON.stringify(key)}`;
    } else if (value != null && !isMap(value)) {
      return `${place} is ${JSON.stringify(value)} and has nothing below it`;
    }
  }
  return undefined;
}

/** A copy without the fields that are null or absent. */
export function present<T extends object>(object: T): { readonly [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value != null)) as {
    [K in keyof T]: NonNullable<T[K]>;
  };
}

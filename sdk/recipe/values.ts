import { type JsonObject, type JsonValue } from "../json";

/** Told of each value that a merge sets. */
export type OnSet = (path: readonly string[], value: JsonValue) => void;

/**
 * Lays `over` on `base`: maps merge key by key, everything else is replaced, and an explicit null stays for Helm to see. Neither argument
 * is changed; what is not overwritten is shared.
 */
export function mergeValues(
  base: JsonObject,
  over: JsonObject,
  onSet: OnSet = () => undefined,
  path: readonly string[] = [],
): JsonObject {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const before = merged.get(key);
    const at = [...path, key];
    if (isMap(value) && (isMap(before) || Object.keys(value).length > 0)) {
      merged.set(key, mergeValues(isMap(before) ? before : {}, value, onSet, at));
    } else {
      merged.set(key, value);
      onSet(at, value);
    }
  }
  return Object.fromEntries(merged);
}

/** Sets one value by its path and returns the new whole. Whatever stands in the way of the path is replaced by a map. */
export function setValue(base: JsonObject, path: readonly string[], value: JsonValue): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return base;
  const entries = new Map(Object.entries(base));
  const before = entries.get(key);
  entries.set(key, rest.length === 0 ? value : setValue(isMap(before) ? before : {}, rest, value));
  return Object.fromEntries(entries);
}

export function isMap(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A copy without the fields that are null or absent. */
export function present<T extends object>(object: T): { readonly [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value != null)) as {
    [K in keyof T]: NonNullable<T[K]>;
  };
}

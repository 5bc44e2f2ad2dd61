import { type JsonObject, type JsonValue } from "../json";
import { isObject } from "./wire";

export type PathSegment = string | number;

/** Reads Pulumi's property paths: `spec.containers[0].image`, `metadata.labels["a.b"]`, `list[*].x`. */
export function parsePath(path: string): PathSegment[] {
  const segments: PathSegment[] = [];
  for (const [, key, quoted, index] of path.matchAll(/([^.[\]]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]/g)) {
    if (key !== undefined) segments.push(key);
    else if (quoted !== undefined) segments.push(quoted.replace(/\\(.)/g, "$1"));
    else if (index !== undefined) segments.push(index === "*" ? "*" : Number(index));
  }
  return segments;
}

/** True when `path` is `pattern` or lies under it. `*` stands for any one segment. */
export function covers(pattern: readonly PathSegment[], path: readonly PathSegment[]): boolean {
  return (
    pattern.length <= path.length &&
    pattern.every((segment, index) => segment === "*" || String(segment) === String(path[index]))
  );
}

/** `news` with the old value at every ignored path, as `ignoreChanges` asks. A path that the old value lacks is left out. */
export function keepOld(news: JsonObject, olds: JsonObject, paths: readonly string[]): JsonObject {
  return paths.reduce<JsonObject>((result, path) => keepAt(result, olds, parsePath(path)) as JsonObject, news);
}

function keepAt(
  value: JsonValue | undefined,
  old: JsonValue | undefined,
  path: readonly PathSegment[],
): JsonValue | undefined {
  const [head, ...rest] = path;
  if (head === undefined) return old;
  if (Array.isArray(value)) return keepInArray(value, old, head, rest);
  if (!isObject(value)) return value;
  const keys =
    head === "*" ? new Set([...Object.keys(value), ...(isObject(old) ? Object.keys(old) : [])]) : [String(head)];
  const result: Record<string, JsonValue> = { ...value };
  for (const key of keys) {
    const oldField = isObject(old) && Object.hasOwn(old, key) ? old[key] : undefined;
    const kept = rest.length > 0 && result[key] === undefined ? undefined : keepAt(result[key], oldField, rest);
    if (kept === undefined) delete result[key];
    else result[key] = kept;
  }
  return result;
}

function keepInArray(
  value: readonly JsonValue[],
  old: JsonValue | undefined,
  head: PathSegment,
  rest: readonly PathSegment[],
): JsonValue {
  const olds: readonly JsonValue[] = Array.isArray(old) ? (old as readonly JsonValue[]) : [];
  return value.map((item, index) => {
    const applies = head === "*" || String(head) === String(index);
    return applies && index < olds.length ? (keepAt(item, olds[index], rest) ?? item) : item;
  });
}

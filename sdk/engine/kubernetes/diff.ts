import { type JsonObject, type JsonValue } from "../../json";
import { covers, parsePath, type PathSegment } from "../paths";
import { type DiffResponse } from "../types";
import { equal, isObject } from "../wire";
import { annotation, annotationOf, metadataOf, own, textOf, withMetadata } from "./annotations";
import { groupOf } from "./cluster";
import { type ProviderConfig } from "./config";
import { idOf } from "./identity";
import { immutablePaths } from "./immutable";

export interface Comparison {
  /** Both as manifests. */
  readonly olds: JsonObject;
  readonly news: JsonObject;
  /** `undefined` when the kind is not known yet. */
  readonly namespaced: boolean | undefined;
  readonly ignoreChanges: readonly string[];
  readonly config: Pick<ProviderConfig, "enableConfigMapMutable" | "enableSecretMutable">;
}

/** What changed in the inputs, and whether the object can be kept. */
export function compare({ olds, news, namespaced, ignoreChanges, config }: Comparison): DiffResponse {
  const before = withScope(olds, namespaced);
  const after = withScope(news, namespaced);
  const ignored = ignoreChanges.map(parsePath);
  const changes = changesOf(before, after).filter(({ path }) => !ignored.some((pattern) => covers(pattern, path)));
  const immutable = immutablePaths(after, config);
  const replaces = changes
    .filter((change) => movesGroup(change) || immutable.some((pattern) => touches(pattern, change)))
    .map(({ path }) => formatPath(path));
  return {
    changes: changes.length > 0 ? "some" : "none",
    diffs: changes.map(({ path }) => formatPath(path)),
    replaces,
    // Two objects cannot have one name at the same time.
    deleteBeforeReplace:
      replaces.length > 0 && annotationOf(after, annotation.autonamed) !== "true" && idOf(after) === idOf(before),
  };
}

/** `default` is the namespace of a namespaced object that names none; what has no namespace must not differ by one. */
function withScope(object: JsonObject, namespaced: boolean | undefined): JsonObject {
  if (!isObject(object["metadata"])) return object;
  const { namespace, ...rest } = metadataOf(object);
  if (namespaced === false) return { ...object, metadata: rest };
  return withMetadata(object, { namespace: namespace ?? "default" });
}

interface Change {
  readonly path: readonly PathSegment[];
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

function changesOf(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: readonly PathSegment[] = [],
): readonly Change[] {
  if (equal(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => changesOf(own(before, key), own(after, key), [...path, key]));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const [olds, news] = [before as readonly JsonValue[], after as readonly JsonValue[]];
    const length = Math.max(olds.length, news.length);
    return Array.from({ length }, (_, index) => changesOf(olds[index], news[index], [...path, index])).flat();
  }
  return [{ path, before, after }];
}

/** The change lies at or under the pattern, or adds something that contains it. */
function touches(pattern: readonly PathSegment[], { path, after }: Change): boolean {
  if (covers(pattern, path)) return true;
  return covers(path, pattern.slice(0, path.length)) && has(after, pattern.slice(path.length));
}

function has(value: JsonValue | undefined, [head, ...rest]: readonly PathSegment[]): boolean {
  if (head === undefined) return value !== undefined;
  if (Array.isArray(value) && head === "*") return (value as readonly JsonValue[]).some((item) => has(item, rest));
  return isObject(value) && has(own(value, String(head)), rest);
}

/** Another version of the same group is the same object; another group is another object. */
function movesGroup({ path, before, after }: Change): boolean {
  return path.length === 1 && path[0] === "apiVersion" && groupOf(textOf(before)) !== groupOf(textOf(after));
}

function formatPath(path: readonly PathSegment[]): string {
  return path.reduce<string>((text, segment) => {
    if (typeof segment === "number") return `${text}[${segment}]`;
    if (/[."[\]]/.test(segment)) return `${text}["${segment.replaceAll('"', '\\"')}"]`;
    return text === "" ? segment : `${text}.${segment}`;
  }, "");
}

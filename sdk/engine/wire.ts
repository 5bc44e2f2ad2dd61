import { isDeepStrictEqual } from "node:util";
import { type JsonObject, type JsonValue } from "../json";

// Pulumi's encodings of special values inside property maps (sdk/nodejs/runtime/rpc.ts, @pulumi/pulumi 3.270).

/** Stands for a value that is not known before the resource exists. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** The key that marks an object as a special value; its value says which. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** What a person sees in place of a secret. */
export const REDACTED = "[secret]";

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export interface SecretValue extends JsonObject {
  readonly value: JsonValue;
}

export function isSecret(value: JsonValue | undefined): value is SecretValue {
  return isObject(value) && value[SIGNATURE] === SECRET;
}

export function secret(value: JsonValue): SecretValue {
  return isSecret(value) ? value : { [SIGNATURE]: SECRET, value };
}

/** Rebuilds a value from the leaves up; `visit` sees every object before its fields and may replace it. */
function rewrite(value: JsonValue, visit: (value: JsonObject) => JsonValue | undefined): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => rewrite(item, visit));
  if (!isObject(value)) return value;
  const replaced = visit(value);
  if (replaced !== undefined) return replaced;
  return mapObject(value, (field) => rewrite(field, visit));
}

export function mapObject(object: JsonObject, change: (value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

/** A property map as a provider takes it: no secret wrappers, resources as their ids (components as their URNs). */
export function plain(properties: JsonObject): JsonObject {
  return plainValue(properties) as JsonObject;
}

export function plainValue(value: JsonValue): JsonValue {
  return rewrite(value, (object) => {
    switch (object[SIGNATURE]) {
      case SECRET:
        return plainValue(object["value"] ?? null);
      case OUTPUT:
        return "value" in object ? plainValue(object["value"] ?? null) : UNKNOWN;
      case RESOURCE:
        return object["id"] === undefined ? (object["urn"] ?? null) : object["id"] === "" ? UNKNOWN : object["id"];
      default:
        return undefined;
    }
  });
}

/** A property map as a person may see it. */
export function redact(value: JsonValue): JsonValue {
  return rewrite(value, (object) => (isSecret(object) ? REDACTED : undefined));
}

function some(value: JsonValue | undefined, test: (value: JsonValue) => boolean): boolean {
  if (value === undefined) return false;
  if (test(value)) return true;
  if (Array.isArray(value)) return value.some((item: JsonValue) => some(item, test));
  return isObject(value) && Object.values(value).some((field) => some(field, test));
}

export function hasUnknown(value: JsonValue | undefined): boolean {
  return some(value, (item) => item === UNKNOWN);
}

export function hasSecret(value: JsonValue | undefined): boolean {
  return some(value, isSecret);
}

/** Every secret text inside a value, so that it can be kept out of messages. */
export function secretTexts(value: JsonValue): string[] {
  const texts: string[] = [];
  const collect = (item: JsonValue, inside: boolean): void => {
    if (typeof item === "string" && inside && item.length > 3) texts.push(item);
    else if (Array.isArray(item)) item.forEach((each: JsonValue) => collect(each, inside));
    else if (isObject(item)) Object.values(item).forEach((each) => collect(each, inside || isSecret(item)));
  };
  collect(value, false);
  return texts.filter((text) => text !== SECRET);
}

/**
 * Marks in `values` what is secret in `marks` at the same place. A provider that does not know secrets gives plain values back,
 * and a property of the same name as a secret input is secret too.
 */
export function markLike(values: JsonObject, marks: JsonObject): JsonObject {
  if (!hasSecret(marks)) return values;
  const marked = markValue(values, marks) as JsonObject;
  // A Kubernetes state holds a copy of its inputs.
  return marked["__inputs"] === undefined ? marked : { ...marked, __inputs: markValue(marked["__inputs"], marks) };
}

function markValue(value: JsonValue, mark: JsonValue | undefined): JsonValue {
  if (mark === undefined || isSecret(value)) return value;
  if (isSecret(mark)) return secret(value);
  if (isObject(value) && isObject(mark)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, field]) => [
        key,
        markValue(field, Object.hasOwn(mark, key) ? mark[key] : undefined),
      ]),
    );
  }
  if (Array.isArray(value) && Array.isArray(mark)) {
    return value.map((item: JsonValue, index) => markValue(item, (mark as readonly JsonValue[])[index]));
  }
  // The shape changed: what was inside cannot be told apart any more, so all of it is secret.
  return hasSecret(mark) ? secret(value) : value;
}

/** Marks the named top-level properties (`additionalSecretOutputs`). */
export function markNamed(values: JsonObject, names: readonly string[]): JsonObject {
  if (names.length === 0) return values;
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, names.includes(key) ? secret(value) : value]),
  );
}

export function equal(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return isDeepStrictEqual(a, b);
}

/** Dotted paths at which two property maps differ; keys that start with `__` are Pulumi's own and stay whole. */
export function changedPaths(a: JsonValue | undefined, b: JsonValue | undefined, path = ""): string[] {
  if (equal(a, b)) return [];
  if (isObject(a) && isObject(b) && !isSecret(a) && !isSecret(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].flatMap((key) => changedPaths(a[key], b[key], under(path, key)));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    const length = Math.max(a.length, b.length);
    return Array.from({ length }, (_, index) =>
      changedPaths((a as readonly JsonValue[])[index], (b as readonly JsonValue[])[index], `${path}[${index}]`),
    ).flat();
  }
  return [path];
}

/** As `ignoreChanges` and its like write it. */
function under(path: string, key: string): string {
  if (/[.[\]"]/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** A copy without some of its fields. */
export function omit<Value extends object, Key extends keyof Value>(
  value: Value,
  ...keys: readonly Key[]
): Omit<Value, Key> {
  const copy = { ...value };
  for (const key of keys) delete copy[key];
  return copy;
}

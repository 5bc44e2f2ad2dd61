import { search } from "jmespath";
import { messageOf } from "../errors";
import { type JsonObject, type JsonValue } from "../json";
import { expressionOf } from "../recipe";

/** Where an object is not as a tree says. */
export interface Mismatch {
  /** `status.(numberReady > `0`)` */
  readonly path: string;
  readonly expected: string;
  readonly observed: string;
}

/**
 * Compares a live value with the tree of an assertion. Maps are subsets, lists are compared item by item, a key in parentheses is a
 * JMESPath expression whose result is compared instead of a field. `null` means absent.
 */
export function mismatches(tree: JsonValue, value: JsonValue | undefined, path = ""): readonly Mismatch[] {
  if (isList(tree)) return compareList(tree, value, path);
  if (typeof tree === "object" && tree !== null) return compareMap(tree as JsonObject, value, path);
  return tree === (value ?? null) ? [] : [{ path, expected: show(tree), observed: show(value) }];
}

function compareMap(tree: JsonObject, value: JsonValue | undefined, path: string): readonly Mismatch[] {
  if (value === undefined || value === null) return [{ path, expected: "to be there", observed: "nothing" }];
  return Object.entries(tree).flatMap(([key, expected]) => {
    const at = path === "" ? key : `${path}.${key}`;
    const expression = expressionOf(key);
    if (expression === undefined) return mismatches(expected, fieldOf(value, key), at);
    try {
      return mismatches(expected, search(value, expression) as JsonValue, at);
    } catch (error) {
      // `length()` of something that is not there yet, for example.
      return [{ path: at, expected: show(expected), observed: messageOf(error) }];
    }
  });
}

function compareList(tree: readonly JsonValue[], value: JsonValue | undefined, path: string): readonly Mismatch[] {
  if (!isList(value)) return [{ path, expected: `${tree.length} items`, observed: show(value) }];
  if (value.length !== tree.length)
    return [{ path, expected: `${tree.length} items`, observed: `${value.length} items` }];
  return tree.flatMap((item, i) => mismatches(item, value[i], `${path}[${i}]`));
}

function fieldOf(value: JsonValue, key: string): JsonValue | undefined {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as JsonObject)[key]
    : undefined;
}

const MAX_SHOWN = 200;

function show(value: JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

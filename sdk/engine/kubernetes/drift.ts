import { type JsonObject, type JsonValue } from "../../json";
import { equal, isObject } from "../wire";
import { own } from "./annotations";

/**
 * The inputs as the cluster has them now. Only what was in the inputs is looked at: the rest belongs to others. A value that the server
 * stores in another form (`1000m` as `1`) or that admission rewrote has not drifted while it is still what the last operation left, so the
 * comparison is between the object then and now.
 */
export function driftedInputs(inputs: JsonObject, then: JsonObject, now: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([key, input]) => {
      // The server turns it into data and keeps no stringData.
      if (key === "stringData") return [[key, stringData(input, then["data"], now["data"])]];
      const value = drift(input, own(then, key), own(now, key));
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

function drift(input: JsonValue, then: JsonValue | undefined, now: JsonValue | undefined): JsonValue | undefined {
  if (equal(then, now)) return input;
  if (isObject(input) && isObject(now)) return driftInObject(input, isObject(then) ? then : {}, now);
  if (Array.isArray(input) && Array.isArray(now)) return driftInList(input, Array.isArray(then) ? then : [], now);
  return now;
}

function driftInObject(input: JsonObject, then: JsonObject, now: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(input).flatMap(([key, value]) => {
      const current = drift(value, own(then, key), own(now, key));
      return current === undefined ? [] : [[key, current]];
    }),
  );
}

/** Items with names are matched by name, because others may add items (a sidecar, a default toleration); other lists by position. */
function driftInList(
  input: readonly JsonValue[],
  then: readonly JsonValue[],
  now: readonly JsonValue[],
): readonly JsonValue[] {
  const keyed = [input, then, now].every((list) =>
    list.every((item) => isObject(item) && typeof item["name"] === "string"),
  );
  if (!keyed) {
    if (!input.every(isObject)) return now;
    return now.map((item, index) => {
      const given = input[index];
      return given === undefined ? item : (drift(given, then[index], item) ?? item);
    });
  }
  const byName = (list: readonly JsonValue[], name: JsonValue | undefined) =>
    list.find((item) => (item as JsonObject)["name"] === name);
  return input.flatMap((item) => {
    const { name } = item as JsonObject;
    const current = drift(item, byName(then, name), byName(now, name));
    return current === undefined ? [] : [current];
  });
}

function stringData(input: JsonValue, then: JsonValue | undefined, now: JsonValue | undefined): JsonValue {
  if (!isObject(input) || !isObject(now)) return input;
  const before = isObject(then) ? then : {};
  return Object.fromEntries(
    Object.entries(input).flatMap(([key, value]) => {
      if (equal(own(before, key), own(now, key))) return [[key, value]];
      const current = own(now, key);
      return typeof current === "string" ? [[key, Buffer.from(current, "base64").toString("utf8")]] : [];
    }),
  );
}

/** A value that survives a round trip through JSON. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. Keys are ordinary data: `__proto__` and `constructor` included. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

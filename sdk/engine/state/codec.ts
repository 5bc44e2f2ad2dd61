import { type JsonObject, type JsonValue } from "../../json";
import { isObject, isSecret, mapObject, secret, SECRET, SIGNATURE } from "../wire";
import { type Crypter } from "./crypter";
import { type PendingOperation, type PendingType, type ResourceState } from "./model";

/** Fields that Pulumi leaves out when they say nothing. */
const meaningless = (value: unknown): boolean =>
  value === undefined ||
  value === false ||
  value === "" ||
  (typeof value === "object" && value !== null && Object.keys(value).length === 0);

/** The form on disk: no empty fields, secrets as `{ signature, ciphertext }`. */
export function encodeResource(resource: ResourceState, crypter: Crypter): JsonObject {
  const { urn, custom, inputs, outputs, ...rest } = resource;
  const entries = Object.entries({
    ...rest,
    inputs: sealValue(inputs, crypter),
    outputs: sealValue(outputs, crypter),
    ...(rest.replacementTrigger === undefined
      ? {}
      : { replacementTrigger: sealValue(rest.replacementTrigger, crypter) }),
  }).filter(([, value]) => !meaningless(value));
  return { urn, custom, ...Object.fromEntries(entries) } as JsonObject;
}

export function encodePending(pending: PendingOperation, crypter: Crypter): JsonObject {
  return { resource: encodeResource(pending.resource, crypter), type: pending.type };
}

export function decodeResource(json: JsonObject, crypter: Crypter): ResourceState {
  const { urn, type, custom } = json;
  if (typeof urn !== "string" || typeof type !== "string") throw new Error("a resource without urn or type");
  const trigger = json["replacementTrigger"];
  return {
    ...json,
    urn,
    type,
    custom: custom === true,
    inputs: openValue(json["inputs"] ?? {}, crypter) as JsonObject,
    outputs: openValue(json["outputs"] ?? {}, crypter) as JsonObject,
    ...(trigger === undefined ? {} : { replacementTrigger: openValue(trigger, crypter) }),
  };
}

export function decodePending(json: JsonObject, crypter: Crypter): PendingOperation {
  if (!isObject(json["resource"])) throw new Error("a pending operation without a resource");
  return { resource: decodeResource(json["resource"], crypter), type: json["type"] as PendingType };
}

function sealValue(value: JsonValue, crypter: Crypter): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => sealValue(item, crypter));
  if (!isObject(value)) return value;
  if (!isSecret(value)) return mapObject(value, (field) => sealValue(field, crypter));
  return { [SIGNATURE]: SECRET, ciphertext: crypter.encrypt(JSON.stringify(unmarked(value["value"] ?? null))) };
}

/**
 * What is inside a secret is secret: it needs no marks of its own. Pulumi writes such marks with plain JSON in place of a ciphertext and
 * refuses any other.
 */
function unmarked(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(unmarked);
  if (!isObject(value)) return value;
  if (!isSecret(value)) return mapObject(value, unmarked);
  const { ciphertext } = value;
  return unmarked(typeof ciphertext === "string" ? (JSON.parse(ciphertext) as JsonValue) : value["value"]);
}

function openValue(value: JsonValue, crypter: Crypter): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => openValue(item, crypter));
  if (!isObject(value)) return value;
  if (!isSecret(value)) return mapObject(value, (field) => openValue(field, crypter));
  const { ciphertext, plaintext } = value;
  const text =
    typeof ciphertext === "string" ? crypter.decrypt(ciphertext) : typeof plaintext === "string" ? plaintext : "null";
  return secret(unmarked(JSON.parse(text) as JsonValue));
}

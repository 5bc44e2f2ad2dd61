import { type JsonObject, type JsonValue } from "../../json";
import { isObject, omit, plain, secret } from "../wire";
import { metadataOf, textOf, withMetadata } from "./annotations";

// The form of inputs and state is pulumi-kubernetes's (provider/pkg/provider/provider.go, v4.32), so that a state moves between the two:
// the live object at the top, the inputs in __inputs, and both with `x-kubernetes-*` keys in the spelling that its SDKs can use.

const dashed = [
  "x-kubernetes-embedded-resource",
  "x-kubernetes-int-or-string",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-list-type",
  "x-kubernetes-map-type",
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-validations",
] as const;
const toDash: ReadonlyMap<string, string> = new Map(dashed.map((key) => [key.replaceAll("-", "_"), key]));
const toUnderscore: ReadonlyMap<string, string> = new Map(dashed.map((key) => [key, key.replaceAll("-", "_")]));

const serverSet = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** Inputs as the API server takes them: no wrappers, its own spelling of keys, nothing that only the server may set. */
export function toManifest(inputs: JsonObject): JsonObject {
  const object = renamed(plain(inputs), toDash) as JsonObject;
  if (!isObject(object["metadata"])) return object;
  return { ...object, metadata: omit(object["metadata"], ...serverSet) };
}

/** Inputs as the program's SDK and the state spell them. */
export function toInputs(manifest: JsonObject): JsonObject {
  return markSecrets(renamed(manifest, toUnderscore) as JsonObject);
}

export interface Checkpoint {
  readonly inputs: JsonObject;
  readonly live: JsonObject;
  readonly fieldManager: string;
  /** apiVersion that the object was first made with. */
  readonly initialApiVersion: string;
}

/** The state of a resource. */
export function toState({ inputs, live, fieldManager, initialApiVersion }: Checkpoint): JsonObject {
  return {
    ...toInputs(live),
    __inputs: toInputs(toManifest(inputs)),
    __initialApiVersion: initialApiVersion,
    __fieldManager: fieldManager,
  };
}

/** The live object inside a state. */
export function liveOf(state: JsonObject): JsonObject {
  const live = omit(plain(state), "__inputs", "__initialApiVersion", "__fieldManager");
  return renamed(live, toDash) as JsonObject;
}

export function initialApiVersionOf(state: JsonObject, inputs: JsonObject): string {
  return textOf(state["__initialApiVersion"]) || textOf(inputs["apiVersion"]);
}

/** What an object that was never managed would have as inputs. */
export function inputsFromLive(live: JsonObject): JsonObject {
  const object = omit(toManifest(live), "status");
  const { annotations } = metadataOf(object);
  if (!isObject(annotations)) return object;
  return withMetadata(object, { annotations: omit(annotations, lastApplied, "deployment.kubernetes.io/revision") });
}

/** The data of a Secret is secret in inputs and state, whether or not the program said so. */
function markSecrets(object: JsonObject): JsonObject {
  if (object["kind"] !== "Secret" || object["apiVersion"] !== "v1") return object;
  const marked: Record<string, JsonValue> = { ...object };
  for (const key of ["data", "stringData"]) {
    const value = marked[key];
    if (value !== undefined && value !== null) marked[key] = secret(value);
  }
  const { annotations } = metadataOf(object);
  if (!isObject(annotations) || annotations[lastApplied] === undefined) return marked;
  return withMetadata(marked, { annotations: { ...annotations, [lastApplied]: secret(annotations[lastApplied]) } });
}

function renamed(value: JsonValue, names: ReadonlyMap<string, string>): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => renamed(item, names));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [names.get(key) ?? key, renamed(field, names)]),
  );
}

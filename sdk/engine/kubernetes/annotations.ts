import { type JsonObject, type JsonValue } from "../../json";
import { isObject } from "../wire";

/** The annotations by which a program steers the provider; the names are those of pulumi-kubernetes. */
export const annotation = {
  autonamed: "pulumi.com/autonamed",
  deletionPropagation: "pulumi.com/deletionPropagationPolicy",
  fieldManager: "pulumi.com/patchFieldManager",
  force: "pulumi.com/patchForce",
  skipAwait: "pulumi.com/skipAwait",
  timeout: "pulumi.com/timeoutSeconds",
  waitFor: "pulumi.com/waitFor",
} as const;

export function annotationOf(object: JsonObject, name: string): string | undefined {
  const annotations = metadataOf(object)["annotations"];
  const value = isObject(annotations) ? annotations[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

export function metadataOf(object: JsonObject): JsonObject {
  const metadata = object["metadata"];
  return isObject(metadata) ? metadata : {};
}

export function withMetadata(object: JsonObject, change: JsonObject): JsonObject {
  return { ...object, metadata: { ...metadataOf(object), ...change } };
}

/** Keys are data: `constructor` is an ordinary one. */
export function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

const defaultTimeout = 600;

/** Seconds to wait: what `customTimeouts` say, else the annotation, else ten minutes. */
export function timeoutOf(requested: number, inputs: JsonObject): number {
  if (requested > 0) return requested;
  const annotated = Number(annotationOf(inputs, annotation.timeout));
  return annotated > 0 ? annotated : defaultTimeout;
}

import * as z from "zod";

import { CairnError } from "../errors";
import { type JsonObject, type JsonValue } from "../json";
import { KubeError } from "./errors";
import { type KubeObject, type ObjectRef } from "./types";

const Shape = z.looseObject({
  apiVersion: z.string().min(1),
  kind: z.string().min(1),
  // Reviews (SelfSubjectAccessReview and its kin) are answered, not stored, and have no name.
  metadata: z.looseObject({ name: z.string().default("") }),
});

/** Checks that an answer is a Kubernetes object. */
export function asObject(what: string, value: JsonValue): KubeObject {
  const parsed = Shape.safeParse(value);
  if (parsed.success) return parsed.data as unknown as KubeObject;
  throw new KubeError("KUBE_BAD_ANSWER", `${what}: the answer is not a Kubernetes object`, {
    kind: "could-not-check",
    hint: "is the kubeconfig's server really a Kubernetes API server?",
  });
}

/** Names the object that a manifest describes. Throws `KUBE_OBJECT_INVALID` when a part of its identity is missing. */
export function refOf(object: JsonObject): ObjectRef {
  const parsed = z
    .looseObject({
      apiVersion: z.string().min(1),
      kind: z.string().min(1),
      metadata: z.looseObject({ name: z.string().optional(), namespace: z.string().optional() }).default({}),
    })
    .safeParse(object);
  if (!parsed.success) {
    const findings = parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join("."), message }));
    throw new CairnError("KUBE_OBJECT_INVALID", "this is not a Kubernetes object", { findings });
  }
  const { apiVersion, kind, metadata } = parsed.data;
  const namespace = metadata.namespace;
  return { apiVersion, kind, name: metadata.name ?? "", ...(namespace ? { namespace } : {}) };
}

/** `apps/v1 Deployment web/api`, for messages. */
export function describeRef({ apiVersion, kind, name, namespace }: ObjectRef): string {
  return `${apiVersion} ${kind} ${namespace ? `${namespace}/` : ""}${name}`;
}

/** One path segment. The rule is apimachinery's IsValidPathSegmentName; anything else would reach another object. */
export function segment(what: string, value: string): string {
  if (value !== "" && value !== "." && value !== ".." && !/[/%]/.test(value)) return encodeURIComponent(value);
  throw new CairnError("KUBE_OBJECT_INVALID", `${what}: ${JSON.stringify(value)} cannot be the name of an object`);
}

import { CairnError } from "../../errors";
import { type JsonObject, type JsonValue } from "../../json";
import { describeRef, isKubeError, type KubeObject, type ObjectRef } from "../../kube";
import { type ResourceRequest } from "../types";
import { isObject } from "../wire";
import { annotation, annotationOf, metadataOf, textOf, timeoutOf } from "./annotations";
import { type Cluster, groupOf } from "./cluster";
import { type Look } from "./watches";

// These own no other objects. A foreground deletion would only put them into the queue of the garbage collector, which handles some twenty
// objects a second; a background deletion removes them at once.
const leaves = new Set([
  "/ConfigMap",
  "/Endpoints",
  "/LimitRange",
  "/ResourceQuota",
  "/Secret",
  "/ServiceAccount",
  "admissionregistration.k8s.io/MutatingAdmissionPolicy",
  "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding",
  "admissionregistration.k8s.io/MutatingWebhookConfiguration",
  "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
  "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
  "node.k8s.io/RuntimeClass",
  "rbac.authorization.k8s.io/ClusterRole",
  "rbac.authorization.k8s.io/ClusterRoleBinding",
  "rbac.authorization.k8s.io/Role",
  "rbac.authorization.k8s.io/RoleBinding",
  "resource.k8s.io/DeviceClass",
  "resource.k8s.io/ResourceSlice",
  "scheduling.k8s.io/PriorityClass",
  "storage.k8s.io/StorageClass",
]);

const propagations = { orphan: "Orphan", background: "Background", foreground: "Foreground" } as const;

// For these, upstream does not wait for the end of a deletion either when `pulumi.com/skipAwait` is set.
const skippable = new Set([
  "apps/DaemonSet",
  "apps/Deployment",
  "apps/StatefulSet",
  "batch/Job",
  "/Namespace",
  "/Pod",
  "/ReplicationController",
]);

export interface Removal extends Pick<ResourceRequest, "signal" | "onProgress"> {
  readonly ref: ObjectRef;
  readonly inputs: JsonObject;
  /** Seconds; 0 for the default. */
  readonly timeout: number;
}

/** Deletes an object with what it owns and waits until it is gone. @throws CairnError KUBE_DELETE_TIMEOUT, which says what holds it */
export async function remove(cluster: Cluster, { ref, inputs, timeout, signal, onProgress }: Removal): Promise<void> {
  const client = await cluster.client();
  const kind = `${groupOf(ref.apiVersion)}/${ref.kind}`;
  const asked = annotationOf(inputs, annotation.deletionPropagation)?.toLowerCase() as
    keyof typeof propagations | undefined;
  const propagation = (asked && propagations[asked]) ?? (leaves.has(kind) ? "Background" : "Foreground");
  const result = await client.delete(ref, { propagation, signal });
  if (result !== "deleting") return;
  if (annotationOf(inputs, annotation.skipAwait) === "true" && skippable.has(kind)) return;

  // The watch may not know the object yet, so what we see now is where the waiting starts.
  const going = await client.get(ref, signal);
  if (going === undefined) return;
  const seconds = timeoutOf(timeout, inputs);
  try {
    const watches = await cluster.watches();
    const watched = await watches.until(ref, (object) => isGone(object, going), {
      timeout: seconds,
      signal,
      onProgress,
    });
    signal.throwIfAborted();
    if (watched.outcome === "done") return;
  } catch (error) {
    // The kind went first, and its objects with it.
    if (isKubeError(error, "KUBE_KIND_UNKNOWN", "KUBE_NOT_FOUND")) return;
    throw error;
  }
  const left = await client.get(ref, signal);
  if (left === undefined || left.metadata["uid"] !== going.metadata["uid"]) return;
  throw new CairnError(
    "KUBE_DELETE_TIMEOUT",
    `${describeRef(ref)} is still being deleted after ${seconds} s: ${holderOf(left)}`,
    {
      kind: "check-failed",
      hint: "see that the controller behind the finalizer runs, then destroy again",
    },
  );
}

function isGone(object: KubeObject | undefined, going: KubeObject): Look<true> {
  if (object === undefined || object.metadata["uid"] !== going.metadata["uid"]) return { done: true, result: true };
  return { done: false, reason: `being deleted: ${holderOf(object)}` };
}

/** What keeps an object that has been deleted from going away. */
export function holderOf(object: KubeObject): string {
  const metadata = list(metadataOf(object)["finalizers"]).map(textOf);
  const spec = isObject(object["spec"]) ? list(object["spec"]["finalizers"]).map(textOf) : [];
  const finalizers =
    object.kind === "Namespace" ? [...metadata, ...spec.filter((name) => name !== "kubernetes")] : metadata;
  const reasons = [
    ...finalizers.map((name) =>
      name === "foregroundDeletion" ? "the objects that it owns are being deleted" : `finalizer ${name} holds it`,
    ),
    ...(object.kind === "Namespace" ? namespaceRemains(object) : []),
  ];
  if (reasons.length > 0) return reasons.join("; ");
  return object.kind === "Namespace" ? "its content is being deleted" : "its grace period runs";
}

/** The namespace controller tells what is left, and which finalizers hold it. */
function namespaceRemains(object: KubeObject): readonly string[] {
  const conditions = isObject(object["status"]) ? list(object["status"]["conditions"]) : [];
  return conditions.flatMap((condition) =>
    isObject(condition) && condition["status"] === "True" ? [textOf(condition["message"])] : [],
  );
}

const list = (value: JsonValue | undefined): readonly JsonValue[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]) : [];

import { type JsonObject } from "../json";
import { metadataOf } from "./object";

/** Cluster-scoped kinds of Kubernetes itself, by API group (`kubectl api-resources --namespaced=false`, 1.36.1). */
const CLUSTER_SCOPED: Readonly<Record<string, readonly string[]>> = {
  "": ["ComponentStatus", "Namespace", "Node", "PersistentVolume"],
  "admissionregistration.k8s.io": [
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
  ],
  "apiextensions.k8s.io": ["CustomResourceDefinition"],
  "apiregistration.k8s.io": ["APIService"],
  "authentication.k8s.io": ["SelfSubjectReview", "TokenReview"],
  "authorization.k8s.io": ["SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"],
  "certificates.k8s.io": ["CertificateSigningRequest", "ClusterTrustBundle"],
  "flowcontrol.apiserver.k8s.io": ["FlowSchema", "PriorityLevelConfiguration"],
  "internal.apiserver.k8s.io": ["StorageVersion"],
  "networking.k8s.io": ["IngressClass", "IPAddress", "ServiceCIDR"],
  "node.k8s.io": ["RuntimeClass"],
  "rbac.authorization.k8s.io": ["ClusterRole", "ClusterRoleBinding"],
  "resource.k8s.io": ["DeviceClass", "DeviceTaintRule", "ResourceSlice"],
  "scheduling.k8s.io": ["PriorityClass"],
  "storage.k8s.io": ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"],
  "storagemigration.k8s.io": ["StorageVersionMigration"],
};

/** Groups whose other kinds are all namespaced. */
const BUILT_IN_NAMESPACED = [
  "apps",
  "autoscaling",
  "batch",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "policy",
];
const BUILT_IN_GROUPS: ReadonlySet<string> = new Set([...Object.keys(CLUSTER_SCOPED), ...BUILT_IN_NAMESPACED]);

/** `apps` of `apps/v1`; the core group is empty. */
function groupOf(object: JsonObject): string {
  const apiVersion = String(object["apiVersion"]);
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

/** Scope of custom resources by `group/Kind`, from the definitions in a stack. */
export type Scopes = ReadonlyMap<string, "Namespaced" | "Cluster">;

/** The kinds that the definitions among some objects define. */
export function scopesOf(objects: Iterable<JsonObject>): Scopes {
  const scopes = new Map<string, "Namespaced" | "Cluster">();
  for (const object of objects) {
    if (object["kind"] !== "CustomResourceDefinition") continue;
    const { group, names, scope } = object["spec"] as { group: string; names: { kind: string }; scope: string };
    scopes.set(`${group}/${names.kind}`, scope === "Cluster" ? "Cluster" : "Namespaced");
  }
  return scopes;
}

/**
 * Fills in the namespace that a chart left out, and strips one from a cluster-scoped object: the server would drop it silently, and the
 * live object would never match. A kind that nobody defines keeps what the chart says.
 */
export function withNamespace(object: JsonObject, namespace: string, scopes: Scopes): JsonObject {
  const { namespace: own, ...metadata } = metadataOf(object);
  switch (scopeOf(object, scopes)) {
    case "Cluster":
      return own === undefined ? object : { ...object, metadata };
    case "Namespaced":
      return own === undefined || own === "" ? { ...object, metadata: { ...metadata, namespace } } : object;
    case undefined:
      return object;
  }
}

function scopeOf(object: JsonObject, scopes: Scopes): "Namespaced" | "Cluster" | undefined {
  const group = groupOf(object);
  const kind = String(object["kind"]);
  if (!BUILT_IN_GROUPS.has(group)) return scopes.get(`${group}/${kind}`);
  return CLUSTER_SCOPED[group]?.includes(kind) === true ? "Cluster" : "Namespaced";
}

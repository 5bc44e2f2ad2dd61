import { type STACK_COMPONENT } from "@cairn/sdk/stack";

/** The parts of a Kubernetes type token, such as `kubernetes:apps/v1:Deployment`. */
export interface KubernetesType {
  readonly group: string;
  readonly kind: string;
}

export function kubernetesType(token: string): KubernetesType | undefined {
  const [pkg, apiVersion, kind] = token.split(":");
  if (pkg !== "kubernetes" || apiVersion === undefined || kind === undefined) return undefined;
  return { group: apiVersion.split("/")[0] ?? "", kind };
}

/** Where the pod specification is, for the kinds of Kubernetes 1.36 that have one. */
export const POD_SPEC: Readonly<Record<string, readonly string[]>> = {
  Pod: ["spec"],
  PodTemplate: ["template", "spec"],
  Deployment: ["spec", "template", "spec"],
  StatefulSet: ["spec", "template", "spec"],
  DaemonSet: ["spec", "template", "spec"],
  ReplicaSet: ["spec", "template", "spec"],
  ReplicationController: ["spec", "template", "spec"],
  Job: ["spec", "template", "spec"],
  CronJob: ["spec", "jobTemplate", "spec", "template", "spec"],
};

export const CONTAINER_LISTS = ["initContainers", "containers", "ephemeralContainers"] as const;

/** API groups of Kubernetes itself (1.36, with `extensions` of old). Any other group is somebody's custom resource. */
export const BUILT_IN_GROUPS: ReadonlySet<string> = new Set([
  "core",
  "apps",
  "autoscaling",
  "batch",
  "extensions",
  "meta",
  "policy",
  ...[
    "admissionregistration",
    "apiextensions",
    "apiregistration",
    "authentication",
    "authorization",
    "certificates",
    "coordination",
    "discovery",
    "events",
    "flowcontrol.apiserver",
    "internal.apiserver",
    "networking",
    "node",
    "rbac.authorization",
    "resource",
    "scheduling",
    "storage",
    "storagemigration",
  ].map((name) => `${name}.k8s.io`),
]);

/** Resources whose images are rendered inside the provider, out of every policy's sight. */
export const OPAQUE: Readonly<Record<string, string>> = {
  "kubernetes:helm.sh/v3:Release": "a Helm Release",
  "kubernetes:helm.sh/v4:Chart": "a Helm Chart (v4)",
};

/** Cairn's component: its inputs list the pinned images, so that a policy sees them while the cluster does not exist yet. */
export const CAIRN_COMPONENT: typeof STACK_COMPONENT = "cairn:stack:Component";

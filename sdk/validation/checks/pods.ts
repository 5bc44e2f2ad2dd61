import { type V1Pod } from "@kubernetes/client-node";
import { type JsonObject } from "../../json";
import { type CheckContext } from "../types";

/** For clusters whose lock lists no image. Only its being scheduled matters. */
const PAUSE = "registry.k8s.io/pause:3.10.1";

/** Keeps a pod from being scheduled: the API server's side of it can be tested without running anything. */
export const NOT_SCHEDULED = { schedulingGates: [{ name: "cairn.dev/never-scheduled" }] };

/** The locked images, `reference` → `reference@digest`, by reference. */
export function lockedImages(
  images: CheckContext["images"],
): readonly (readonly [reference: string, pinned: string])[] {
  return Object.entries(images)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([reference, digest]) => [reference, `${reference}@${digest}`] as const);
}

/** A container that satisfies the `restricted` Pod Security Standard and, where images must be locked, the lock. */
export function container(name: string, image: string): JsonObject {
  return {
    name,
    image,
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  };
}

/** A small pod in the check's namespace, which may go to any node. `spec` adds to it or replaces parts of it. */
export function pod(
  ctx: Pick<CheckContext, "namespace" | "images">,
  name: string,
  spec: JsonObject = {},
  labels: JsonObject = {},
): JsonObject {
  const image = lockedImages(ctx.images)[0]?.[1] ?? PAUSE;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: ctx.namespace, labels },
    spec: podSpec(image, spec),
  };
}

/** The spec of such a pod, for templates. */
export function podSpec(image: string, spec: JsonObject = {}): JsonObject {
  return {
    restartPolicy: "Never",
    terminationGracePeriodSeconds: 0,
    automountServiceAccountToken: false,
    tolerations: [{ operator: "Exists" }],
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
    containers: [container("main", image)],
    ...spec,
  };
}

/** Restricts a pod to some nodes, by name. */
export function onNodes(names: readonly string[]): JsonObject {
  const nodeSelectorTerms = names.map((name) => ({
    matchFields: [{ key: "metadata.name", operator: "In", values: [name] }],
  }));
  return { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } };
}

export const isBound = (p: V1Pod): boolean => (p.spec?.nodeName ?? "") !== "";

/** The scheduler's reason for not binding a pod; undefined as long as it has not given one. */
export function schedulerReason(p: V1Pod): string | undefined {
  const condition = p.status?.conditions?.find((c) => c.type === "PodScheduled" && c.status === "False");
  return condition === undefined ? undefined : (condition.message ?? condition.reason ?? "no reason given");
}

/** `a-0 on gpu-1, a-1 unbound` */
export const placement = (pods: readonly V1Pod[]): string =>
  pods.map((p) => `${p.metadata?.name} ${isBound(p) ? `on ${p.spec?.nodeName}` : "unbound"}`).join(", ") || "no pods";

import { type JsonObject } from "../json";
import { type RenderedObject, type RenderStage } from "../lock";

/** Objects that may be applied at once, after everything in the layers before. */
export type Layer = readonly RenderedObject[];

const STAGES: readonly RenderStage[] = ["namespace", "crds", "pre", "main", "post"];

/** What runs pods. What they mount and whose accounts they use comes before. */
const WORKLOADS: ReadonlySet<string> = new Set([
  "v1/Pod",
  "v1/ReplicationController",
  "apps/v1/DaemonSet",
  "apps/v1/Deployment",
  "apps/v1/ReplicaSet",
  "apps/v1/StatefulSet",
  "batch/v1/CronJob",
  "batch/v1/Job",
]);

/**
 * What calls a workload of the component, and so must come after it and go before it. An Ingress is waited for by Pulumi's Kubernetes
 * provider until a controller gives it an address, and that controller may be in the component.
 */
const CALLERS: ReadonlySet<string> = new Set([
  "admissionregistration.k8s.io/v1/MutatingWebhookConfiguration",
  "admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration",
  "apiregistration.k8s.io/v1/APIService",
  "networking.k8s.io/v1/Ingress",
]);

/**
 * The order in which a component's objects are applied; they are deleted in reverse. By stage, then by Helm's hook weight, then:
 * configuration, workloads, what calls them, and at the end custom resources whose controller is in the component. Custom resources of
 * others (a Certificate that a Deployment mounts) count as configuration.
 */
export function layersOf(objects: readonly RenderedObject[]): readonly Layer[] {
  const ownKinds = new Set(objects.flatMap(({ manifest }) => kindsDefinedBy(manifest)));
  const layers = new Map<string, RenderedObject[]>();
  const ranked = objects.map((object) => ({
    object,
    rank: [STAGES.indexOf(object.stage), object.weight, step(object, ownKinds)],
  }));
  ranked.sort((a, b) => compare(a.rank, b.rank) || (a.object.id < b.object.id ? -1 : 1));
  for (const { object, rank } of ranked) {
    const key = rank.join();
    layers.set(key, [...(layers.get(key) ?? []), object]);
  }
  return [...layers.values()];
}

function step({ manifest }: RenderedObject, ownKinds: ReadonlySet<string>): number {
  const kind = kindOf(manifest);
  if (WORKLOADS.has(kind)) return 1;
  if (CALLERS.has(kind)) return 2;
  return ownKinds.has(kind.replace(/\/[^/]+\//, "/")) ? 3 : 0;
}

const kindOf = (manifest: JsonObject): string => `${String(manifest["apiVersion"])}/${String(manifest["kind"])}`;

/** `group/Kind` */
function kindsDefinedBy(manifest: JsonObject): readonly string[] {
  if (manifest["kind"] !== "CustomResourceDefinition") return [];
  const { group, names } = manifest["spec"] as { readonly group: string; readonly names: { readonly kind: string } };
  return [`${group}/${names.kind}`];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at === -1 ? 0 : a[at]! - b[at]!;
}

import { type V1DeviceClass, type V1Node, type V1ResourceSlice } from "@kubernetes/client-node";
import { type KubeClient } from "../kube";
import { type Criteria } from "../recipe";
import { describeNode, type NodeFacts } from "./node-facts";
import { tierOf } from "./tier";
import { type Tier } from "./types";

/** Nodes that are alike in everything that is recorded. */
export interface NodeGroup {
  readonly nodes: number;
  readonly ready: number;
  readonly service?: string;
  readonly accelerator?: string;
  /** Devices per node. */
  readonly gpus: number;
  readonly os: { readonly image: string; readonly id?: string; readonly version?: string };
  readonly kernel: string;
  readonly kubelet: string;
  readonly architecture: string;
  readonly instanceType?: string;
  readonly simulated: boolean;
}

/** What a cluster is, at one moment. Plain data, in a fixed order. */
export interface Snapshot {
  readonly apiVersion: "cairn.dev/v1";
  readonly kind: "Snapshot";
  /** UID of the `kube-system` namespace: another cluster has another one. */
  readonly identity: string;
  readonly tier: Tier;
  /** `1.36.1` */
  readonly kubernetes: { readonly version: string };
  readonly nodes: readonly NodeGroup[];
  /** Label key → its values, for keys with few values; keys that differ on every node are left out. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** `apps/v1`, sorted. */
  readonly apiVersions: readonly string[];
  readonly deviceClasses: readonly string[];
  /** What only the cloud's API knows, as the program that made the cluster declares it, by the path that constraints use. */
  readonly declared?: Readonly<Record<string, string>>;
}

/** More values than that do not describe a cluster but number its nodes. */
const MAX_LABEL_VALUES = 8;

/**
 * Reads what a cluster is. Changes nothing.
 *
 * @example
 * const { recipe } = resolve(catalog, { ...criteria, ...criteriaFromSnapshot(await snapshot(kube)) });
 */
export async function snapshot(kube: KubeClient, signal?: AbortSignal): Promise<Snapshot> {
  const options = signal === undefined ? {} : { signal };
  const [version, resources, system, nodes] = await Promise.all([
    kube.version(signal),
    kube.resources(signal),
    kube.get({ apiVersion: "v1", kind: "Namespace", name: "kube-system" }, signal),
    kube.list("v1", "Node", options) as unknown as Promise<readonly V1Node[]>,
  ]);
  const apiVersions = [...new Set(resources.map((r) => r.groupVersion))].sort();
  const listDra = async <T>(kind: string): Promise<readonly T[]> =>
    apiVersions.includes("resource.k8s.io/v1")
      ? ((await kube.list("resource.k8s.io/v1", kind, options)) as unknown as readonly T[])
      : [];
  const slices = await listDra<V1ResourceSlice>("ResourceSlice");
  const classes = await listDra<V1DeviceClass>("DeviceClass");
  return {
    apiVersion: "cairn.dev/v1",
    kind: "Snapshot",
    identity: String(system?.metadata["uid"] ?? ""),
    tier: tierOf(nodes),
    kubernetes: { version },
    nodes: groupNodes(nodes.map((node) => describeNode(node, slices))),
    labels: summariseLabels(nodes),
    apiVersions,
    deviceClasses: classes.map((c) => c.metadata?.name ?? "").sort(),
  };
}

function groupNodes(nodes: readonly NodeFacts[]): readonly NodeGroup[] {
  const groups = new Map<string, NodeGroup>();
  for (const { ready, ...facts } of nodes) {
    const key = JSON.stringify(facts);
    const group = groups.get(key) ?? { nodes: 0, ready: 0, ...facts };
    groups.set(key, { ...group, nodes: group.nodes + 1, ready: group.ready + (ready ? 1 : 0) });
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

function summariseLabels(nodes: readonly V1Node[]): Snapshot["labels"] {
  const values = new Map<string, Set<string>>();
  for (const node of nodes)
    for (const [key, value] of Object.entries(node.metadata?.labels ?? {}))
      values.set(key, (values.get(key) ?? new Set()).add(value));
  const tellsNodesApart = (distinct: number): boolean =>
    distinct > MAX_LABEL_VALUES || (nodes.length > 1 && distinct === nodes.length);
  return Object.fromEntries(
    [...values]
      .filter(([, distinct]) => !tellsNodesApart(distinct.size))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, distinct]) => [key, [...distinct].sort()]),
  );
}

/**
 * The criteria that a cluster itself answers. A dimension on which its nodes disagree, or which they do not show, is left out.
 */
export function criteriaFromSnapshot(
  found: Snapshot,
): Partial<Pick<Criteria, "service" | "accelerator" | "os" | "nodes">> {
  const gpuNodes = found.nodes.filter((group) => group.gpus > 0);
  const service = only(found.nodes.map((group) => group.service)) ?? serviceOfVersion(found.kubernetes.version);
  const accelerator = only(gpuNodes.map((group) => group.accelerator));
  const os = only((gpuNodes.length > 0 ? gpuNodes : found.nodes).map((group) => group.os.id));
  return {
    ...(service !== undefined && { service }),
    ...(accelerator !== undefined && { accelerator }),
    ...(os !== undefined && { os }),
    nodes: gpuNodes.reduce((sum, group) => sum + group.nodes, 0),
  };
}

/** Managed services mark their builds: `1.33.5-eks-3025e55`, `1.33.5-gke.1234`. */
const serviceOfVersion = (version: string): string | undefined => /-(eks|gke|aks)\b/.exec(version)?.[1];

function only(values: readonly (string | undefined)[]): string | undefined {
  const distinct = new Set(values);
  return distinct.size === 1 ? values[0] : undefined;
}

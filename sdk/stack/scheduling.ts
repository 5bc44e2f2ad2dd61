import { type ClusterFacts, type NodePool, type Taint } from "../cluster";
import { type JsonObject } from "../json";
import { type NodeAddress, type Scheduling } from "../recipe";

/**
 * How pods reach the pools of a cluster: the labels that a role's pools share and no other pool has, and tolerations for their taints.
 * Without system pools, system pods go where the GPUs are.
 *
 * @example
 * schedulingOf(cluster.facts).accelerated.nodeSelector; // { "cairn.dev/pool": "gpu" }
 */
export function schedulingOf({ pools }: Pick<ClusterFacts, "pools">): Scheduling {
  const gpu = pools.filter(({ role }) => role === "gpu");
  const system = pools.filter(({ role }) => role === "system");
  const accelerated = addressOf(gpu, system);
  return {
    system: system.length === 0 ? accelerated : addressOf(system, gpu),
    accelerated,
    gpuNodes: gpu.reduce((sum, { nodes }) => sum + nodes, 0),
  };
}

function addressOf(pools: readonly NodePool[], others: readonly NodePool[]): NodeAddress {
  const [first, ...rest] = pools;
  const shared = Object.entries(first?.labels ?? {}).filter(
    ([key, value]) =>
      rest.every(({ labels }) => labels[key] === value) && others.every(({ labels }) => labels[key] !== value),
  );
  const taints = pools.flatMap((pool) => pool.taints);
  return { nodeSelector: Object.fromEntries(shared.sort(byKey)), tolerations: unique(taints.map(tolerationOf)) };
}

function tolerationOf({ key, value, effect }: Taint): JsonObject {
  return value === undefined || value === ""
    ? { key, operator: "Exists", effect }
    : { key, operator: "Equal", value, effect };
}

function unique(tolerations: readonly JsonObject[]): readonly JsonObject[] {
  return [...new Map(tolerations.map((toleration) => [JSON.stringify(toleration), toleration])).entries()]
    .sort(byKey)
    .map(([, toleration]) => toleration);
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

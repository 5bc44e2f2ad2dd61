import { type KubeObject } from "../../kube";
import { type NodePool } from "../types";
import { ACCELERATORS, type AcceleratorModel, type LocalAccelerator } from "./accelerators";

/** Allocatable resources of one simulated node, beside its GPUs. Sizes of a p5.48xlarge and of a small general-purpose machine. */
const CAPACITY = {
  gpu: { cpu: "192", memory: "2048Gi", "ephemeral-storage": "3500Gi", pods: "110" },
  system: { cpu: "16", memory: "64Gi", "ephemeral-storage": "100Gi", pods: "110" },
} as const satisfies Record<NodePool["role"], Readonly<Record<string, string>>>;

export interface PoolSettings {
  readonly accelerator: LocalAccelerator;
  /** GPU nodes. */
  readonly nodes: number;
  readonly devicesPerNode: number;
}

/** One system node, and the GPU nodes with the labels and the taint that a cloud's GPU pool has once its operators have run. */
export function localPools({ accelerator, nodes, devicesPerNode }: PoolSettings): readonly NodePool[] {
  const model: AcceleratorModel = ACCELERATORS[accelerator];
  return [
    {
      name: "system",
      role: "system",
      nodes: 1,
      labels: poolLabels("system", "amd64"),
      taints: [],
      acceleratorsPerNode: 0,
    },
    {
      name: "gpu",
      role: "gpu",
      nodes,
      labels: { ...poolLabels("gpu", model.architecture), ...gpuLabels(model, devicesPerNode) },
      taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }],
      acceleratorsPerNode: devicesPerNode,
    },
  ];
}

function poolLabels(name: string, architecture: string): Readonly<Record<string, string>> {
  return {
    "cairn.dev/pool": name,
    "kubernetes.io/arch": architecture,
    "kubernetes.io/os": "linux",
    "node.kubernetes.io/instance-type": `simulated-${name}`,
  };
}

/** Labels of gpu-feature-discovery and Node Feature Discovery; the vendor ID 10de is NVIDIA's. */
function gpuLabels(model: AcceleratorModel, devices: number): Readonly<Record<string, string>> {
  return {
    "feature.node.kubernetes.io/pci-10de.present": "true",
    "nvidia.com/gpu.present": "true",
    "nvidia.com/gpu.product": model.product,
    "nvidia.com/gpu.count": String(devices),
    "nvidia.com/gpu.memory": String(model.memory),
    "nvidia.com/gpu.family": model.family,
    "nvidia.com/gpu.compute.major": String(model.compute[0]),
    "nvidia.com/gpu.compute.minor": String(model.compute[1]),
    "nvidia.com/gpu.replicas": "1",
    "nvidia.com/gpu.sharing-strategy": "none",
    "nvidia.com/mig.capable": String(model.mig),
  };
}

/** The Node objects of a pool, named `<pool>-<index>`. */
export function nodesOf(pool: NodePool): readonly KubeObject[] {
  const capacity = {
    ...CAPACITY[pool.role],
    ...(pool.acceleratorsPerNode > 0 ? { "nvidia.com/gpu": String(pool.acceleratorsPerNode) } : {}),
  };
  return Array.from({ length: pool.nodes }, (_, index) => {
    const name = `${pool.name}-${index}`;
    return {
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name,
        labels: { ...pool.labels, "kubernetes.io/hostname": name },
        annotations: { "kwok.x-k8s.io/node": "fake" },
      },
      spec: { taints: pool.taints.map((taint) => ({ ...taint })) },
      status: {
        capacity,
        allocatable: capacity,
        nodeInfo: { architecture: pool.labels["kubernetes.io/arch"] ?? "amd64", operatingSystem: "linux" },
      },
    };
  });
}

import { type V1Node, type V1ResourceSlice } from "@kubernetes/client-node";
import { acceleratorOf, acceleratorOfNode, extendedGpus, osOf, serviceOf } from "./hardware";
import { type NodeGroup } from "./snapshot";
import { isSimulatedNode } from "./tier";

// In a file of its own, so that the compiler of a program that imports Cairn need not read the types of Kubernetes' client: they are more
// than all others together.

export type NodeFacts = Omit<NodeGroup, "nodes" | "ready"> & { readonly ready: boolean };

export function describeNode(node: V1Node, slices: readonly V1ResourceSlice[]): NodeFacts {
  const info = node.status?.nodeInfo;
  const labels = node.metadata?.labels ?? {};
  const simulated = isSimulatedNode(node);
  const devices = slices.filter((s) => s.spec.nodeName === node.metadata?.name).flatMap((s) => s.spec.devices ?? []);
  const models = devices.flatMap((d) => Object.values(d.attributes ?? {}).map((a) => acceleratorOf(a.string ?? "")));
  const service = serviceOf(node.spec?.providerID ?? "") ?? (simulated ? "local" : undefined);
  const accelerator = acceleratorOfNode(node) ?? models.find((model) => model !== undefined);
  const instanceType = labels["node.kubernetes.io/instance-type"];
  return {
    ready: node.status?.conditions?.some((c) => c.type === "Ready" && c.status === "True") ?? false,
    ...(service !== undefined && { service }),
    ...(accelerator !== undefined && { accelerator }),
    gpus: Math.max(extendedGpus(node), devices.length),
    os: { image: info?.osImage ?? "", ...osOf(info?.osImage ?? "") },
    kernel: info?.kernelVersion ?? "",
    kubelet: info?.kubeletVersion ?? "",
    architecture: info?.architecture ?? "",
    ...(instanceType !== undefined && { instanceType }),
    simulated,
  };
}

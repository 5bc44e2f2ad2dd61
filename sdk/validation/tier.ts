import { type V1Node } from "@kubernetes/client-node";
import { type Tier } from "./types";

/** KWOK acts as the kubelet of nodes with this annotation (https://kwok.sigs.k8s.io/docs/user/configuration, v0.7). */
const KWOK_NODE = "kwok.x-k8s.io/node";

/** No kubelet stands behind this node. */
export const isSimulatedNode = (node: V1Node): boolean => node.metadata?.annotations?.[KWOK_NODE] === "fake";

/**
 * `cluster` only where every node has a kubelet. One simulated node is enough to make a result simulated, because nothing says on
 * which node a check's pods will land. `accelerator` is claimed by checks that ran on a device, never from looking at nodes.
 */
export function tierOf(nodes: readonly V1Node[]): Tier {
  return nodes.length > 0 && !nodes.some(isSimulatedNode) ? "cluster" : "simulated";
}

/** What a tier means for the reader of a result. */
export const TIER_NOTE: Readonly<Record<Tier, string>> = {
  simulated: "simulated: no kubelet, no devices; shows how the control plane behaves and never counts as conformance",
  cluster: "cluster: real kubelets, no device was exercised",
  accelerator: "accelerator: ran on a real device",
};

const FROM_WEAKEST: readonly Tier[] = ["simulated", "cluster", "accelerator"];

/** The weaker of two tiers: nobody can claim more than the nodes show. */
export function weakerTier(a: Tier, b: Tier): Tier {
  return FROM_WEAKEST.indexOf(a) < FROM_WEAKEST.indexOf(b) ? a : b;
}

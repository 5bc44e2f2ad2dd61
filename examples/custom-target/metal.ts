import { type ClusterTarget } from "@cairn/sdk";
import { existing } from "@cairn/sdk/existing";
import type * as pulumi from "@pulumi/pulumi";

/** Machines in a hall of our own. */
export interface MetalArgs {
  /** Machines with eight H100 each. */
  readonly nodes: number;
  readonly kubernetesVersion: string;
  /** Of the cluster that our installer made. */
  readonly kubeconfig: pulumi.Input<string>;
}

/**
 * A target is plain facts, known at once, and a function that makes the cluster. This one makes nothing, so `existing()` does the rest. One
 * that does registers its resources under `opts.parent`, gives `existing()` the kubeconfig that comes out of them, and adds them to `ready`.
 */
export function metal({ nodes, kubernetesVersion, kubeconfig }: MetalArgs): ClusterTarget {
  if (!Number.isInteger(nodes) || nodes < 1) throw new RangeError(`nodes: must be a whole number from 1, not ${nodes}`);
  const facts = {
    service: "metal",
    accelerator: "h100",
    os: "ubuntu",
    kubernetesVersion,
    fabric: "infiniband",
    pools: [
      {
        name: "system",
        role: "system",
        nodes: 3,
        labels: { "acme.example/pool": "system" },
        taints: [],
        acceleratorsPerNode: 0,
      },
      {
        name: "gpus",
        role: "gpu",
        nodes,
        // Whoever makes the nodes gives them these; the recipe's components are told where to go from here.
        labels: { "acme.example/pool": "gpus" },
        taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }],
        acceleratorsPerNode: 8,
      },
    ],
  } as const;
  return existing({ kubeconfig, facts });
}

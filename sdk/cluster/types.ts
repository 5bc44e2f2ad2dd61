import type * as pulumi from "@pulumi/pulumi";

/** A group of like nodes. Plain data, known when the program is constructed. */
export interface NodePool {
  readonly name: string;
  readonly role: "system" | "gpu";
  readonly nodes: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Devices per node; 0 for a system pool. */
  readonly acceleratorsPerNode: number;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/**
 * What rendering and recipe resolution need to know about a cluster before it exists, so that preview and up render the same.
 *
 * @typeParam Service - The service's name in recipe criteria, such as `"eks"`; likewise `Accelerator` and `OS`. What is only known when the
 * program runs is `string`.
 */
export interface ClusterFacts<
  Service extends string = string,
  Accelerator extends string = string,
  OS extends string = string,
> {
  readonly service: Service;
  readonly accelerator: Accelerator;
  readonly os: OS;
  /** `1.36.1`, or `1.36` where the cloud chooses the patch release. */
  readonly kubernetesVersion: string;
  readonly region?: string;
  readonly pools: readonly NodePool[];
  /** Transport between GPU nodes, as recipes name it: `efa`, `tcpxo`, `rdma`, `infiniband`, `roce`, `none`. @default not known */
  readonly fabric?: string;
  /** Values of the recipe's profiles that the target's own settings decide, such as `{ gpuStack: "azure-managed" }`. */
  readonly profiles?: Readonly<Record<string, string>>;
  /** What no Kubernetes API shows, by the path that constraints use: `{ "K8s.aks-gpu-pools.gpu-driver": "Install" }`. */
  readonly measurements?: Readonly<Record<string, string>>;
}

/** A running cluster. */
export interface ProvisionedCluster {
  readonly facts: ClusterFacts;
  /** Secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Changes when the cluster is another one: UID of its `kube-system` namespace. */
  readonly identity: pulumi.Output<string>;
  /** What the stack must wait for. */
  readonly ready: readonly pulumi.Resource[];
  /**
   * Whether load balancers and volumes that controllers made must go before the cluster and its network do.
   *
   * @default false
   */
  readonly drain?: boolean;
}

/**
 * Somewhere a GPU cluster can run. Third parties implement this one interface. Its types carry the criteria to the compiler, which refuses
 * a combination that no recipe covers.
 *
 * @typeParam Service - The service's name in recipe criteria, such as `"eks"` or `"local"`; likewise `Accelerator` and `OS`.
 */
export interface ClusterTarget<
  Service extends string = string,
  Accelerator extends string = string,
  OS extends string = string,
> {
  readonly service: Service;
  readonly facts: ClusterFacts<Service, Accelerator, OS>;
  /** Registers the cluster's resources under `opts.parent`. Called once, while the program is constructed. */
  provision(name: string, opts: pulumi.ComponentResourceOptions): ProvisionedCluster;
}

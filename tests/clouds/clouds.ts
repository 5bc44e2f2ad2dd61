import { aks } from "./cases/aks";
import { eks } from "./cases/eks";
import { gke } from "./cases/gke";
import { oke } from "./cases/oke";
import { type Existing } from "./mock-cloud/mock-cloud";

/** A cloud, and how its target is to behave there. */
export interface CloudCase {
  readonly program: string;
  /** Of providers that the mock plays. */
  readonly packages: readonly string[];
  /** The clusters of the program, by name. `train` makes all that it needs; others are on networks that are there, with other machines. */
  readonly clusters: Readonly<Record<string, ClusterCase>>;
  /** What is named first when the GPU pool of `train` would be replaced. */
  readonly refused: string;
  /** A Kubernetes version before the default one. Played on one cloud: all depend on the same resource. */
  readonly olderVersion?: string;
  /** Two Kubernetes versions of `train`, one after the other, and what the cloud is asked for on the way. */
  readonly upgrade: { readonly from: object; readonly to: object; readonly steps: readonly string[] };
  /** What was in the cloud before. */
  readonly existing: readonly Existing[];
  /** What outlives a destroy besides. */
  readonly kept: readonly string[];
}

export interface ClusterCase {
  readonly settings: object;
  readonly moreNodes: object;
  /** Settings that ask for other GPUs, or for another cluster. They are laid over those for more nodes, and each other. */
  readonly otherGpus: object;
  readonly otherCluster: object;
  /** What more nodes, and what other GPUs come to. */
  readonly grown: readonly string[];
  readonly exchanged: readonly string[];
  /** What the inputs of the GPU pool have in them then. */
  readonly asked: string;
  /** Names of the GPU pool, and of the network that the target made. */
  readonly gpus: string;
  readonly network?: string;
  /** Some of what is protected. */
  readonly protected: readonly string[];
  /** A resource, and what it has to wait for although it does not refer to it; which is thus deleted after it. */
  readonly needs: readonly (readonly string[])[];
  /** How a cluster is replaced, and what has to be in the new one. */
  readonly clusterReplaced: readonly string[];
  readonly objects: readonly string[];
}

export const CLOUDS: readonly CloudCase[] = [eks, gke, aks, oke];

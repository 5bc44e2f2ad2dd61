import { isDeepStrictEqual } from "node:util";
import type * as pulumi from "@pulumi/pulumi";
import { type NodePool } from "../types";
import { localClusterStatus, startLocalCluster, stopLocalCluster } from "./lifecycle";

/** Inputs of the dynamic resource. Plain data. */
export interface LocalClusterInputs {
  readonly clusterName: string;
  /** Relative to the project, so that the state means the same in another checkout. */
  readonly folder: string;
  readonly pools: readonly NodePool[];
  /** Version that the stack was rendered for. */
  readonly kubernetesVersion: string;
}

/** What the resource knows once the cluster runs. */
export interface LocalClusterOutputs extends LocalClusterInputs {
  readonly kubeconfig: string;
  readonly kubeconfigFile: string;
  readonly identity: string;
}

/** Changes of these make another cluster. */
const REPLACING = [
  "clusterName",
  "folder",
  "kubernetesVersion",
] as const satisfies readonly (keyof LocalClusterInputs)[];

/**
 * The operations of the dynamic resource. State keeps only a call to them, so that a newer Cairn manages a cluster that an older one
 * made.
 */
export const localClusterProvider = {
  async create(inputs: LocalClusterInputs): Promise<pulumi.dynamic.CreateResult<LocalClusterOutputs>> {
    return { id: inputs.clusterName, outs: await start(inputs) };
  },

  /** A cluster whose programs are gone differs from its settings: `up` after a reboot starts them again. */
  diff(_id: string, olds: LocalClusterOutputs, news: LocalClusterInputs): Promise<pulumi.dynamic.DiffResult> {
    const { state } = statusOf(olds);
    const replaces: string[] = REPLACING.filter((key) => olds[key] !== news[key]);
    if (state === "absent") replaces.push("identity");
    // Pulumi's engine does not keep the order of keys.
    const changes = replaces.length > 0 || state !== "running" || !isDeepStrictEqual(olds.pools, news.pools);
    return Promise.resolve({ changes, replaces, deleteBeforeReplace: true, stables: ["identity"] });
  },

  async update(
    _id: string,
    _olds: LocalClusterOutputs,
    news: LocalClusterInputs,
  ): Promise<pulumi.dynamic.UpdateResult<LocalClusterOutputs>> {
    return { outs: await start(news) };
  },

  /** A cluster whose folder is gone does not exist any more; one that is stopped does. */
  read(id: string, props: LocalClusterOutputs): Promise<pulumi.dynamic.ReadResult<LocalClusterOutputs>> {
    return Promise.resolve(statusOf(props).state === "absent" ? {} : { id, props });
  },

  async delete(_id: string, { clusterName, folder }: LocalClusterOutputs): Promise<void> {
    await stopLocalCluster({ name: clusterName, folder });
  },
};

async function start(inputs: LocalClusterInputs): Promise<LocalClusterOutputs> {
  const { clusterName, folder, pools, kubernetesVersion } = inputs;
  const running = await startLocalCluster({ name: clusterName, folder, pools });
  const { kubeconfig, kubeconfigFile, identity } = running;
  return { clusterName, folder, pools, kubernetesVersion, kubeconfig, kubeconfigFile, identity };
}

function statusOf({ clusterName, folder }: LocalClusterInputs) {
  return localClusterStatus({ name: clusterName, folder });
}

/**
 * GPU clusters on Google Kubernetes Engine. Settings go in; a network, a key, a cluster with a system pool and a GPU pool with its fabric come
 * out, and a target for `GpuTrainingCluster` and `GpuInferenceCluster` that knows its facts before any of it exists.
 */
import "./peer";
import { identityOf } from "../identity";
import { type ClusterTarget } from "../types";
import { type GkeArgs } from "./args";
import { GkeCluster } from "./cluster";
import { type GkeAccelerator } from "./machines";
import { planGke } from "./plan";

export {
  dnsEndpoint,
  privateEndpoint,
  publicEndpoint,
  type GkeAccess,
  type GkeArgs,
  type GkeDiskArgs,
  type GkeEncryption,
  type GkeEndpoint,
  type GkeExistingNetwork,
  type GkeGpuArgs,
  type GkeGpuSettings,
  type GkeGpuStack,
  type GkeLog,
  type GkeNewNetwork,
  type GkePart,
  type GkeSettings,
  type GkeSystemArgs,
  type GkeTransforms,
} from "./args";
export {
  blueGreen,
  flexStart,
  inPlace,
  onDemand,
  queued,
  reservation,
  spot,
  surge,
  type BlueGreenArgs,
  type Capacity,
  type FlexStart,
  type FlexStartArgs,
  type OnDemand,
  type Queued,
  type Reservation,
  type Spot,
  type Upgrade,
} from "./capacity";
export { GkeCluster } from "./cluster";
export {
  MACHINES,
  SOURCES,
  type GkeAccelerator,
  type GkeDiskType,
  type GkeFabric,
  type GkeMachine,
  type GkeMachineType,
  type GkeMachineTypeOf,
  type NetworkLayout,
  type Source,
} from "./machines";
export { CHANNELS, type ReleaseChannel } from "./versions";

/**
 * A GPU cluster on GKE. Settings are checked at once, so that a mistake costs nothing. See {@link GkeArgs} for all of them.
 *
 * The kubeconfig calls `gke-gcloud-auth-plugin` with Application Default Credentials: Google gives no lasting credential without it.
 *
 * @throws CairnError `CLUSTER_SETTINGS` with every setting that cannot be, each at its path; `PEER_MISSING` without `@pulumi/gcp`.
 * @example
 * new GpuTrainingCluster("train", {
 *   on: gke({ project: "acme-ai", region: "us-central1", gpus: { accelerator: "h100", nodes: 4, zone: "us-central1-a" } }),
 *   platform: "kubeflow",
 * });
 */
export function gke<const Accelerator extends GkeAccelerator>(
  args: GkeArgs<Accelerator>,
): ClusterTarget<"gke", Accelerator, "cos"> {
  const { facts } = planGke(args);
  return {
    service: "gke",
    facts,
    provision(name, opts) {
      const cluster = new GkeCluster(name, args, opts);
      const { kubeconfig, ready } = cluster;
      return { facts, kubeconfig, identity: identityOf(kubeconfig), ready, drain: true };
    },
  };
}

/**
 * A GPU cluster on Amazon EKS: settings go in, and are checked before anything is registered; network, control plane, node pools, add-ons
 * and identities come out, with a kubeconfig and the facts that a recipe needs.
 */
import "./peer";
import { identityOf } from "../identity";
import { type ClusterTarget } from "../types";
import { type EksArgs } from "./args";
import { EksCluster } from "./cluster";
import { type EksOs } from "./images";
import { type EksAccelerator } from "./instances";
import { planEks } from "./plan";

export {
  type AccessArgs,
  type EksArgs,
  type EncryptionArgs,
  type ExistingNetwork,
  type GpuPoolArgs,
  type KubeletSettings,
  type LogArgs,
  type LogType,
  type NewNetwork,
  type ReplaceablePart,
  type SystemPoolArgs,
} from "./args";
export {
  type Capacity,
  capacityBlock,
  onDemand,
  onDemandReservation,
  type PlacedReservation,
  reservationGroup,
  spot,
} from "./capacity";
export { type EksChildren, type EksTransforms } from "./children";
export { EksCluster } from "./cluster";
export {
  ami,
  amiRelease,
  type EksGpuStack,
  type EksOs,
  type GpuStackOf,
  type ImageById,
  type ImageOf,
  type ImageRelease,
} from "./images";
export {
  type EksAccelerator,
  type EksInstanceType,
  type GpuInstance,
  INSTANCES,
  type InstanceTypeOf,
  SOURCES,
  USUAL_INSTANCE,
} from "./instances";
export {
  type InterfaceType,
  type Layout,
  type LayoutName,
  type Layouts,
  type NetworkCard,
  type Networking,
  type NetworkInterface,
} from "./interfaces";
export { type AwsRegion, type PartitionName, type Region, REGIONS } from "./regions";
export { type EksAddon, type EksMinor, type MinorFacts, MINORS } from "./versions";

/**
 * A cluster on Amazon EKS. It is planned at once, so that a mistake costs nothing.
 *
 * @throws CairnError `CLUSTER_SETTINGS` with every wrong setting, each at its path; `PEER_MISSING` on import without `@pulumi/aws`
 * @example
 * new GpuTrainingCluster("train", {
 *   on: eks({ region: "us-west-2", gpus: { accelerator: "h100", nodes: 16, capacity: capacityBlock("cr-0123456789abcdef0") } }),
 *   platform: "kubeflow",
 * });
 */
export function eks<const A extends EksAccelerator, const OS extends EksOs = "ubuntu">(
  args: EksArgs<A, OS>,
): ClusterTarget<"eks", A, OS>;
export function eks(args: EksArgs): ClusterTarget<"eks"> {
  const { facts } = planEks(args);
  return {
    service: "eks",
    facts,
    provision(name, opts) {
      const cluster = new EksCluster(name, args, opts);
      const { kubeconfig, ready } = cluster;
      // Controllers make load balancers and volumes that nobody else would remove.
      return { facts, kubeconfig, identity: identityOf(kubeconfig), ready, drain: true };
    },
  };
}

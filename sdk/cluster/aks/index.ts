/**
 * Azure Kubernetes Service. A location, GPUs and what should be otherwise go in; a private cluster with a GPU pool, its network, keys, logs
 * and identities comes out, and facts for the recipe. Nothing of Azure is loaded, and nothing is asked, before this module is imported.
 */
import "./peer";
import { identityOf } from "../identity";
import { type ClusterTarget } from "../types";
import { type AksArgs, type AksOs } from "./args";
import { AksCluster } from "./cluster";
import { planAks } from "./plan";
import { type AnyAksArgs } from "./plan-types";
import { type AksAccelerator } from "./vm-sizes";

export type * from "./args";
export { AksCluster } from "./cluster";
export {
  capacityReservationGroup,
  group,
  newReservation,
  nodePoolSnapshot,
  onDemand,
  servicePrincipal,
  spot,
  user,
} from "./constructors";
export { type AksPlan } from "./plan-types";
export { planAks } from "./plan";
export { type AksTransforms } from "./transforms";
export { VERSIONS, type AksMinor, type AksVersion } from "./versions";
export {
  DEFAULT_VM_SIZES,
  VM_SIZES,
  type AksAccelerator,
  type AksVmSizeName,
  type AksVmSizeOf,
  type VmSize,
} from "./vm-sizes";

/**
 * A GPU cluster on AKS: private, in a network of its own, with keys of its own and an audit log. Everything can be said otherwise; five
 * lines are enough.
 *
 * The kubeconfig asks Microsoft's `kubelogin` for tokens, which must be installed where Pulumi runs; see `access.login` for ways without.
 *
 * @throws CairnError `CLUSTER_SETTINGS` with every setting that is wrong, each with its path and what to do; nothing was asked of Azure then.
 * `PEER_MISSING` where `@pulumi/azure-native` is not installed.
 * @example
 * new GpuTrainingCluster("train", {
 *   on: aks({ location: "eastus2", gpus: { accelerator: "h100", nodes: 4 } }),
 *   platform: "kubeflow",
 * });
 */
export function aks<const A extends AksAccelerator, const OS extends AksOs = "ubuntu">(
  args: AksArgs<A, OS>,
): ClusterTarget<"aks", A, OS>;
export function aks(args: AnyAksArgs): ClusterTarget<"aks", AksAccelerator, AksOs> {
  const { facts } = planAks(args);
  return {
    service: "aks",
    facts,
    provision(name, opts) {
      const { kubeconfig, ready } = new AksCluster(name, args, opts);
      return { facts, kubeconfig, identity: identityOf(kubeconfig), ready, drain: true };
    },
  };
}

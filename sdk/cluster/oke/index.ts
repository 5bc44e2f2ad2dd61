/**
 * GPU clusters on Oracle Cloud (OKE). Settings go in; they are checked and filled in at once, without a call. Facts for the recipe come out,
 * and, when the program registers resources, a network, keys, identities, an enhanced cluster, a system pool and one GPU pool.
 */
import "./peer";
import { identityOf } from "../identity";
import { type ClusterTarget } from "../types";
import { type OkeArgs, type OkeOs } from "./args";
import { OkeCluster } from "./cluster";
import { planOke } from "./plan";
import { type OkeAccelerator, type OkeShapeOf } from "./shapes";

export {
  type OkeAccess,
  type OkeArgs,
  type OkeCapacity,
  type OkeEncryption,
  type OkeExistingNetwork,
  type OkeGpus,
  type OkeGpuStack,
  type OkeNetwork,
  type OkeNewNetwork,
  type OkeOs,
  type OkePool,
  type OkeProtected,
  type OkeSystemPool,
  type OkeWorkload,
} from "./args";
export { OkeCluster } from "./cluster";
export { planOke, type OkePlan } from "./plan";
export {
  OKE_SHAPES,
  type OkeAccelerator,
  type OkeGpuShape,
  type OkePoolKind,
  type OkeShape,
  type OkeShapeOf,
} from "./shapes";
export { type OkeTransforms } from "./transforms";
export {
  capacityReservation,
  clusterNetwork,
  computeCluster,
  existingNetwork,
  gpuMemoryCluster,
  hostGroup,
  nodePool,
} from "./variants";
export { OKE_VERSIONS, type OkeMinor, type OkeVersion } from "./versions";

/**
 * A GPU cluster on OKE: enhanced, private, with pods in the VCN, encrypted with a key of its own and protected against deletion.
 *
 * The kubeconfig calls Oracle's CLI for each token, because OKE has no credential that lasts. With the private endpoint the program must run
 * where the VCN is reached: a machine in it, a VPN, or OCI Bastion.
 *
 * @throws CairnError `CLUSTER_SETTINGS` with everything that is wrong with the settings, each at its property
 * @example
 * oke({
 *   region: "us-ashburn-1",
 *   compartmentId: "ocid1.compartment.oc1..aaaa",
 *   gpus: { accelerator: "h100", nodes: 4, availabilityDomain: "Uocm:US-ASHBURN-AD-1", image: "ocid1.image.oc1.iad.aaaa" },
 * })
 */
export function oke<const Accelerator extends OkeAccelerator, const OS extends OkeOs = "ubuntu">(
  args: OkeArgs<Accelerator, OS> & { readonly gpus: { readonly shape?: OkeShapeOf<Accelerator> } },
): ClusterTarget<"oke", Accelerator, OS> {
  const { facts } = planOke(args);
  return {
    service: "oke",
    facts,
    provision(name, opts) {
      const cluster = new OkeCluster(name, args, opts);
      const { kubeconfig, ready } = cluster;
      return { facts, kubeconfig, identity: identityOf(kubeconfig), ready, drain: true };
    },
  };
}

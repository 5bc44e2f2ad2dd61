import { ComputeCluster } from "@pulumi/oci/core/computeCluster";
import type * as pulumi from "@pulumi/pulumi";
import { type Endpoint } from "./kubeconfig";
import { type Network } from "./network";
import { make, placed, type Site } from "./site";

/** What pools are made with. */
export interface PoolSettings {
  readonly site: Site;
  readonly network: Network;
  readonly key: pulumi.Output<string>;
  readonly clusterId: pulumi.Output<string>;
  readonly endpoint: Endpoint;
}

/** What joins the machines of a pool by RDMA. Empty, it costs nothing; it goes after the last machine. */
export function fabric(site: Site): ComputeCluster {
  const { args, plan, name } = site;
  return make(
    site,
    ComputeCluster,
    "gpus-fabric",
    { ...placed(site), displayName: `${name}-gpus`, availabilityDomain: plan.gpus.availabilityDomain },
    args.transform?.computeCluster,
    { protect: plan.protect.gpus },
  );
}

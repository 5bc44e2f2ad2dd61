import { type OkeCapacity, type OkeExistingNetwork, type OkePool } from "./args";

/** Managed nodes in a compute cluster: RDMA between them. The default for H100, H200, B200 and A100. */
export const computeCluster = (): OkePool => ({ kind: "compute-cluster" });

/** Machines of one cluster network, which join by themselves. Needs `tenancyId`; creating it may take two hours. */
export const clusterNetwork = (): OkePool => ({ kind: "cluster-network" });

/** Managed nodes without RDMA between them. */
export const nodePool = (): OkePool => ({ kind: "node-pool" });

/**
 * Machines of NVLink domains (GB200, GB300), which join by themselves. Needs `tenancyId`.
 *
 * @param fabrics - GPU memory fabrics, each with an equal share of the nodes, at most 18. Without one Oracle chooses.
 * @example
 * gpuMemoryCluster({ fabrics: ["ocid1.computegpumemoryfabric.oc1.us-chicago-1.aaaa"] })
 */
export const gpuMemoryCluster = ({ fabrics }: { readonly fabrics?: readonly string[] } = {}): OkePool => ({
  kind: "gpu-memory-cluster",
  ...(fabrics !== undefined && { fabrics }),
});

/** Capacity that is reserved in the pool's availability domain. */
export const capacityReservation = (id: string): OkeCapacity => ({ kind: "reservation", id });

/** Machines of a compute host group. */
export const hostGroup = (id: string): OkeCapacity => ({ kind: "host-group", id });

/**
 * A network that is there, with one subnet each for the API endpoint, nodes, pods and load balancers.
 *
 * @example
 * oke({ network: existingNetwork({ vcnId, cidr: "10.40.0.0/16", subnets }), … })
 */
export const existingNetwork = (network: Omit<OkeExistingNetwork, "existing">): OkeExistingNetwork => ({
  existing: true,
  ...network,
});

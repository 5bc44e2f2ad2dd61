import { UNKNOWN, type Value } from "@cairn/policy-kit";
import * as aws from "./aws";
import * as azure from "./azure";
import * as gcp from "./gcp";
import * as oci from "./oci";
import { type Answer, below, type Count, type Finding, type Place } from "./rule";
import { type StackRules } from "./stack";

/** A GPU pool, in the words of its cloud. `template` is what it takes from another resource. */
interface Pool {
  readonly isGpu: (props: Value, template: Value) => Answer;
  readonly size: (props: Value) => Count;
  readonly namesCapacity: (props: Value, template: Value) => boolean;
  readonly fix: string;
}

const GKE: Pool = {
  isGpu: gcp.isGpuNodePool,
  size: gcp.sizeOf,
  namesCapacity: gcp.namesCapacity,
  fix: "name a reservation, or use flex start or queued provisioning",
};

const AKS: Pool = {
  isGpu: azure.isGpuAgentPool,
  size: azure.sizeOf,
  namesCapacity: azure.namesCapacity,
  fix: "name a capacity reservation group",
};

const POOLS: Readonly<Record<string, Pool>> = {
  [aws.NODE_GROUP]: {
    isGpu: aws.isGpuNodeGroup,
    size: aws.sizeOfNodeGroup,
    namesCapacity: aws.capacityOfNodeGroup,
    fix: "name a Capacity Block or an on-demand reservation in its launch template",
  },
  [gcp.NODE_POOL]: GKE,
  [azure.AGENT_POOL]: AKS,
  [oci.NODE_POOL]: {
    isGpu: oci.isGpuNodePool,
    size: oci.sizeOf,
    namesCapacity: oci.namesCapacity,
    fix: "name a capacity reservation, a host group or a compute cluster",
  },
  [oci.CLUSTER_NETWORK]: {
    isGpu: oci.isGpuClusterNetwork,
    size: oci.sizeOfClusterNetwork,
    namesCapacity: oci.clusterNetworkNamesCapacity,
    fix: "name a capacity reservation in its instance configuration",
  },
};

/** Clusters that may have pools written inside. */
const CLUSTERS: Readonly<Record<string, Pool & { readonly inside: (props: Value) => readonly Place[] }>> = {
  [gcp.CLUSTER]: { ...GKE, inside: gcp.poolsOf },
  [azure.CLUSTER]: { ...AKS, inside: azure.poolsOf },
};

/** A large pool without capacity of its own comes up in part, or not at all. */
function findingsOf(pool: Pool, props: Value, template: Value, largePool: number): readonly Finding[] {
  const isGpu = pool.isGpu(props, template);
  const { seen, exact } = pool.size(props);
  if (isGpu === false || pool.namesCapacity(props, template) || (seen < largePool && exact)) return [];
  const unseen = isGpu === UNKNOWN ? "which machines it has" : "its size";
  const problem =
    isGpu === true && seen >= largePool
      ? `a pool of ${seen} GPU nodes names no capacity`
      : `${unseen} is not known before \`up\`, and it names no capacity`;
  return [{ path: "", problem, fix: pool.fix }];
}

export const capacity: StackRules = {
  ...Object.fromEntries(
    Object.entries(POOLS).map(([type, pool]): [string, StackRules[string]] => [
      type,
      ({ props, template }, { settings }) => findingsOf(pool, props, template, settings.largePool),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(CLUSTERS).map(([type, pool]): [string, StackRules[string]] => [
      type,
      ({ props }, { settings }) =>
        pool
          .inside(props)
          .flatMap(({ path, value }) =>
            findingsOf(pool, value, undefined, settings.largePool).map((finding) => below(path, finding)),
          ),
    ]),
  ),
};

import { type Value } from "@cairn/policy-kit";
import * as aws from "./aws";
import * as azure from "./azure";
import * as gcp from "./gcp";
import * as oci from "./oci";
import { type Finding } from "./rule";

/** A GPU pool, in the words of its cloud. `template` is what it takes from another resource. */
interface Pool {
  readonly isGpu: (props: Value) => boolean;
  readonly size: (props: Value) => number;
  readonly namesCapacity: (props: Value, template: Value) => boolean;
  readonly fix: string;
}

const POOLS: Readonly<Record<string, Pool>> = {
  [aws.NODE_GROUP]: {
    isGpu: aws.isGpuNodeGroup,
    size: aws.sizeOfNodeGroup,
    namesCapacity: aws.capacityOfNodeGroup,
    fix: "name a Capacity Block or an on-demand reservation in its launch template",
  },
  [gcp.NODE_POOL]: {
    isGpu: gcp.isGpuNodePool,
    size: gcp.sizeOf,
    namesCapacity: gcp.namesCapacity,
    fix: "name a reservation, or use flex start or queued provisioning",
  },
  [azure.AGENT_POOL]: {
    isGpu: azure.isGpuAgentPool,
    size: azure.sizeOf,
    namesCapacity: azure.namesCapacity,
    fix: "name a capacity reservation group",
  },
  [oci.NODE_POOL]: {
    isGpu: oci.isGpuNodePool,
    size: oci.sizeOf,
    namesCapacity: oci.namesCapacity,
    fix: "name a capacity reservation or a compute cluster",
  },
};

/** A large pool without capacity of its own comes up in part, or not at all. */
export function capacity(type: string, props: Value, template: Value, largePool: number): readonly Finding[] {
  const pool = POOLS[type];
  if (pool === undefined || !pool.isGpu(props) || pool.namesCapacity(props, template)) return [];
  const size = pool.size(props);
  if (size < largePool) return [];
  return [{ path: "", problem: `a pool of ${size} GPU nodes names no capacity`, fix: pool.fix }];
}

import { isObject, UNKNOWN, type Value } from "@cairn/policy-kit";
import { restricted } from "./endpoint";
import {
  all,
  type Answer,
  at,
  type Count,
  count,
  each,
  entries,
  hasEntries,
  isFalse,
  isGiven,
  isNotTrue,
  isTrue,
  matches,
  most,
  must,
  one,
  type Place,
  type Rule,
  type Rules,
  some,
  whenFabric,
} from "./rule";

export const CLUSTER = "gcp:container/cluster:Cluster";
export const NODE_POOL = "gcp:container/nodePool:NodePool";

/** Pools that are written inside their cluster: in its list, in its zones unless they say otherwise, or as its default pool. */
export function poolsOf(props: Value): readonly Place[] {
  const listed = at(props, "nodePools[]").map(({ path, value }): Place => ({
    path,
    value: isObject(value) ? { nodeLocations: one(props, "nodeLocations"), ...value } : value,
  }));
  const keepsDefault = listed.length === 0 && isGiven(one(props, "nodeConfig")) && isNotTrue(one(props, REMOVES));
  return keepsDefault ? [{ path: "", value: props }] : listed;
}

const REMOVES = "removeDefaultNodePool";

/** A rule for pools, wherever they are written. */
const pools = (rule: Rule): Rules => ({ [NODE_POOL]: rule, [CLUSTER]: each(poolsOf, rule) });

const machineIs = (props: Value, pattern: RegExp): Answer => matches(one(props, "nodeConfig.machineType"), pattern);

const isAny = (list: Value): Answer => (list === UNKNOWN ? UNKNOWN : hasEntries(list));

/** A and G machines have GPUs, whether or not the pool lists them. */
export const isGpuNodePool = (props: Value): Answer =>
  some([isAny(one(props, "nodeConfig.guestAccelerators")), machineIs(props, /^(a[2-9]x?|g[2-9])-/)]);

/** Machines whose GPUs talk over a network of their own; the smaller A3 have none. */
const hasFabric = (props: Value): Answer => machineIs(props, /^(a3-(high|mega|ultra)gpu-8g|a[4-9])/);

export const endpoint: Rules = {
  [CLUSTER]: restricted({
    // The DNS endpoint is guarded by IAM; without IP endpoints it is the only one.
    isPublic: ({ props }) => {
      const isPrivate = one(props, "privateClusterConfig.enablePrivateEndpoint");
      const answers = one(props, "controlPlaneEndpointsConfig.ipEndpointsConfig.enabled");
      if (isTrue(isPrivate) || answers === false) return false;
      return isPrivate !== UNKNOWN && answers !== UNKNOWN ? true : UNKNOWN;
    },
    ranges: "masterAuthorizedNetworksConfig.cidrBlocks[].cidrBlock",
    fix: "set privateClusterConfig.enablePrivateEndpoint, turn the IP endpoints off, or name the networks that may reach it",
  }),
};

export const encryption: Rules = {
  [CLUSTER]: all(
    must(
      "databaseEncryption.state",
      (value) => value === "ENCRYPTED" || value === "ALL_OBJECTS_ENCRYPTION_ENABLED",
      "Kubernetes secrets are not encrypted with a key of yours",
      'set it to "ENCRYPTED" and name the key',
    ),
    must("databaseEncryption.keyName", isGiven, "no key is named", "name a Cloud KMS key"),
  ),
};

export const metadata: Rules = pools(
  must(
    "nodeConfig.workloadMetadataConfig.mode",
    (value) => value === "GKE_METADATA",
    "pods can read the node's own credentials from the metadata server",
    'set it to "GKE_METADATA"',
  ),
);

const privateNodes = must(
  "networkConfig.enablePrivateNodes",
  (value) => value !== UNKNOWN && !isFalse(value),
  "the nodes of this pool get public addresses",
  "leave it out or set it to true",
);

export const addresses: Rules = {
  [CLUSTER]: all(
    must(
      "privateClusterConfig.enablePrivateNodes",
      isTrue,
      "nodes get public addresses",
      "set it to true, and give the network a Cloud NAT",
    ),
    each(poolsOf, privateNodes),
  ),
  [NODE_POOL]: privateNodes,
};

export const zone: Rules = pools(
  whenFabric(
    hasFabric,
    "nodeConfig.machineType",
    must(
      "nodeLocations",
      (value) => Array.isArray(value) && value.length === 1,
      "a GPU pool spans zones, and its fabric does not",
      "name one zone",
    ),
  ),
);

export const deletion: Rules = {
  [CLUSTER]: must("deletionProtection", isTrue, "a destroy or a replacement deletes the cluster", "set it to true"),
};

export const namesCapacity = (props: Value): boolean =>
  one(props, "nodeConfig.reservationAffinity.consumeReservationType") === "SPECIFIC_RESERVATION" ||
  isTrue(one(props, "nodeConfig.flexStart")) ||
  isTrue(one(props, "queuedProvisioning.enabled"));

/** Counts are per zone, except for the total. */
export function sizeOf(props: Value): Count {
  const locations = one(props, "nodeLocations");
  const zones = Math.max(1, entries(locations).length);
  const perZone = ["nodeCount", "initialNodeCount", "autoscaling.maxNodeCount"].map((path) => {
    const { seen, exact } = count(one(props, path));
    return { seen: zones * seen, exact: exact && (locations !== UNKNOWN || seen === 0) };
  });
  return most([...perZone, count(one(props, "autoscaling.totalMaxNodeCount"))]);
}

import { UNKNOWN, type Value } from "@cairn/policy-kit";
import { restricted } from "./endpoint";
import { all, entries, hasEntries, isGiven, isTrue, must, one, type Rules, when } from "./rule";

const CLUSTER = "gcp:container/cluster:Cluster";
export const NODE_POOL = "gcp:container/nodePool:NodePool";

export const isGpuNodePool = (props: Value): boolean => hasEntries(one(props, "nodeConfig.guestAccelerators"));

/** Families whose GPUs talk over a network of their own. */
const hasFabric = (props: Value): boolean => /^(a3|a4)/.test(String(one(props, "nodeConfig.machineType")));

export const endpoint: Rules = {
  [CLUSTER]: restricted({
    // The DNS endpoint is guarded by IAM; without IP endpoints it is the only one.
    isPublic: ({ props }) =>
      !isTrue(one(props, "privateClusterConfig.enablePrivateEndpoint")) &&
      one(props, "controlPlaneEndpointsConfig.ipEndpointsConfig.enabled") !== false,
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

export const metadata: Rules = {
  [NODE_POOL]: must(
    "nodeConfig.workloadMetadataConfig.mode",
    (value) => value === "GKE_METADATA",
    "pods can read the node's own credentials from the metadata server",
    'set it to "GKE_METADATA"',
  ),
};

export const addresses: Rules = {
  [CLUSTER]: must(
    "privateClusterConfig.enablePrivateNodes",
    isTrue,
    "nodes get public addresses",
    "set it to true, and give the network a Cloud NAT",
  ),
  [NODE_POOL]: must(
    "networkConfig.enablePrivateNodes",
    (value) => value !== false,
    "the nodes of this pool get public addresses",
    "leave it out or set it to true",
  ),
};

export const zone: Rules = {
  [NODE_POOL]: when(
    ({ props }) => isGpuNodePool(props) && hasFabric(props),
    must(
      "nodeLocations",
      (value) => Array.isArray(value) && value.length === 1,
      "a GPU pool spans zones, and its fabric does not",
      "name one zone",
    ),
  ),
};

export const deletion: Rules = {
  [CLUSTER]: must("deletionProtection", isTrue, "a destroy or a replacement deletes the cluster", "set it to true"),
};

export const namesCapacity = (props: Value): boolean =>
  one(props, "nodeConfig.reservationAffinity.consumeReservationType") === "SPECIFIC_RESERVATION" ||
  isTrue(one(props, "nodeConfig.flexStart")) ||
  isTrue(one(props, "queuedProvisioning.enabled"));

/** Counts are per zone. */
export const sizeOf = (props: Value): number => {
  const zones = Math.max(1, entries(one(props, "nodeLocations")).length);
  const counts = ["nodeCount", "initialNodeCount", "autoscaling.maxNodeCount"].map((path) => one(props, path));
  const total = one(props, "autoscaling.totalMaxNodeCount");
  return Math.max(
    0,
    ...counts.map((count) => zones * (Number(count ?? 0) || 0)),
    total === UNKNOWN ? 0 : Number(total ?? 0) || 0,
  );
};

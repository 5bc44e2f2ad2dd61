import { UNKNOWN, type Value } from "@cairn/policy-kit";
import { restricted } from "./endpoint";
import {
  all,
  type Answer,
  at,
  type Count,
  count,
  each,
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
  upTo,
  whenFabric,
} from "./rule";

export const CLUSTER = "azure-native:containerservice:ManagedCluster";
export const AGENT_POOL = "azure-native:containerservice:AgentPool";

/** Pools that are written inside their cluster. */
export const poolsOf = (props: Value): readonly Place[] => at(props, "agentPoolProfiles[]");

/** A rule for pools, wherever they are written. */
const pools = (rule: Rule): Rules => ({ [AGENT_POOL]: rule, [CLUSTER]: each(poolsOf, rule) });

/** Sizes with GPUs, such as `Standard_ND96isr_H100_v5`. */
export const isGpuAgentPool = (props: Value): Answer => matches(one(props, "vmSize"), /^Standard_N[CDV]/i);

/** ND sizes have InfiniBand, which does not leave a zone. */
const hasFabric = (props: Value): Answer => matches(one(props, "vmSize"), /^Standard_ND/i);

export const endpoint: Rules = {
  [CLUSTER]: restricted({
    isPublic: ({ props }) => {
      const value = one(props, "apiServerAccessProfile.enablePrivateCluster");
      return value === UNKNOWN ? UNKNOWN : !isTrue(value);
    },
    ranges: "apiServerAccessProfile.authorizedIPRanges",
    fix: "set apiServerAccessProfile.enablePrivateCluster, or name the ranges that may reach it",
  }),
};

const encryptionAtHost = must(
  "enableEncryptionAtHost",
  isTrue,
  "the nodes' temporary disks and caches are not encrypted",
  "set it to true",
);

export const encryption: Rules = {
  [CLUSTER]: all(
    must(
      "securityProfile.azureKeyVaultKms.enabled",
      // Azure's SDK makes a profile unknown as a whole while a key in it is; at `up` it is looked at before anything is made.
      (value) => value === UNKNOWN || isTrue(value),
      "Kubernetes secrets are not encrypted with a key of yours",
      "set it to true and name the key",
    ),
    each(poolsOf, encryptionAtHost),
  ),
  [AGENT_POOL]: encryptionAtHost,
};

export const addresses: Rules = pools(
  must("enableNodePublicIP", isNotTrue, "the nodes of this pool get public addresses", "leave it out"),
);

export const zone: Rules = pools(
  whenFabric(
    hasFabric,
    "vmSize",
    must(
      "availabilityZones",
      (value) => value === undefined || (Array.isArray(value) && value.length <= 1),
      "a pool with InfiniBand spans zones, and its fabric does not",
      "name one zone at most",
    ),
  ),
);

export const deletion: Rules = {
  // AKS has no switch of its own against deletion.
  [CLUSTER]: ({ protect }) =>
    protect ? [] : [{ path: "", problem: "anybody's destroy deletes the cluster", fix: "set Pulumi's option protect" }],
};

export const namesCapacity = (props: Value): boolean => isGiven(one(props, "capacityReservationGroupID"));

/** A pool that scales has at most as many nodes as it may have. */
export const sizeOf = (props: Value): Count =>
  isTrue(one(props, "enableAutoScaling"))
    ? upTo(count(one(props, "maxCount")), count(one(props, "count")))
    : most([count(one(props, "count")), count(one(props, "maxCount"))]);

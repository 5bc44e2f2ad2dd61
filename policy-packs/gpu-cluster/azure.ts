import { UNKNOWN, type Value } from "@cairn/policy-kit";
import { restricted } from "./endpoint";
import { isGiven, isNotTrue, isTrue, must, one, type Rules, when } from "./rule";

const CLUSTER = "azure-native:containerservice:ManagedCluster";
export const AGENT_POOL = "azure-native:containerservice:AgentPool";

/** Sizes with GPUs, such as `Standard_ND96isr_H100_v5`. */
export const isGpuAgentPool = (props: Value): boolean => /^Standard_N[CDV]/i.test(String(one(props, "vmSize")));

/** ND sizes have InfiniBand, which does not leave a zone. */
const hasFabric = (props: Value): boolean => /^Standard_ND/i.test(String(one(props, "vmSize")));

export const endpoint: Rules = {
  [CLUSTER]: restricted({
    isPublic: ({ props }) => !isTrue(one(props, "apiServerAccessProfile.enablePrivateCluster")),
    ranges: "apiServerAccessProfile.authorizedIPRanges",
    fix: "set apiServerAccessProfile.enablePrivateCluster, or name the ranges that may reach it",
  }),
};

export const encryption: Rules = {
  [CLUSTER]: must(
    "securityProfile.azureKeyVaultKms.enabled",
    // Azure's SDK makes a profile unknown as a whole while a key in it is; at `up` it is looked at before anything is made.
    (value) => value === UNKNOWN || isTrue(value),
    "Kubernetes secrets are not encrypted with a key of yours",
    "set it to true and name the key",
  ),
  [AGENT_POOL]: must(
    "enableEncryptionAtHost",
    isTrue,
    "the nodes' temporary disks and caches are not encrypted",
    "set it to true",
  ),
};

export const addresses: Rules = {
  [AGENT_POOL]: must("enableNodePublicIP", isNotTrue, "the nodes of this pool get public addresses", "leave it out"),
};

export const zone: Rules = {
  [AGENT_POOL]: when(
    ({ props }) => hasFabric(props),
    must(
      "availabilityZones",
      (value) => value === undefined || (Array.isArray(value) && value.length <= 1),
      "a pool with InfiniBand spans zones, and its fabric does not",
      "name one zone at most",
    ),
  ),
};

export const deletion: Rules = {
  // AKS has no switch of its own against deletion.
  [CLUSTER]: ({ protect }) =>
    protect ? [] : [{ path: "", problem: "anybody's destroy deletes the cluster", fix: "set Pulumi's option protect" }],
};

export const namesCapacity = (props: Value): boolean => isGiven(one(props, "capacityReservationGroupID"));

export const sizeOf = (props: Value): number =>
  Math.max(Number(one(props, "count") ?? 0) || 0, Number(one(props, "maxCount") ?? 0) || 0);

import { type Value } from "@cairn/policy-kit";
import { restricted } from "./endpoint";
import { all, at, isGiven, isNotTrue, isTrue, must, one, type Rules, when } from "./rule";

const CLUSTER = "oci:ContainerEngine/cluster:Cluster";
export const NODE_POOL = "oci:ContainerEngine/nodePool:NodePool";
const INSTANCES = "oci:Core/instanceConfiguration:InstanceConfiguration";
export const ADDON = "oci:ContainerEngine/addon:Addon";

export const isGpuNodePool = (props: Value): boolean => /^(BM|VM)\.GPU/.test(String(one(props, "nodeShape")));

export const endpoint: Rules = {
  [CLUSTER]: restricted({
    isPublic: ({ props }) => isTrue(one(props, "endpointConfig.isPublicIpEnabled")),
    // Who may reach it is said by security rules, which belong to other resources.
    ranges: "endpointConfig.nsgIds",
    fix: "set endpointConfig.isPublicIpEnabled to false, or put the endpoint into a network security group",
  }),
};

export const encryption: Rules = {
  [CLUSTER]: must("kmsKeyId", isGiven, "Kubernetes secrets are not encrypted with a key of yours", "name a Vault key"),
  [NODE_POOL]: all(
    must(
      "nodeConfigDetails.kmsKeyId",
      isGiven,
      "boot volumes are not encrypted with a key of yours",
      "name a Vault key",
    ),
    when(
      // Bare metal does not have it for every image.
      ({ props }) => String(one(props, "nodeShape")).startsWith("VM."),
      must(
        "nodeConfigDetails.isPvEncryptionInTransitEnabled",
        isTrue,
        "what travels between nodes and their volumes is not encrypted",
        "set it to true",
      ),
    ),
  ),
};

export const metadata: Rules = {
  [NODE_POOL]: must(
    "nodeMetadata.areLegacyImdsEndpointsDisabled",
    isTrue,
    "the instance metadata service answers its first version, without a header",
    'set it to "true"',
  ),
  [INSTANCES]: must(
    "instanceDetails.launchDetails.instanceOptions.areLegacyImdsEndpointsDisabled",
    isTrue,
    "the instance metadata service answers its first version, without a header",
    "set it to true",
  ),
};

export const addresses: Rules = {
  [INSTANCES]: must(
    "instanceDetails.launchDetails.createVnicDetails.assignPublicIp",
    (value) => isGiven(value) && isNotTrue(value),
    "instances get a public address where their subnet allows it",
    "set it to false",
  ),
};

export const zone: Rules = {
  [NODE_POOL]: when(
    ({ props }) => isGpuNodePool(props),
    must(
      "nodeConfigDetails.placementConfigs",
      (value) => Array.isArray(value) && value.length === 1,
      "a GPU pool spans availability domains, and its fabric does not",
      "name one availability domain",
    ),
  ),
};

export const deletion: Rules = {
  // OKE has no switch of its own against deletion.
  [CLUSTER]: ({ protect }) =>
    protect ? [] : [{ path: "", problem: "anybody's destroy deletes the cluster", fix: "set Pulumi's option protect" }],
};

export const namesCapacity = (props: Value): boolean =>
  isGiven(one(props, "nodeConfigDetails.computeClusterId")) ||
  at(props, "nodeConfigDetails.placementConfigs[].capacityReservationId").some(({ value }) => isGiven(value));

export const sizeOf = (props: Value): number => Number(one(props, "nodeConfigDetails.size") ?? 0) || 0;

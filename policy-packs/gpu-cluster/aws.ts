import { type Value } from "@cairn/policy-kit";
import { all, at, entries, isGiven, isNotTrue, isTrue, must, one, type Rules, when } from "./rule";
import { restricted } from "./endpoint";

const CLUSTER = "aws:eks/cluster:Cluster";
export const NODE_GROUP = "aws:eks/nodeGroup:NodeGroup";
export const LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";

/** A pool of GPU nodes keeps other pods away, or names GPU machines itself. */
export const isGpuNodeGroup = (props: Value): boolean =>
  at(props, "taints[].key").some(({ value }) => value === "nvidia.com/gpu") ||
  entries(one(props, "instanceTypes")).some((type) => /^(p\d|g\d)/.test(String(type)));

export const endpoint: Rules = {
  [CLUSTER]: all(
    must("vpcConfig.endpointPrivateAccess", isTrue, "the API server has no private endpoint", "set it to true"),
    restricted({
      isPublic: ({ props }) => one(props, "vpcConfig.endpointPublicAccess") !== false,
      ranges: "vpcConfig.publicAccessCidrs",
      fix: "set vpcConfig.endpointPublicAccess to false, or name the ranges that may reach it",
    }),
  ),
};

export const encryption: Rules = {
  [CLUSTER]: must(
    "encryptionConfig.provider.keyArn",
    isGiven,
    "Kubernetes secrets are not encrypted with a key of yours",
    "name a KMS key",
  ),
  [LAUNCH_TEMPLATE]: must(
    "blockDeviceMappings[].ebs.encrypted",
    isTrue,
    "the nodes' volume is not encrypted",
    'set it to "true"',
  ),
};

export const metadata: Rules = {
  [LAUNCH_TEMPLATE]: must(
    "metadataOptions.httpTokens",
    (value) => value === "required",
    "the instance metadata service answers without a token (IMDSv1)",
    'set it to "required"',
  ),
};

export const addresses: Rules = {
  [LAUNCH_TEMPLATE]: must(
    "networkInterfaces[].associatePublicIpAddress",
    isNotTrue,
    "nodes get a public address",
    "leave it out, and give nodes a NAT gateway or VPC endpoints",
  ),
};

export const zone: Rules = {
  [NODE_GROUP]: when(
    ({ props }) => isGpuNodeGroup(props),
    must(
      "subnetIds",
      // Which subnets is only known after `up`; how many there are is known before.
      (value) => Array.isArray(value) && value.length === 1,
      "a GPU pool spans zones, and its fabric does not",
      "name one subnet, in the zone of the capacity",
    ),
  ),
};

export const deletion: Rules = {
  [CLUSTER]: must("deletionProtection", isTrue, "anybody with the right can delete the cluster", "set it to true"),
};

/** A node group names its capacity through its type, or through its launch template. */
export const capacityOfNodeGroup = (props: Value, template: Value): boolean =>
  one(props, "capacityType") === "CAPACITY_BLOCK" ||
  isGiven(one(template, "capacityReservationSpecification.capacityReservationTarget"));

export const sizeOfNodeGroup = (props: Value): number => {
  const [desired, max] = [one(props, "scalingConfig.desiredSize"), one(props, "scalingConfig.maxSize")];
  return Math.max(Number(desired ?? 0), Number(max ?? 0)) || 0;
};

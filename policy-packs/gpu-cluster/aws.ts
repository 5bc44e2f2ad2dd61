import { UNKNOWN, type Value } from "@cairn/policy-kit";
import {
  all,
  type Answer,
  at,
  type Count,
  count,
  entries,
  hasEntries,
  isFalse,
  isGiven,
  isNotTrue,
  isTrue,
  matches,
  must,
  one,
  type Rule,
  type Rules,
  some,
  upTo,
  when,
  whenFabric,
} from "./rule";
import { restricted } from "./endpoint";
import { type Member, type StackRules } from "./stack";

const CLUSTER = "aws:eks/cluster:Cluster";
export const NODE_GROUP = "aws:eks/nodeGroup:NodeGroup";
export const LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const SUBNET = "aws:ec2/subnet:Subnet";

/** Types with NVIDIA GPUs: P, G and Gr. */
const GPU_MACHINE = /^(p|gr?)\d/;

/** Images for GPU nodes, which bring the driver: `AL2023_x86_64_NVIDIA`, `BOTTLEROCKET_ARM_64_NVIDIA`, `AL2_x86_64_GPU`. */
export const hasDriver = (props: Value): Answer => matches(one(props, "amiType"), /_(NVIDIA|GPU)(_|$)/);

/** Instance types, which stand in the group or in its launch template. */
function machinesOf(props: Value, template: Value): readonly Value[] {
  const own = one(props, "instanceTypes");
  if (own === UNKNOWN) return [UNKNOWN];
  const shared = one(template, "instanceType");
  return entries(own).length > 0 || !isGiven(shared) ? entries(own) : [shared];
}

/** A pool of GPU nodes has GPU machines or an image for them, or keeps other pods away. */
export function isGpuNodeGroup(props: Value, template: Value): Answer {
  const taints = at(props, "taints[].key").map(({ value }) => matches(value, /^nvidia\.com\/gpu$/));
  const machines = machinesOf(props, template);
  const ofMachines = some(machines.map((machine) => matches(machine, GPU_MACHINE)));
  if (taints.includes(true) || hasDriver(props) === true || ofMachines === true) return true;
  // Machines that are known tell by themselves, whatever the taints turn out to be.
  return machines.length > 0 ? ofMachines : some(taints);
}

/** P4 and newer come with EFA; others have a fabric where the template asks for it. */
function hasFabric(props: Value, template: Value): Answer {
  const gpus = isGpuNodeGroup(props, template);
  if (gpus !== true) return gpus;
  const interfaces = at(template, "networkInterfaces[].interfaceType").map(({ value }) => matches(value, /^efa/));
  const machines = machinesOf(props, template);
  // A template that is made elsewhere cannot be looked into.
  if (machines.length === 0) return true;
  return some([...machines.map((machine) => matches(machine, /^p([4-9]|3dn)/)), ...interfaces]);
}

export const endpoint: Rules = {
  [CLUSTER]: all(
    must("vpcConfig.endpointPrivateAccess", isTrue, "the API server has no private endpoint", "set it to true"),
    restricted({
      isPublic: ({ props }) => {
        const value = one(props, "vpcConfig.endpointPublicAccess");
        return value === UNKNOWN ? UNKNOWN : value !== false;
      },
      ranges: "vpcConfig.publicAccessCidrs",
      fix: "set vpcConfig.endpointPublicAccess to false, or name the ranges that may reach it",
    }),
  ),
};

/** EKS makes a template of its own where none is named, without any of what the policies ask for. */
const ownTemplate = (problem: string): Rule =>
  must("launchTemplate", isGiven, problem, "make a launch template that says so, and name it");

export const encryption: Rules = {
  [CLUSTER]: must(
    "encryptionConfig.provider.keyArn",
    isGiven,
    "Kubernetes secrets are not encrypted with a key of yours",
    "name a KMS key",
  ),
  [LAUNCH_TEMPLATE]: all(
    must(
      "blockDeviceMappings",
      hasEntries,
      "the nodes' volume is not encrypted",
      'name the root device, with ebs.encrypted "true"',
    ),
    must("blockDeviceMappings[].ebs.encrypted", isTrue, "the nodes' volume is not encrypted", 'set it to "true"'),
  ),
  [NODE_GROUP]: ownTemplate("the nodes' volume is not encrypted"),
};

export const metadata: Rules = {
  [LAUNCH_TEMPLATE]: must(
    "metadataOptions.httpTokens",
    (value) => value === "required",
    "the instance metadata service answers without a token (IMDSv1)",
    'set it to "required"',
  ),
  [NODE_GROUP]: ownTemplate("nothing makes the instance metadata service ask for a token (IMDSv2)"),
};

export const addresses: Rules = {
  [LAUNCH_TEMPLATE]: must(
    "networkInterfaces[].associatePublicIpAddress",
    isNotTrue,
    "nodes get a public address",
    "leave it out, and give nodes a NAT gateway or VPC endpoints",
  ),
};

/** Nodes take the address that their subnet gives to everything in it, unless their interfaces refuse it. */
export const addressesInStack: StackRules = {
  [NODE_GROUP](group) {
    const interfaces = at(group.template, "networkInterfaces[].associatePublicIpAddress");
    if (interfaces.length > 0 && interfaces.every(({ value }) => isFalse(value))) return [];
    const subnets = (group.sources["subnetIds"] ?? []).filter(({ type }) => type === SUBNET);
    const open = subnets.filter(({ props }) => !isNotTrue(one(props, "mapPublicIpOnLaunch")));
    // An input may come from more subnets than it names: from a network that has public ones and private ones.
    const named = Math.max(1, entries(one(group.props, "subnetIds")).length);
    if (open.length === 0 || open.length <= subnets.length - named) return [];
    const names = open.map(({ name }) => JSON.stringify(name)).join(", ");
    const problem = `nodes get a public address from their subnet (mapPublicIpOnLaunch of ${names})`;
    return [{ path: "subnetIds", problem, fix: "set it to false, or choose private subnets" }];
  },
};

const inOneSubnet = must(
  "subnetIds",
  // Which subnets is only known after `up`; how many there are is known before.
  (value) => Array.isArray(value) && value.length === 1,
  "a GPU pool spans zones, and its fabric does not",
  "name one subnet, in the zone of the capacity",
);

/** Whether the launch template has to be seen to know the machines. */
const needsTemplate = (props: Value): boolean => isGiven(one(props, "launchTemplate")) && !isListed(props);
const isListed = (props: Value): boolean => hasEntries(one(props, "instanceTypes"));

const zoneRule = (template: Value): Rule =>
  whenFabric(
    (props) => hasFabric(props, template),
    isGiven(template) ? "launchTemplate" : "instanceTypes",
    inOneSubnet,
  );

export const zone: Rules = { [NODE_GROUP]: when(({ props }) => !needsTemplate(props), zoneRule(undefined)) };

export const zoneInStack: StackRules = {
  [NODE_GROUP]: (group, subject) => (isJudgedAlone(group) ? [] : zoneRule(group.template)(subject)),
};

const isJudgedAlone = ({ props, template }: Member): boolean =>
  isListed(props) || (template === undefined && !needsTemplate(props));

export const deletion: Rules = {
  [CLUSTER]: must("deletionProtection", isTrue, "anybody with the right can delete the cluster", "set it to true"),
};

/** A node group names its capacity through its type, or through its launch template. */
export const capacityOfNodeGroup = (props: Value, template: Value): boolean =>
  one(props, "capacityType") === "CAPACITY_BLOCK" ||
  isGiven(one(template, "capacityReservationSpecification.capacityReservationTarget"));

export const sizeOfNodeGroup = (props: Value): Count =>
  upTo(count(one(props, "scalingConfig.maxSize")), count(one(props, "scalingConfig.desiredSize")));

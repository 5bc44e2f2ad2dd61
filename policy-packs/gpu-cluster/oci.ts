import { UNKNOWN, type Value } from "@cairn/policy-kit";
import { restricted } from "./endpoint";
import { isWorldwide } from "./ranges";
import {
  all,
  type Answer,
  at,
  type Count,
  count,
  entries,
  isGiven,
  isNotTrue,
  isTrue,
  matches,
  must,
  one,
  type Rules,
  when,
  whenFabric,
} from "./rule";
import { type Member, type StackRules } from "./stack";

const CLUSTER = "oci:ContainerEngine/cluster:Cluster";
export const NODE_POOL = "oci:ContainerEngine/nodePool:NodePool";
const INSTANCES = "oci:Core/instanceConfiguration:InstanceConfiguration";
/** Machines that join a cluster by themselves. */
export const CLUSTER_NETWORK = "oci:Core/clusterNetwork:ClusterNetwork";
export const ADDON = "oci:ContainerEngine/addon:Addon";
const GROUP = "oci:Core/networkSecurityGroup:NetworkSecurityGroup";
const SECURITY_RULE = "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule";

const GPU_SHAPE = /^(BM|VM)\.GPU/;

export const isGpuNodePool = (props: Value): Answer => matches(one(props, "nodeShape"), GPU_SHAPE);

/** The shape stands in the instance configuration; one that is made elsewhere cannot be looked into. */
export const isGpuClusterNetwork = (_: Value, template: Value): Answer =>
  template === undefined ? UNKNOWN : matches(one(template, "instanceDetails.launchDetails.shape"), GPU_SHAPE);

/** Bare metal with RDMA: all but the shapes with A10, L40S and older GPUs. */
const hasFabric = (props: Value): Answer => matches(one(props, "nodeShape"), /^BM\.GPU(?!2\.|3\.|\.(A10|L40S))/);

export const endpoint: Rules = {
  [CLUSTER]: restricted({
    isPublic: ({ props }) => {
      const value = one(props, "endpointConfig.isPublicIpEnabled");
      return value === UNKNOWN ? UNKNOWN : isTrue(value);
    },
    // Who may reach it is said by security rules, which belong to other resources: see below.
    ranges: "endpointConfig.nsgIds",
    keepsOut: (groups) => groups.some(isGiven),
    fix: "set endpointConfig.isPublicIpEnabled to false, or put the endpoint into a network security group",
  }),
};

const API_PORT = 6443;

/** Whether a security rule lets the internet reach the API server. */
function opens({ props }: Member): Answer {
  if (one(props, "direction") !== "INGRESS" || !coversApi(props)) return false;
  const source = one(props, "source");
  // Groups are sources too, and theirs are known only after `up`.
  if (source === UNKNOWN) return one(props, "sourceType") === "CIDR_BLOCK" && UNKNOWN;
  return typeof source === "string" && isWorldwide([source]);
}

function coversApi(props: Value): boolean {
  const protocol = one(props, "protocol");
  const ports = one(props, "tcpOptions.destinationPortRange");
  const [first, last] = [count(one(ports, "min")).seen, count(one(ports, "max")).seen || Infinity];
  return protocol === "all" || (protocol === "6" && first <= API_PORT && API_PORT <= last);
}

/** Whether a rule belongs to one of a cluster's groups: as far as can be seen, for a group of the same stack has no id yet. */
function guards(rule: Member, cluster: Member): boolean {
  const [own, others] = [groupsOf(rule, "networkSecurityGroupId"), groupsOf(cluster, "endpointConfig")];
  if (own.length > 0 && others.length > 0) return own.some((urn) => others.includes(urn));
  const id = one(rule.props, "networkSecurityGroupId");
  const ids = entries(one(cluster.props, "endpointConfig.nsgIds"));
  return typeof id !== "string" || ids.length === 0 || ids.includes(UNKNOWN) || ids.includes(id);
}

const groupsOf = ({ sources }: Member, input: string): readonly string[] =>
  (sources[input] ?? []).filter(({ type }) => type === GROUP).map(({ urn }) => urn);

export const endpointInStack: StackRules = {
  [CLUSTER](cluster, { settings }, stack) {
    // A cluster without a public endpoint has none to guard; where none is allowed, that is said already.
    const isPublic = one(cluster.props, "endpointConfig.isPublicIpEnabled");
    if (settings.endpoint === "private" || !(isTrue(isPublic) || isPublic === UNKNOWN)) return [];
    return stack
      .filter((rule) => rule.type === SECURITY_RULE && guards(rule, cluster))
      .flatMap((rule) => {
        const answer = opens(rule);
        if (answer === false) return [];
        const problem =
          answer === UNKNOWN
            ? `whom security rule ${JSON.stringify(rule.name)} lets reach the API server is not known before \`up\``
            : `the API server answers the whole internet: security rule ${JSON.stringify(rule.name)} lets it in`;
        return [{ path: "endpointConfig.nsgIds", problem, fix: FIX_OF_RULE }];
      });
  },
};

const FIX_OF_RULE = "name the ranges that may reach it in this rule, or set endpointConfig.isPublicIpEnabled to false";

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
  [INSTANCES]: must(
    "instanceDetails.launchDetails.sourceDetails.kmsKeyId",
    isGiven,
    "boot volumes are not encrypted with a key of yours",
    "name a Vault key",
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
  [NODE_POOL]: whenFabric(
    hasFabric,
    "nodeShape",
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
  // An empty compute cluster holds no machine back; it says where those of the pool have to be.
  isGiven(one(props, "nodeConfigDetails.computeClusterId")) ||
  ["capacityReservationId", "hostGroupId"].some((key) =>
    at(props, `nodeConfigDetails.placementConfigs[].${key}`).some(({ value }) => isGiven(value)),
  );

export const clusterNetworkNamesCapacity = (_: Value, template: Value): boolean =>
  ["capacityReservationId", "placementConstraintDetails.computeHostGroupId"].some((key) =>
    isGiven(one(template, `instanceDetails.launchDetails.${key}`)),
  );

export const sizeOf = (props: Value): Count => count(one(props, "nodeConfigDetails.size"));

export function sizeOfClusterNetwork(props: Value): Count {
  const sizes = at(props, "instancePools[].size").map(({ value }) => count(value));
  return { seen: sizes.reduce((sum, { seen }) => sum + seen, 0), exact: sizes.every(({ exact }) => exact) };
}

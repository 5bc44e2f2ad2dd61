import { type Find, type Need, ofType, type Refusal, type Request, type Rules } from "./rules";
import { at, type Properties, texts } from "./values";

const cluster = { type: "oci:ContainerEngine/cluster:Cluster" };
const pool = (name: RegExp) => ({ type: "oci:ContainerEngine/nodePool:NodePool", name });
const memory = { type: "oci:Core/computeGpuMemoryCluster:ComputeGpuMemoryCluster" };
const network = { type: "oci:Core/clusterNetwork:ClusterNetwork" };
const policy = (name: RegExp) => ({ type: "oci:Identity/policy:Policy", name });

const needs: readonly Need[] = [
  // The services behind a cluster use its key and its network by policies.
  { what: cluster, needs: policy(/-key-policy$/) },
  { what: cluster, needs: policy(/^[^-]+-policy$/) },
  { what: pool(/-/), needs: policy(/-key-policy$/) },
  // Nodes reach the API by what the groups allow.
  { what: pool(/-/), needs: { type: "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule" } },
  { what: pool(/-gpus$/), needs: pool(/-system$/) },
  // Machines that join by themselves do so in the name of a group; memory clusters start theirs by a policy of the tenancy.
  ...[network, memory].flatMap((what) =>
    [policy(/-access$/), { type: "oci:Identity/dynamicGroup:DynamicGroup" }, pool(/-system$/)].map((needs) => ({
      what,
      needs,
    })),
  ),
  { what: memory, needs: policy(/-memory-policy$/) },
];

/** Machines of a GPU memory fabric. */
const IN_FABRIC = 18;
const isGrace = (shape: unknown): boolean => /\.GB\d/.test(`${shape}`);

function refuseSubnets({ inputs, find }: Request): Refusal {
  const { vcnId } = inputs;
  const subnets = [at(inputs, "endpointConfig.subnetId"), at(inputs, "options.serviceLbSubnetIds[0]")];
  const groups = [at(inputs, "endpointConfig.nsgIds[0]")];
  const strange = [...subnets, ...groups].find((id) => find(id)?.inputs["vcnId"] !== vcnId);
  return strange !== undefined && `${strange} is not in ${vcnId}`;
}

/** Blocks stay where they are; others may come behind them. */
function refuseBlocks({ inputs, before }: Request): Refusal {
  const [old, now] = [before?.inputs, inputs].map((of) => (of?.["cidrBlocks"] ?? []) as readonly unknown[]);
  return old!.some((block, i) => now![i] !== block) && `InvalidParameter: ${old!.join(", ")} has subnets`;
}

function refuseRange({ inputs, before }: Request): Refusal {
  const { cidrBlock } = before?.inputs ?? inputs;
  return inputs["cidrBlock"] !== cidrBlock && `InvalidParameter: addresses of ${cidrBlock} are in use`;
}

const PLUGIN_OFF = "oci.oraclecloud.com/disable-gpu-device-plugin";

/** Devices are advertised by the add-on, or by somebody else and without it; nodes do not come up between the two. */
function refuseOwner(labels: unknown, { name, others }: Request): Refusal {
  const addon = `${name.split("-", 1)[0]}-gpu-plugin`;
  const isThere = others.some((other) => other.name === addon);
  const isOff = texts(labels).some((text) => text.includes(PLUGIN_OFF));
  return !isOff && !isThere && `${name} has nobody to advertise its devices: no ${addon}`;
}

function refusePool(request: Request): Refusal {
  const { name, inputs, find } = request;
  const { nodeShape } = inputs;
  const ownerless = name.endsWith("-gpus") && refuseOwner(inputs["initialNodeLabels"], request);
  if (typeof ownerless === "string") return ownerless;
  if (isGrace(nodeShape)) return `${nodeShape} comes in GPU memory clusters only`;
  const group = at(inputs, "nodeConfigDetails.computeClusterId");
  const domain = at(inputs, "nodeConfigDetails.placementConfigs[0].availabilityDomain");
  return group !== undefined && find(group)?.inputs["availabilityDomain"] !== domain && `${group} is not in ${domain}`;
}

/** Machines of a template, if they can be in that domain. */
function machinesOf(find: Find, template: unknown, domain: unknown): Properties | undefined {
  const {
    availabilityDomain,
    shape,
    capacityReservationId: from,
  } = (at(find(template)?.inputs, "instanceDetails.launchDetails") ?? {}) as Properties;
  const reserved = find(from)?.inputs["availabilityDomain"];
  return availabilityDomain === domain && (from === undefined || reserved === domain) ? { shape } : undefined;
}

const labelsOf = (find: Find, template: unknown): unknown =>
  at(find(template)?.inputs, 'instanceDetails.launchDetails.metadata["oke-initial-node-labels"]');

function refuseClusterNetwork(request: Request): Refusal {
  const { inputs, find } = request;
  const domain = at(inputs, "placementConfiguration.availabilityDomain");
  const template = at(inputs, "instancePools[0].instanceConfigurationId");
  const machines = machinesOf(find, template, domain);
  if (machines === undefined) return `OutOfHostCapacity: no such machines in ${domain}`;
  if (isGrace(machines["shape"])) return `a cluster network has no ${machines["shape"]}`;
  return refuseOwner(labelsOf(find, template), request);
}

function refuseMemoryCluster(request: Request): Refusal {
  const { inputs, find, others } = request;
  const { computeClusterId, instanceConfigurationId, availabilityDomain, gpuMemoryFabricId } = inputs;
  const group = find(computeClusterId);
  if (group === undefined) return "a GPU memory cluster is part of a compute cluster";
  if (group.inputs["availabilityDomain"] !== availabilityDomain) return `${group.name} is not in ${availabilityDomain}`;
  const machines = machinesOf(find, instanceConfigurationId, availabilityDomain);
  if (machines === undefined) return `OutOfHostCapacity: no such machines in ${availabilityDomain}`;
  if (!isGrace(machines["shape"])) return `a memory fabric has no ${machines["shape"]}`;
  const ownerless = refuseOwner(labelsOf(find, instanceConfigurationId), request);
  if (typeof ownerless === "string" || gpuMemoryFabricId === undefined) return ownerless;
  const beside = others.filter((other) => other.inputs["gpuMemoryFabricId"] === gpuMemoryFabricId);
  const wanted = [inputs, ...beside.map((other) => other.inputs)].reduce((sum, { size }) => sum + Number(size), 0);
  return wanted > IN_FABRIC && `OutOfHostCapacity: ${wanted} machines in ${gpuMemoryFabricId}`;
}

const ADDED = { "Oracle-Tags.CreatedBy": "somebody", "Oracle-Tags.CreatedOn": "2026-11-21" };

/** Oracle Cloud as far as a GPU cluster on OKE meets it. */
export const oci: Rules = {
  id: (type, name, token) => `ocid1.${type.split(":").at(-1)?.toLowerCase()}.oc1.iad.${name}-${token}`,

  identifier: /^ocid1\.(vcn|subnet|key|capacityreservation|computegpumemoryfabric)\./,

  exact: ["freeformTags", "definedTags"],

  outputs: ({ type, token, inputs }, { endpoint }) =>
    ofType(type, {
      "oci:Core/vcn:Vcn": { defaultSecurityListId: `ocid1.securitylist.default-${token}` },
      "oci:Core/clusterNetwork:ClusterNetwork": {
        instancePools: ((inputs["instancePools"] ?? []) as readonly Properties[]).map((each) => ({
          ...each,
          id: `ocid1.instancepool.oc1.iad.${token}`,
          state: "RUNNING",
        })),
      },
      "oci:Kms/vault:Vault": { managementEndpoint: `https://${token}.kms.test` },
      "oci:ContainerEngine/cluster:Cluster": {
        endpoints: [{ privateEndpoint: endpoint ?? `10.0.${parseInt(token.slice(-2), 16)}.5:6443` }],
      },
    }),

  invokes: {
    "oci:Core/getServices:getServices": () => ({
      services: [{ id: "ocid1.service.oc1.iad.aaaa", cidrBlock: "all-iad-services-in-oracle-services-network" }],
    }),
    "oci:ContainerEngine/getClusterKubeConfig:getClusterKubeConfig": (_args, { answers }) => ({
      content: `clusters:\n- cluster:\n    certificate-authority-data: ${answers["authority"] ?? "Q0E="}\n`,
    }),
  },

  // What the tenancy adds, and what comes back in another shape.
  rewrites: ({ type, inputs }) => ({
    ...(inputs["compartmentId"] !== undefined && { definedTags: ADDED }),
    ...ofType(type, {
      "oci:ContainerEngine/cluster:Cluster": {
        clusterPodNetworkOptions: [{ cniType: "OCI_VCN_IP_NATIVE", podNetworkSubnetIds: [] }],
      },
      "oci:Core/clusterNetwork:ClusterNetwork": {
        displayName: "renamed",
        freeformTags: { "by-hand": "yes" },
      },
      "oci:ContainerEngine/nodePool:NodePool": {
        nodeConfigDetails: {
          definedTags: ADDED,
          placementConfigs: ((at(inputs, "nodeConfigDetails.placementConfigs") ?? []) as readonly Properties[]).map(
            (placement) => ({ ...placement, faultDomains: ["FAULT-DOMAIN-1"] }),
          ),
        },
      },
    }),
  }),

  createOnly: {
    "oci:ContainerEngine/cluster:Cluster": [
      "compartmentId",
      "vcnId",
      "kmsKeyId",
      "clusterPodNetworkOptions",
      "endpointConfig.subnetId",
      "options.kubernetesNetworkConfig",
      "options.serviceLbSubnetIds",
    ],
    "oci:ContainerEngine/nodePool:NodePool": ["clusterId", "compartmentId", "nodeConfigDetails.computeClusterId"],
    "oci:ContainerEngine/addon:Addon": ["clusterId", "addonName"],
    "oci:Core/clusterNetwork:ClusterNetwork": ["placementConfiguration"],
    "oci:Core/computeCluster:ComputeCluster": ["availabilityDomain"],
    "oci:Core/computeGpuMemoryCluster:ComputeGpuMemoryCluster": [
      "availabilityDomain",
      "computeClusterId",
      "gpuMemoryFabricId",
    ],
    "oci:Core/instanceConfiguration:InstanceConfiguration": ["instanceDetails"],
    "oci:Core/networkSecurityGroup:NetworkSecurityGroup": ["vcnId"],
    "oci:Core/defaultSecurityList:DefaultSecurityList": ["manageDefaultResourceId"],
    "oci:Core/internetGateway:InternetGateway": ["vcnId"],
    "oci:Core/natGateway:NatGateway": ["vcnId"],
    "oci:Core/routeTable:RouteTable": ["vcnId"],
    "oci:Core/serviceGateway:ServiceGateway": ["vcnId"],
    "oci:Core/vcn:Vcn": ["dnsLabel"],
    "oci:Core/subnet:Subnet": ["vcnId", "dnsLabel", "prohibitPublicIpOnVnic"],
    "oci:Identity/dynamicGroup:DynamicGroup": ["name"],
    "oci:Logging/log:Log": ["logGroupId", "configuration"],
  },

  unique: {
    "oci:ContainerEngine/addon:Addon": ({ clusterId, addonName }) => `${clusterId} ${addonName}`,
    "oci:Identity/dynamicGroup:DynamicGroup": ({ name }) => `${name}`,
  },

  refusals: {
    "oci:ContainerEngine/cluster:Cluster": refuseSubnets,
    "oci:ContainerEngine/nodePool:NodePool": refusePool,
    "oci:Core/vcn:Vcn": refuseBlocks,
    "oci:Core/subnet:Subnet": refuseRange,
    "oci:Core/clusterNetwork:ClusterNetwork": refuseClusterNetwork,
    "oci:Core/computeGpuMemoryCluster:ComputeGpuMemoryCluster": refuseMemoryCluster,
  },

  needs,

  cascades: {
    "oci:ContainerEngine/cluster:Cluster": ({ type }) => type.startsWith("kubernetes:") || type.includes("/addon:"),
    "oci:Core/vcn:Vcn": ({ type }) => type.includes("/defaultSecurityList:"),
  },
};

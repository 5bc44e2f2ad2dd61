import { type Find, type Need, ofType, type Refusal, type Request, type Rules } from "./rules";
import { at, type Properties } from "./values";

const cluster = { type: "aws:eks/cluster:Cluster" };
const nodes = { type: "aws:eks/nodeGroup:NodeGroup" };
const system = { ...nodes, name: /-system$/ };
const addon = (name: string) => ({ type: "aws:eks/addon:Addon", name: new RegExp(`-${name}$`) });
const rights = (role: string) => ({
  type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  name: new RegExp(`-${role}-role-`),
});
const route = (name: string) => ({ type: "aws:ec2/route:Route", name: new RegExp(`-${name}-default$`) });

const needs: readonly Need[] = [
  // The control plane makes its interfaces with the role's rights and gives them back with them; it logs until the end.
  { what: cluster, needs: rights("cluster") },
  { what: cluster, needs: { type: "aws:cloudwatch/logGroup:LogGroup" } },
  // Nodes join over the network, by their role, and are ready when the network plugin runs; without it their interfaces stay behind.
  { what: nodes, needs: addon("vpc-cni") },
  { what: nodes, needs: addon("kube-proxy") },
  { what: nodes, needs: addon("eks-pod-identity-agent") },
  { what: nodes, needs: rights("node") },
  { what: nodes, needs: rights("vpc-cni") },
  { what: system, needs: route("system-1") },
  { what: system, needs: route("system-2") },
  { what: { ...nodes, name: /-gpus$/ }, needs: route("gpus-subnet") },
  { what: nodes, needs: route("public-1") },
  { what: nodes, needs: { type: "aws:ec2/vpcEndpoint:VpcEndpoint", name: /-s3$/ } },
  // Their pods need a node.
  { what: addon("coredns"), needs: system },
  { what: addon("eks-node-monitoring-agent"), needs: system },
  // "Network has some mapped public addresses."
  { what: { type: "aws:ec2/eip:Eip" }, needs: { type: "aws:ec2/internetGateway:InternetGateway" } },
];

/** Letters of zones by their identifiers. */
const zoneOf = ({ availabilityZone, availabilityZoneId }: Properties): unknown =>
  availabilityZone ?? `us-west-2${"abc"[Number(`${availabilityZoneId ?? 1}`.at(-1)) - 1]}`;

const CAPACITY_TARGET = "capacityReservationSpecification.capacityReservationTarget.capacityReservationId";
const inZones = (subnets: unknown, find: Find): readonly unknown[] =>
  (subnets as readonly unknown[]).map((id) => find(id)?.outputs["availabilityZone"]);

/** A cluster stays in its network and its zones. */
function refuseCluster({ inputs, before, find }: Request): Refusal {
  const places = (of: Properties) => {
    const subnets = at(of, "vpcConfig.subnetIds") as readonly unknown[];
    const network = find(subnets[0])?.inputs["vpcId"];
    return { network, zones: [...new Set(inZones(subnets, find))].sort().join(", ") };
  };
  const { network, zones } = places(inputs);
  if (!zones.includes(", ")) return "UnsupportedAvailabilityZoneException: subnets in two zones are needed";
  const old = before && places(before.inputs);
  if (old === undefined || (old.network === network && old.zones === zones)) return undefined;
  return `InvalidParameterException: its subnets are in ${old.zones} of ${old.network}`;
}

/** What EKS finds wrong with a node group, and EC2 with its instances. */
function refuseNodes({ inputs, before, find }: Request): Refusal {
  const { capacityType, subnetIds } = inputs;
  const template = find(at(inputs, "launchTemplate.id"))?.inputs ?? {};
  const { instanceType, placement } = template;
  const [desired, max] = ["desiredSize", "maxSize"].map((size) => Number(at(inputs, `scalingConfig.${size}`)));
  const inBlock = at(template, "instanceMarketOptions.marketType") === "capacity-block";
  const id = at(template, CAPACITY_TARGET);
  const reservation = find(id)?.outputs;
  if (desired! > max!) return `InvalidParameterException: ${desired} nodes are more than ${max}`;
  if (inBlock !== (capacityType === "CAPACITY_BLOCK"))
    return `InvalidParameterException: capacity type ${capacityType} of a template ${inBlock ? "for" : "without"} a block`;
  const version = "launchTemplate.version";
  if (inBlock && before !== undefined && desired! > 0 && at(before.inputs, version) !== at(inputs, version))
    return "InvalidRequestException: a group in a block has to be at zero before an upgrade";
  if (inBlock && id === undefined) return "InvalidParameterException: the template names no block";
  if (`${instanceType}`.startsWith("p6e-") && !inBlock)
    return `Unsupported: ${instanceType} comes in Capacity Blocks only`;
  if (reservation === undefined) return undefined;
  if (reservation["instanceType"] !== instanceType) return `${id} has no ${instanceType}`;
  if (Number(reservation["instanceCount"]) < desired! || placement !== undefined)
    return `InsufficientInstanceCapacity: ${desired} nodes in ${id}`;
  const zones = inZones(subnetIds, find);
  return zones.some((zone) => zone !== reservation["availabilityZone"]) && `${id} is not in ${zones.join(", ")}`;
}

/** AWS as far as a GPU cluster on EKS meets it. */
export const aws: Rules = {
  id: (_type, name, token) => `${name}-${token}`,

  identifier: /^(vpc|subnet|cr)-[0-9a-f]+$/,

  names: { clusterName: "aws:eks/cluster:Cluster" },

  exact: ["tags"],

  outputs: ({ type, token, name, inputs, serial }, answers) => ({
    arn: `arn:aws:iam::123456789012:${name}/${token}`,
    ...ofType(type, {
      "aws:eks/cluster:Cluster": {
        endpoint: `https://${token}.gr7.us-west-2.eks.test`,
        certificateAuthority: { data: "Q0E=" },
        vpcConfig: { clusterSecurityGroupId: `sg-${token}`, vpcId: "vpc" },
        status: "ACTIVE",
        ...answers,
      },
      "aws:ec2/launchTemplate:LaunchTemplate": { latestVersion: serial, defaultVersion: serial },
      "aws:kms/key:Key": { keyId: token },
      "aws:eks/nodeGroup:NodeGroup": {
        nodeGroupName: `${name}-${token}`,
        releaseVersion: "1.36.1-20261101",
        version: "1.36",
        ...(inputs["amiType"] === undefined && { amiType: "CUSTOM" }),
      },
      "aws:ec2/subnet:Subnet": { availabilityZone: zoneOf(inputs) },
    }),
  }),

  invokes: {
    // Ubuntu's newest image, which moves.
    "aws:ssm/getParameter:getParameter": (_args, { isLater }) => ({ value: isLater ? "ami-newer" : "ami-older" }),
  },

  // What AWS, or a controller in the cluster, changes by itself: EKS scales a pool down before its block ends.
  rewrites: ({ type, inputs }) =>
    ofType(type, {
      "aws:ec2/securityGroup:SecurityGroup": {
        ingress: [{ fromPort: 30000, toPort: 32767, protocol: "tcp", description: "elbv2.k8s.aws" }],
        egress: [{ fromPort: 0, toPort: 0, protocol: "-1" }],
      },
      "aws:eks/nodeGroup:NodeGroup": {
        ...(inputs["capacityType"] === "CAPACITY_BLOCK" && { scalingConfig: { desiredSize: 0 } }),
      },
    }),

  createOnly: {
    "aws:eks/cluster:Cluster": [
      "name",
      "roleArn",
      "accessConfig.bootstrapClusterCreatorAdminPermissions",
      "bootstrapSelfManagedAddons",
      "kubernetesNetworkConfig",
      "encryptionConfig",
    ],
    "aws:eks/nodeGroup:NodeGroup": [
      "clusterName",
      "nodeRoleArn",
      "subnetIds",
      "capacityType",
      "amiType",
      "launchTemplate.id",
    ],
    "aws:eks/addon:Addon": ["clusterName", "addonName"],
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": ["clusterName", "namespace", "serviceAccount"],
    "aws:eks/accessEntry:AccessEntry": ["clusterName", "principalArn"],
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": ["clusterName", "principalArn", "policyArn"],
    "aws:ec2/vpc:Vpc": ["cidrBlock"],
    "aws:ec2/subnet:Subnet": ["vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId"],
    "aws:ec2/routeTableAssociation:RouteTableAssociation": ["subnetId"],
    "aws:ec2/routeTable:RouteTable": ["vpcId"],
    "aws:ec2/vpcEndpoint:VpcEndpoint": ["vpcId", "serviceName", "vpcEndpointType"],
    "aws:ec2/natGateway:NatGateway": ["subnetId", "allocationId"],
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ["vpcId"],
    "aws:ec2/route:Route": ["routeTableId", "destinationCidrBlock"],
    "aws:ec2/securityGroup:SecurityGroup": ["vpcId", "description", "name"],
    "aws:ec2/placementGroup:PlacementGroup": ["strategy", "name"],
    "aws:cloudwatch/logGroup:LogGroup": ["name"],
    "aws:kms/alias:Alias": ["name"],
  },

  unique: {
    "aws:ec2/subnet:Subnet": ({ vpcId, cidrBlock }) => `${vpcId} ${cidrBlock}`,
    "aws:eks/cluster:Cluster": ({ name }) => `${name}`,
    "aws:eks/addon:Addon": ({ clusterName, addonName }) => `${clusterName} ${addonName}`,
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": ({ clusterName, namespace, serviceAccount }) =>
      `${clusterName} ${namespace} ${serviceAccount}`,
    "aws:cloudwatch/logGroup:LogGroup": ({ name }) => `${name}`,
    "aws:kms/alias:Alias": ({ name }) => `${name}`,
  },

  refusals: { "aws:eks/cluster:Cluster": refuseCluster, "aws:eks/nodeGroup:NodeGroup": refuseNodes },

  needs,

  cascades: {
    "aws:eks/cluster:Cluster": ({ type }) => /podIdentityAssociation|accessEntry|accessPolicyAssociation/.test(type),
  },

  // Nobody asks templates, and IAM does not know to whom EKS would give a role.
  loose: /podIdentityAssociation|launchTemplate/,
};

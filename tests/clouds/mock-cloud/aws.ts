import { type Need, ofType, type Rules } from "./rules";

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

/** AWS as far as a GPU cluster on EKS meets it. */
export const aws: Rules = {
  id: (_type, name, token) => `${name}-${token}`,

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
      "aws:ec2/subnet:Subnet": { availabilityZone: "us-west-2a" },
    }),
  }),

  invokes: {
    // Ubuntu's newest image, which moves.
    "aws:ssm/getParameter:getParameter": (_args, { isLater }) => ({ value: isLater ? "ami-newer" : "ami-older" }),
  },

  // What AWS, or a controller in the cluster, changes by itself.
  rewrites: ({ type }) =>
    ofType(type, {
      "aws:ec2/securityGroup:SecurityGroup": {
        ingress: [{ fromPort: 30000, toPort: 32767, protocol: "tcp", description: "elbv2.k8s.aws" }],
        egress: [{ fromPort: 0, toPort: 0, protocol: "-1" }],
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
    "aws:ec2/securityGroup:SecurityGroup": ["vpcId", "description", "name"],
    "aws:ec2/placementGroup:PlacementGroup": ["strategy", "name"],
    "aws:cloudwatch/logGroup:LogGroup": ["name"],
    "aws:kms/alias:Alias": ["name"],
  },

  unique: {
    "aws:eks/cluster:Cluster": ({ name }) => `${name}`,
    "aws:eks/addon:Addon": ({ clusterName, addonName }) => `${clusterName} ${addonName}`,
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": ({ clusterName, namespace, serviceAccount }) =>
      `${clusterName} ${namespace} ${serviceAccount}`,
    "aws:cloudwatch/logGroup:LogGroup": ({ name }) => `${name}`,
    "aws:kms/alias:Alias": ({ name }) => `${name}`,
  },

  needs,

  cascades: {
    "aws:eks/cluster:Cluster": ({ type }) => /podIdentityAssociation|accessEntry|accessPolicyAssociation/.test(type),
  },

  // Nobody asks templates, and IAM does not know to whom EKS would give a role.
  loose: /podIdentityAssociation|launchTemplate/,
};

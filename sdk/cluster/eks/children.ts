import type * as pulumi from "@pulumi/pulumi";
import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/logGroup";
import type { DefaultSecurityGroupArgs } from "@pulumi/aws/ec2/defaultSecurityGroup";
import type { EipArgs } from "@pulumi/aws/ec2/eip";
import type { InternetGatewayArgs } from "@pulumi/aws/ec2/internetGateway";
import type { LaunchTemplateArgs } from "@pulumi/aws/ec2/launchTemplate";
import type { NatGatewayArgs } from "@pulumi/aws/ec2/natGateway";
import type { PlacementGroupArgs } from "@pulumi/aws/ec2/placementGroup";
import type { RouteArgs } from "@pulumi/aws/ec2/route";
import type { RouteTableArgs } from "@pulumi/aws/ec2/routeTable";
import type { RouteTableAssociationArgs } from "@pulumi/aws/ec2/routeTableAssociation";
import type { SecurityGroupArgs } from "@pulumi/aws/ec2/securityGroup";
import type { SubnetArgs } from "@pulumi/aws/ec2/subnet";
import type { VpcArgs } from "@pulumi/aws/ec2/vpc";
import type { VpcEndpointArgs } from "@pulumi/aws/ec2/vpcEndpoint";
import type { VpcIpv4CidrBlockAssociationArgs } from "@pulumi/aws/ec2/vpcIpv4CidrBlockAssociation";
import type { AccessEntryArgs } from "@pulumi/aws/eks/accessEntry";
import type { AccessPolicyAssociationArgs } from "@pulumi/aws/eks/accessPolicyAssociation";
import type { AddonArgs } from "@pulumi/aws/eks/addon";
import type { ClusterArgs } from "@pulumi/aws/eks/cluster";
import type { NodeGroupArgs } from "@pulumi/aws/eks/nodeGroup";
import type { PodIdentityAssociationArgs } from "@pulumi/aws/eks/podIdentityAssociation";
import type { RoleArgs } from "@pulumi/aws/iam/role";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy";
import type { RolePolicyAttachmentArgs } from "@pulumi/aws/iam/rolePolicyAttachment";
import type { AliasArgs } from "@pulumi/aws/kms/alias";
import type { KeyArgs } from "@pulumi/aws/kms/key";
import type { SecurityGroupEgressRuleArgs } from "@pulumi/aws/vpc/securityGroupEgressRule";
import type { SecurityGroupIngressRuleArgs } from "@pulumi/aws/vpc/securityGroupIngressRule";
import { child, type Transform } from "../cloud/child";
import { type ReplaceablePart } from "./args";
import { type EksPlan } from "./plan";

/** Every kind of resource that a cluster is made of, with its arguments. */
export interface EksChildren {
  key: KeyArgs;
  keyAlias: AliasArgs;
  vpc: VpcArgs;
  gpuCidr: VpcIpv4CidrBlockAssociationArgs;
  defaultSecurityGroup: DefaultSecurityGroupArgs;
  internetGateway: InternetGatewayArgs;
  subnet: SubnetArgs;
  natAddress: EipArgs;
  natGateway: NatGatewayArgs;
  routeTable: RouteTableArgs;
  route: RouteArgs;
  routeTableAssociation: RouteTableAssociationArgs;
  vpcEndpoint: VpcEndpointArgs;
  securityGroup: SecurityGroupArgs;
  ingressRule: SecurityGroupIngressRuleArgs;
  egressRule: SecurityGroupEgressRuleArgs;
  logGroup: LogGroupArgs;
  role: RoleArgs;
  rolePolicy: RolePolicyArgs;
  rolePolicyAttachment: RolePolicyAttachmentArgs;
  cluster: ClusterArgs;
  accessEntry: AccessEntryArgs;
  accessPolicy: AccessPolicyAssociationArgs;
  addon: AddonArgs;
  podIdentity: PodIdentityAssociationArgs;
  systemTemplate: LaunchTemplateArgs;
  systemPool: NodeGroupArgs;
  placementGroup: PlacementGroupArgs;
  gpuTemplate: LaunchTemplateArgs;
  gpuPool: NodeGroupArgs;
}

/** A transform for each kind of child resource. */
export type EksTransforms = { readonly [kind in keyof EksChildren]?: Transform<EksChildren[kind]> };

/** What every part of a cluster is registered with. */
export interface Scope {
  /** Of the component; names of children begin with it. */
  readonly name: string;
  /** In EKS. */
  readonly clusterName: string;
  readonly plan: EksPlan;
  readonly tags: Readonly<Record<string, string>>;
  readonly transform: EksTransforms;
  /** Parent and provider. */
  readonly options: pulumi.CustomResourceOptions & { readonly parent: pulumi.Resource };
}

/** Registers a child with the options that its kind has, and with what the caller wants otherwise. */
export function make<K extends keyof EksChildren, R extends pulumi.Resource>(
  scope: Scope,
  kind: K,
  type: new (name: string, args: EksChildren[K], opts: pulumi.CustomResourceOptions) => R,
  suffix: string,
  args: EksChildren[K],
  options: pulumi.CustomResourceOptions = {},
): R {
  const part = PROTECTED[kind];
  const own = {
    ...scope.options,
    ...(part !== undefined && scope.plan.protect[part] && { protect: true }),
    ...(TIMEOUTS[kind] && { customTimeouts: TIMEOUTS[kind] }),
    ...rewritten(kind, scope.plan),
    ...options,
  };
  return child(type, suffix === "" ? scope.name : `${scope.name}-${suffix}`, args, own, scope.transform[kind]);
}

/** Tags of one resource, `Name` among them. */
export function tagsOf({ name, tags }: Scope, suffix: string): Record<string, string> {
  return { ...tags, Name: suffix === "" ? name : `${name}-${suffix}` };
}

const PROTECTED: { readonly [kind in keyof EksChildren]?: ReplaceablePart } = {
  key: "keys",
  vpc: "network",
  subnet: "network",
  cluster: "cluster",
  gpuPool: "gpus",
};

/** Network interfaces of load balancers, gateways and nodes go late; a GPU pool starts and drains slowly. */
const TIMEOUTS: { readonly [kind in keyof EksChildren]?: pulumi.CustomTimeouts } = {
  vpc: { delete: "20m" },
  internetGateway: { delete: "20m" },
  subnet: { delete: "20m" },
  natGateway: { delete: "20m" },
  vpcEndpoint: { delete: "20m" },
  securityGroup: { delete: "20m" },
  cluster: { create: "45m", update: "60m", delete: "45m" },
  systemPool: { create: "45m", update: "60m", delete: "45m" },
  gpuPool: { create: "60m", update: "120m", delete: "45m" },
};

/** A field that AWS or something in the cluster changes after it was set. */
interface Rewritten {
  readonly field: string;
  readonly why: string;
  readonly when?: (plan: EksPlan) => boolean;
}

/**
 * Fields that are left alone after creation. What is not here is set explicitly, so that nothing is defaulted: versions of nodes and
 * add-ons, the range of Services, the support policy, the creator's rights.
 */
export const REWRITTEN: { readonly [kind in keyof EksChildren]?: readonly Rewritten[] } = {
  gpuTemplate: [{ field: "imageId", why: imageMoves(), when: ({ gpus }) => gpus.image.from === "parameter" }],
  systemTemplate: [{ field: "imageId", why: imageMoves(), when: ({ system }) => system.image.from === "parameter" }],
  gpuPool: [
    {
      field: "scalingConfig.desiredSize",
      why: "EKS scales the pool to zero before a Capacity Block ends, and it has to be zero before an upgrade",
      when: ({ gpus }) => gpus.capacity.type === "capacity-block",
    },
  ],
  securityGroup: [
    { field: "ingress", why: "rules are resources of their own, and load balancer controllers add more" },
    { field: "egress", why: "as ingress" },
  ],
};

function imageMoves(): string {
  return "Canonical's parameter names a newer image every few weeks, which would roll the nodes";
}

function rewritten(kind: keyof EksChildren, plan: EksPlan): pulumi.CustomResourceOptions {
  const fields = (REWRITTEN[kind] ?? []).filter(({ when }) => when?.(plan) ?? true).map(({ field }) => field);
  return fields.length > 0 ? { ignoreChanges: fields } : {};
}

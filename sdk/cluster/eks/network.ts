import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup";
import { Eip } from "@pulumi/aws/ec2/eip";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway";
import { NatGateway } from "@pulumi/aws/ec2/natGateway";
import { Route } from "@pulumi/aws/ec2/route";
import { RouteTable } from "@pulumi/aws/ec2/routeTable";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint";
import { VpcIpv4CidrBlockAssociation } from "@pulumi/aws/ec2/vpcIpv4CidrBlockAssociation";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import type * as pulumi from "@pulumi/pulumi";
import { type ExistingNetwork } from "./args";
import { make, type Scope, tagsOf } from "./children";
import { type NewNetworkPlan, type SubnetPlan } from "./plan-network";
import { type Partition, PARTITIONS } from "./regions";

/** Where the cluster lives. */
export interface Network {
  readonly vpcId: pulumi.Input<string>;
  readonly systemSubnetIds: readonly pulumi.Input<string>[];
  readonly gpuSubnetId: pulumi.Input<string>;
  /** What nodes need before they can join, and on destroy keep until they are gone. */
  readonly ready: readonly pulumi.Resource[];
}

export function existingNetwork({ vpcId, systemSubnetIds, gpuSubnetId }: ExistingNetwork): Network {
  return { vpcId, systemSubnetIds, gpuSubnetId, ready: [] };
}

/**
 * Makes the network.
 *
 * @param reservedZone - Zone of the reservation, where the plan leaves it open.
 */
export function makeNetwork(scope: Scope, plan: NewNetworkPlan, reservedZone?: pulumi.Output<string>): Network {
  const vpc = make(scope, "vpc", Vpc, "vpc", {
    cidrBlock: plan.cidr,
    enableDnsHostnames: true,
    enableDnsSupport: true,
    tags: tagsOf(scope, "vpc"),
  });
  // Without rules, so that nothing works by accident in the group that everything falls back to.
  make(scope, "defaultSecurityGroup", DefaultSecurityGroup, "default-sg", {
    vpcId: vpc.id,
    ingress: [],
    egress: [],
    tags: tagsOf(scope, "default-sg"),
  });
  const system = plan.systemSubnets.map((subnet, i) => privateSubnet(scope, vpc, `system-${i + 1}`, subnet));
  const gpus = gpuSubnet(scope, vpc, plan, reservedZone);
  const tables = [...system, gpus].map(({ suffix, subnet }) => routeTable(scope, vpc, suffix, subnet));
  const out = plan.egress === "endpoints" ? [] : throughNat(scope, vpc, plan, tables);
  return {
    vpcId: vpc.id,
    systemSubnetIds: system.map(({ subnet }) => subnet.id),
    gpuSubnetId: gpus.subnet.id,
    ready: [...tables.map(({ association }) => association), ...out, ...endpoints(scope, vpc, plan, tables, system)],
  };
}

interface NamedSubnet {
  readonly suffix: string;
  readonly subnet: Subnet;
}

interface Routes {
  readonly suffix: string;
  readonly table: RouteTable;
  readonly association: RouteTableAssociation;
}

function place({ zone }: SubnetPlan): { availabilityZone?: string; availabilityZoneId?: string } {
  if (zone === undefined) return {};
  return /-az\d+$/.test(zone) ? { availabilityZoneId: zone } : { availabilityZone: zone };
}

/** By which load balancer controllers find subnets. They would set the second by themselves, so it is set here. */
function balancerTags({ clusterName }: Scope, role: "elb" | "internal-elb"): Record<string, string> {
  return { [`kubernetes.io/role/${role}`]: "1", [`kubernetes.io/cluster/${clusterName}`]: "shared" };
}

function privateSubnet(scope: Scope, vpc: Vpc, suffix: string, subnet: SubnetPlan): NamedSubnet {
  const made = make(scope, "subnet", Subnet, suffix, {
    vpcId: vpc.id,
    cidrBlock: subnet.cidr,
    ...place(subnet),
    mapPublicIpOnLaunch: false,
    tags: { ...tagsOf(scope, suffix), ...balancerTags(scope, "internal-elb") },
  });
  return { suffix, subnet: made };
}

function gpuSubnet(scope: Scope, vpc: Vpc, plan: NewNetworkPlan, zone?: pulumi.Output<string>): NamedSubnet {
  const suffix = "gpus-subnet";
  const { gpuCidr, gpuSubnet } = plan;
  const block =
    gpuCidr === undefined
      ? undefined
      : make(scope, "gpuCidr", VpcIpv4CidrBlockAssociation, "gpus-cidr", { vpcId: vpc.id, cidrBlock: gpuCidr });
  const args = {
    vpcId: vpc.id,
    cidrBlock: gpuSubnet.cidr,
    ...(gpuSubnet.zone === undefined && zone !== undefined ? { availabilityZone: zone } : place(gpuSubnet)),
    mapPublicIpOnLaunch: false,
    tags: tagsOf(scope, suffix),
  };
  // In another zone it has the same addresses, and a network has them once.
  const options = { deleteBeforeReplace: true, ...(block && { dependsOn: [block] }) };
  return { suffix, subnet: make(scope, "subnet", Subnet, suffix, args, options) };
}

function routeTable(scope: Scope, vpc: Vpc, suffix: string, subnet: Subnet): Routes {
  const table = make(scope, "routeTable", RouteTable, `${suffix}-routes`, {
    vpcId: vpc.id,
    tags: tagsOf(scope, `${suffix}-routes`),
  });
  const args = { subnetId: subnet.id, routeTableId: table.id };
  const association = make(scope, "routeTableAssociation", RouteTableAssociation, `${suffix}-routes`, args);
  return { suffix, table, association };
}

const EVERYWHERE = "0.0.0.0/0";

/** Public subnets, NAT gateways in one of them or in each, and the way there for private subnets. */
function throughNat(
  scope: Scope,
  vpc: Vpc,
  plan: NewNetworkPlan,
  tables: readonly Routes[],
): readonly pulumi.Resource[] {
  const gateway = make(scope, "internetGateway", InternetGateway, "igw", { vpcId: vpc.id, tags: tagsOf(scope, "igw") });
  const subnets = plan.publicSubnets.map((subnet, i) => publicSubnet(scope, vpc, `public-${i + 1}`, subnet));
  const routes = subnets.map(({ suffix, subnet }) => routeTable(scope, vpc, suffix, subnet));
  const up = routes.map(({ suffix, table }) =>
    make(scope, "route", Route, `${suffix}-default`, {
      routeTableId: table.id,
      destinationCidrBlock: EVERYWHERE,
      gatewayId: gateway.id,
    }),
  );
  const gateways = subnets
    .slice(0, plan.egress === "nat" ? 1 : undefined)
    .map(({ subnet }, i) => natGateway(scope, `nat-${i + 1}`, subnet, [gateway, ...up]));
  const down = tables.map(({ suffix, table }, i) =>
    make(scope, "route", Route, `${suffix}-default`, {
      routeTableId: table.id,
      destinationCidrBlock: EVERYWHERE,
      // System subnets have the gateway of their zone; the GPU nodes' zone may have none.
      natGatewayId: (gateways[i] ?? gateways[0]!).id,
    }),
  );
  return [...up, ...down];
}

function publicSubnet(scope: Scope, vpc: Vpc, suffix: string, subnet: SubnetPlan): NamedSubnet {
  const made = make(scope, "subnet", Subnet, suffix, {
    vpcId: vpc.id,
    cidrBlock: subnet.cidr,
    ...place(subnet),
    mapPublicIpOnLaunch: false,
    tags: { ...tagsOf(scope, suffix), ...balancerTags(scope, "elb") },
  });
  return { suffix, subnet: made };
}

function natGateway(scope: Scope, suffix: string, subnet: Subnet, dependsOn: pulumi.Resource[]): NatGateway {
  const address = make(
    scope,
    "natAddress",
    Eip,
    `${suffix}-address`,
    { domain: "vpc", tags: tagsOf(scope, `${suffix}-address`) },
    { dependsOn },
  );
  const args = { subnetId: subnet.id, allocationId: address.id, tags: tagsOf(scope, suffix) };
  return make(scope, "natGateway", NatGateway, suffix, args, { dependsOn });
}

/** What nodes and Cairn's stack call in AWS (Amazon EKS user guide, private clusters, 2026), beside S3, where image layers are. */
const SERVICES = ["ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "elasticloadbalancing", "logs", "sts"];

/** S3's endpoint costs nothing, so every network has it. Without a NAT gateway the other services have one too. */
function endpoints(
  scope: Scope,
  vpc: Vpc,
  { cidr, gpuCidr, egress }: NewNetworkPlan,
  tables: readonly Routes[],
  system: readonly NamedSubnet[],
): readonly VpcEndpoint[] {
  const { endpoints: prefix }: Partition = PARTITIONS[scope.plan.partition];
  if (prefix === undefined) return [];
  const serviceName = (service: string): string => `${prefix}.${scope.plan.region}.${service}`;
  const s3 = make(scope, "vpcEndpoint", VpcEndpoint, "endpoint-s3", {
    vpcId: vpc.id,
    serviceName: serviceName("s3"),
    vpcEndpointType: "Gateway",
    routeTableIds: tables.map(({ table }) => table.id),
    tags: tagsOf(scope, "endpoint-s3"),
  });
  if (egress !== "endpoints") return [s3];
  const group = endpointGroup(scope, vpc, gpuCidr === undefined ? [cidr] : [cidr, gpuCidr]);
  const others = SERVICES.map((service) => {
    const suffix = `endpoint-${service.replace(".", "-")}`;
    return make(scope, "vpcEndpoint", VpcEndpoint, suffix, {
      vpcId: vpc.id,
      serviceName: serviceName(service),
      vpcEndpointType: "Interface",
      privateDnsEnabled: true,
      subnetIds: system.map(({ subnet }) => subnet.id),
      securityGroupIds: [group.id],
      tags: tagsOf(scope, suffix),
    });
  });
  return [s3, ...others];
}

function endpointGroup(scope: Scope, vpc: Vpc, cidrs: readonly string[]): SecurityGroup {
  const suffix = "endpoints-sg";
  const description = "HTTPS from the network to endpoints of AWS services";
  const args = { vpcId: vpc.id, description, tags: tagsOf(scope, suffix) };
  const group = make(scope, "securityGroup", SecurityGroup, suffix, args);
  for (const [i, cidrIpv4] of cidrs.entries())
    make(scope, "ingressRule", SecurityGroupIngressRule, `${suffix}-https-${i + 1}`, {
      securityGroupId: group.id,
      cidrIpv4,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      tags: tagsOf(scope, `${suffix}-https-${i + 1}`),
    });
  return group;
}

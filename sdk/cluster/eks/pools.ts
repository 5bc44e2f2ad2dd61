import { CapacityReservation } from "@pulumi/aws/ec2/capacityReservation";
import { LaunchTemplate, type LaunchTemplateArgs } from "@pulumi/aws/ec2/launchTemplate";
import { PlacementGroup } from "@pulumi/aws/ec2/placementGroup";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import type { Cluster } from "@pulumi/aws/eks/cluster";
import { NodeGroup } from "@pulumi/aws/eks/nodeGroup";
import { getParameterOutput } from "@pulumi/aws/ssm/getParameter";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import * as pulumi from "@pulumi/pulumi";
import { Findings } from "../cloud/findings";
import { type Taint } from "../types";
import { isBound, reservationOf } from "./capacity";
import { make, type Scope, tagsOf } from "./children";
import { type ReadyRole } from "./identities";
import { type Network } from "./network";
import { type GpuPoolPlan, type PoolPlan } from "./plan";
import { checkParent, type NetworkPlan } from "./plan-network";
import { type AwsRegion, zoneOf } from "./regions";
import { userDataOf } from "./user-data";

/** What both pools are made with. */
export interface PoolContext {
  readonly cluster: Cluster;
  readonly network: Network;
  readonly role: ReadyRole;
  readonly key: pulumi.Input<string>;
  /** What nodes need to become ready, and on destroy keep until they are gone. */
  readonly after: readonly pulumi.Resource[];
}

/** The zone of the reservation that the pool starts in, if it is one. Reading it at preview also finds one that does not fit. */
export function reservedZone(scope: Scope): pulumi.Output<string> | undefined {
  const { gpus, network, region } = scope.plan;
  const id = reservationOf(gpus.capacity);
  if (id === undefined) return undefined;
  const { availabilityZone, instanceType, instanceCount } = CapacityReservation.get(
    `${scope.name}-reservation`,
    id,
    undefined,
    scope.options,
  );
  return pulumi.all([availabilityZone, instanceType, instanceCount]).apply(([zone, type, count]) => {
    checkReservation(gpus, network, region, { zone, type, count });
    return zone;
  });
}

/** What AWS says of a reservation. Before it is read nothing is known. */
interface Reserved {
  readonly zone?: string | undefined;
  readonly type?: string | undefined;
  readonly count?: number | undefined;
}

/** @throws CairnError `CLUSTER_SETTINGS` when nodes could not start in it */
export function checkReservation(
  { instanceType, nodes, zone }: Pick<GpuPoolPlan, "instanceType" | "nodes" | "zone">,
  network: NetworkPlan,
  region: AwsRegion,
  found: Reserved,
): void {
  const out = new Findings();
  const { type = instanceType, count = nodes } = found;
  out.check(type === instanceType, "gpus.capacity", `is a reservation of ${type}, the nodes are ${instanceType}`);
  out.check(count >= nodes, "gpus.nodes", `is ${nodes}, the reservation has ${count} instances`);
  if (found.zone !== undefined) {
    // AWS tells no ID of it.
    const isNamed = zone !== undefined && zoneOf(zone, region)?.by === "name";
    const elsewhere = `is ${zone}, the reservation is in ${found.zone}`;
    out.check(!isNamed || zone === found.zone, "gpus.zone", elsewhere, "leave it out to take the reservation's");
    if (zone === undefined && network.kind === "new")
      checkParent(
        found.zone,
        network.systemSubnets.flatMap((subnet) => subnet.zone ?? []),
        out,
      );
  }
  out.refuse("eks()");
}

export function makeSystemPool(scope: Scope, context: PoolContext): NodeGroup {
  const { system } = scope.plan;
  const suffix = "system";
  const { vpcConfig } = context.cluster;
  const template = make(scope, "systemTemplate", LaunchTemplate, suffix, {
    ...templateArgs(scope, suffix, system, context),
    // The cluster's own group; node groups with a template get none by themselves.
    vpcSecurityGroupIds: [vpcConfig.clusterSecurityGroupId],
  });
  const args = {
    ...groupArgs(scope, suffix, system, context, template),
    capacityType: "ON_DEMAND",
    subnetIds: [...context.network.systemSubnetIds],
    scalingConfig: { minSize: system.nodes, maxSize: system.nodes, desiredSize: system.nodes },
    updateConfig: { maxUnavailable: 1 },
  };
  return make(scope, "systemPool", NodeGroup, suffix, args, groupOptions(context));
}

export function makeGpuPool(scope: Scope, context: PoolContext): NodeGroup {
  const { gpus } = scope.plan;
  const suffix = "gpus";
  const template = make(scope, "gpuTemplate", LaunchTemplate, suffix, {
    ...templateArgs(scope, suffix, gpus, context),
    ...capacityArgs(scope, gpus),
    networkInterfaces: interfacesOf(gpus, [
      context.cluster.vpcConfig.clusterSecurityGroupId,
      fabricGroup(scope, context).id,
    ]),
  });
  const bound = isBound(gpus.capacity);
  const args = {
    ...groupArgs(scope, suffix, gpus, context, template),
    capacityType: CAPACITY_TYPES[gpus.capacity.type],
    subnetIds: [context.network.gpuSubnetId],
    scalingConfig: {
      minSize: gpus.capacity.type === "capacity-block" ? 0 : gpus.nodes,
      maxSize: gpus.nodes,
      desiredSize: gpus.nodes,
    },
    // Where there is no room for a second one, a node goes before its successor comes.
    updateConfig: { maxUnavailable: 1, updateStrategy: bound ? "MINIMAL" : "DEFAULT" },
  };
  return make(scope, "gpuPool", NodeGroup, suffix, args, { ...groupOptions(context), deleteBeforeReplace: bound });
}

/** What EKS calls the ways to get instances. It starts those of a reservation on demand. */
const CAPACITY_TYPES = {
  "on-demand": "ON_DEMAND",
  reservation: "ON_DEMAND",
  "resource-group": "ON_DEMAND",
  spot: "SPOT",
  "capacity-block": "CAPACITY_BLOCK",
} as const satisfies Record<GpuPoolPlan["capacity"]["type"], string>;

function templateArgs(scope: Scope, suffix: string, pool: PoolPlan, { cluster, key }: PoolContext): LaunchTemplateArgs {
  const { serviceCidr, dnsAddress } = scope.plan.network;
  const userData = pulumi
    .all([cluster.name, cluster.endpoint, cluster.certificateAuthority.data])
    .apply(([name, endpoint, certificateAuthority]) =>
      userDataOf(pool, { name, endpoint, certificateAuthority }, serviceCidr, dnsAddress),
    );
  const tags = tagsOf(scope, suffix);
  return {
    instanceType: pool.instanceType,
    ...imageId(scope, pool),
    updateDefaultVersion: true,
    userData,
    // One hop ends at the node, two reach its pods.
    metadataOptions: {
      httpEndpoint: "enabled",
      httpTokens: "required",
      httpPutResponseHopLimit: scope.plan.podMetadata ? 2 : 1,
    },
    blockDeviceMappings: [
      {
        deviceName: pool.rootDevice,
        ebs: {
          volumeType: "gp3",
          volumeSize: pool.diskSize,
          encrypted: "true",
          kmsKeyId: key,
          deleteOnTermination: "true",
        },
      },
    ],
    tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags })),
    tags,
  };
}

function imageId(scope: Scope, { image }: PoolPlan): { imageId?: pulumi.Input<string> } {
  if (image.from === "id") return { imageId: image.id };
  if (image.from === "eks") return {};
  return { imageId: getParameterOutput({ name: image.parameter }, scope.options).value };
}

/** A group for the fabric, which lets everything through between its members: EFA asks for that, outwards too. */
function fabricGroup(scope: Scope, { network }: PoolContext): SecurityGroup {
  const suffix = "gpus-sg";
  const group = make(scope, "securityGroup", SecurityGroup, suffix, {
    vpcId: network.vpcId,
    description: "Everything between GPU nodes, as EFA needs it",
    tags: tagsOf(scope, suffix),
  });
  const rule = (name: string) => ({
    securityGroupId: group.id,
    referencedSecurityGroupId: group.id,
    ipProtocol: "-1",
    tags: tagsOf(scope, name),
  });
  const [inward, outward] = [`${suffix}-in`, `${suffix}-out`];
  make(scope, "ingressRule", SecurityGroupIngressRule, inward, rule(inward));
  make(scope, "egressRule", SecurityGroupEgressRule, outward, rule(outward));
  return group;
}

function interfacesOf({ interfaces }: GpuPoolPlan, securityGroups: pulumi.Input<string>[]) {
  return interfaces.map(({ card, device, type }) => ({
    networkCardIndex: card,
    deviceIndex: device,
    interfaceType: type,
    securityGroups,
    // One that is left behind blocks subnet and security group.
    deleteOnTermination: "true",
    associatePublicIpAddress: "false",
  }));
}

/** Reservation, market and placement. An empty block would come back as none and show as a change for ever. */
function capacityArgs(scope: Scope, { capacity }: GpuPoolPlan): LaunchTemplateArgs {
  const only = (target: object) => ({
    capacityReservationSpecification: {
      capacityReservationPreference: "capacity-reservations-only",
      capacityReservationTarget: target,
    },
  });
  const placed = "placementGroup" in capacity && typeof capacity.placementGroup === "string";
  const placement = placed ? { placement: { groupName: capacity.placementGroup } } : {};
  switch (capacity.type) {
    case "spot":
      return {};
    case "on-demand": {
      if (!capacity.placementGroup) return {};
      const args = { strategy: "cluster", tags: tagsOf(scope, "gpus-placement") };
      const group = make(scope, "placementGroup", PlacementGroup, "gpus-placement", args);
      return { placement: { groupName: group.name } };
    }
    case "capacity-block":
      return {
        instanceMarketOptions: { marketType: "capacity-block" },
        ...only({ capacityReservationId: capacity.reservation }),
      };
    case "reservation":
      return { ...only({ capacityReservationId: capacity.reservation }), ...placement };
    case "resource-group":
      return { ...only({ capacityReservationResourceGroupArn: capacity.arn }), ...placement };
  }
}

/** EKS's words for effects. */
const EFFECTS = {
  NoSchedule: "NO_SCHEDULE",
  PreferNoSchedule: "PREFER_NO_SCHEDULE",
  NoExecute: "NO_EXECUTE",
} as const satisfies Record<Taint["effect"], string>;

function groupArgs(
  scope: Scope,
  suffix: string,
  pool: PoolPlan,
  { cluster, role }: PoolContext,
  template: LaunchTemplate,
) {
  const { image } = pool;
  return {
    clusterName: cluster.name,
    nodeRoleArn: role.role.arn,
    launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
    // With an image of one's own EKS refuses both (Amazon EKS API, CreateNodegroup, 2026).
    ...(image.from === "eks" && { amiType: image.amiType, version: scope.plan.kubernetesVersion }),
    ...(image.from === "eks" && image.release !== undefined && { releaseVersion: image.release }),
    labels: { ...pool.labels },
    taints: pool.taints.map(({ key, value, effect }) => ({
      key,
      ...(value !== undefined && { value }),
      effect: EFFECTS[effect],
    })),
    nodeRepairConfig: { enabled: pool.repair },
    tags: tagsOf(scope, suffix),
  };
}

function groupOptions({ network, role, after }: PoolContext): pulumi.CustomResourceOptions {
  return { dependsOn: [...after, ...network.ready, ...role.rights] };
}

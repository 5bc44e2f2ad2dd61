import { CapacityReservation, CapacityReservationGroup } from "@pulumi/azure-native/compute";
import { AgentPool, type ManagedCluster } from "@pulumi/azure-native/containerservice";
import { type UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { child } from "../cloud/child";
import { type ResourceId } from "./args";
import { type Context, grant, optionsOf } from "./context";
import { type Network } from "./network";
import { type AksPlan, type PoolPlan } from "./plan-types";
import { resourceGroupOf } from "./resource-id";
import { REWRITTEN, TIMEOUTS } from "./rewritten";
import { ROLES } from "./roles";

/** What both pools say, all of it: what is left out Azure fills in, and then shows as a change that replaces the pool. */
export function poolArgs(plan: AksPlan, pool: PoolPlan, { nodeSubnet }: Network) {
  return {
    type: "VirtualMachineScaleSets",
    count: pool.nodes,
    vmSize: pool.vmSize,
    osType: "Linux",
    osSKU: plan.osSku,
    osDiskSizeGB: pool.disk.sizeGiB,
    osDiskType: pool.disk.type,
    maxPods: pool.maxPods,
    vnetSubnetID: nodeSubnet,
    enableAutoScaling: false,
    enableNodePublicIP: false,
    enableEncryptionAtHost: plan.encryption.atHost,
    enableFIPS: false,
    nodeLabels: pool.labels,
    nodeTaints: [...pool.taints],
    tags: plan.tags,
    ...(pool.zones.length > 0 && { availabilityZones: [...pool.zones] }),
  };
}

/** The capacity that the GPU pool is bound to, and what has to be there first. */
export interface Capacity {
  readonly group?: ResourceId;
  readonly ready: readonly pulumi.Resource[];
}

/** AKS asks for Contributor on the group's whole resource group, so a group of the target's own gets one to itself. */
export function capacity(context: Context, identity: UserAssignedIdentity): Capacity {
  const planned = context.plan.gpus.capacity;
  const { principalId } = identity;
  const role = ROLES.contributor;
  if (planned.kind === "reservation-group") {
    const scope = pulumi.output(planned.group).apply(resourceGroupOf);
    return { group: planned.group, ready: [grant(context, { child: "capacity", principalId, role, scope })] };
  }
  if (planned.kind !== "new-reservation") return { ready: [] };
  const { place, group, reservation } = newReservation(context);
  return {
    group: group.id,
    ready: [reservation, grant(context, { child: "capacity", principalId, role, scope: place.id })],
  };
}

function newReservation(context: Context) {
  const { name, plan, transform } = context;
  const { location, tags } = plan;
  const { vmSize, nodes, zones } = plan.gpus;
  const where = zones.length > 0 ? { zones: [...zones] } : {};
  const options = optionsOf(context, { protect: plan.protect.gpus });
  const place = child(ResourceGroup, `${name}-capacity-rg`, { location, tags }, options, transform.resourceGroup);
  const common = { location, tags, resourceGroupName: place.name, ...where };
  const group = child(
    CapacityReservationGroup,
    `${name}-capacity`,
    common,
    options,
    transform.capacityReservationGroup,
  );
  const reservation = child(
    CapacityReservation,
    `${name}-capacity-gpus`,
    { ...common, capacityReservationGroupName: group.name, sku: { name: vmSize, capacity: nodes } },
    options,
    transform.capacityReservation,
  );
  return { place, group, reservation };
}

/** A pool keeps its name, so it goes before another one comes: it is never in two places at once. */
export function gpuPool(
  context: Context,
  cluster: ManagedCluster,
  network: Network,
  { group, ready }: Capacity,
): AgentPool {
  const { name, plan, transform } = context;
  const { gpus } = plan;
  const isSpot = gpus.capacity.kind === "spot";
  return child(
    AgentPool,
    `${name}-gpus`,
    {
      ...poolArgs(plan, gpus, network),
      resourceGroupName: context.resourceGroup,
      resourceName: cluster.name,
      agentPoolName: gpus.name,
      mode: "User",
      orchestratorVersion: plan.kubernetesVersion,
      gpuProfile: { driver: gpus.driver },
      ...(gpus.capacity.kind === "spot"
        ? { scaleSetPriority: "Spot", scaleSetEvictionPolicy: "Delete", spotMaxPrice: gpus.capacity.maxPrice }
        : { scaleSetPriority: "Regular" }),
      ...(gpus.upgrade && {
        upgradeSettings: {
          ...gpus.upgrade,
          drainTimeoutInMinutes: 30,
          nodeSoakDurationInMinutes: 0,
          undrainableNodeBehavior: "Schedule",
        },
      }),
      ...(group !== undefined && { capacityReservationGroupID: group }),
      ...(gpus.snapshot !== undefined && { creationData: { sourceResourceId: gpus.snapshot } }),
    },
    optionsOf(context, {
      protect: plan.protect.gpus,
      deleteBeforeReplace: true,
      customTimeouts: TIMEOUTS.gpuPool,
      dependsOn: [...ready],
      ignoreChanges: [...REWRITTEN.gpuPool, ...(isSpot ? REWRITTEN.spotPool : [])],
    }),
    transform.gpuPool,
  );
}

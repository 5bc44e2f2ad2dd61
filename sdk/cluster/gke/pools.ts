import { type NodePoolArgs } from "@pulumi/gcp/container";
import { type Cluster } from "@pulumi/gcp/container/cluster";
import { NodePool } from "@pulumi/gcp/container/nodePool";
import { ResourcePolicy } from "@pulumi/gcp/compute/resourcePolicy";
import { type input as inputs } from "@pulumi/gcp/types";
import type * as pulumi from "@pulumi/pulumi";
import { child } from "../cloud/child";
import { type Taint } from "../types";
import { type Upgrade } from "./capacity";
import { options, TIMEOUTS, type Context } from "./context";
import { type ClusterKey, type NodeIdentity } from "./identities";
import { type FabricInterface } from "./network";
import { type GkePlan } from "./plan";
import { startsEmpty, type GpuPoolPlan } from "./plan-gpus";
import { rewritten } from "./rewritten";

/** What both pools are made with. */
export interface PoolParts {
  readonly cluster: Cluster;
  readonly key: ClusterKey;
  readonly nodes: NodeIdentity;
}

type NodeConfig = inputs.container.NodePoolNodeConfig;

/** The pool for what needs no GPU. It comes first: without it GKE would put no taint on GPU nodes. */
export function systemPool(context: Context, parts: PoolParts): NodePool {
  const { name, args, plan } = context;
  const { system } = plan;
  return child(
    NodePool,
    `${name}-system`,
    {
      ...common(plan, parts.cluster),
      name: "system",
      nodeLocations: [...system.zones],
      nodeCount: system.nodesPerZone,
      management: { autoRepair: true, autoUpgrade: true },
      upgradeSettings: { strategy: "SURGE", maxSurge: 1, maxUnavailable: 0 },
      networkConfig: { enablePrivateNodes: true },
      nodeConfig: {
        ...nodeConfig(plan, parts),
        machineType: system.machineType,
        diskType: "pd-balanced",
        diskSizeGb: 200,
        labels: system.labels,
        shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
      },
    },
    options(context, {
      deleteBeforeReplace: true,
      ignoreChanges: rewritten(plan, "pool"),
      customTimeouts: TIMEOUTS.pool,
    }),
    args.transform?.systemPool,
  );
}

/** The GPU pool. Its name is fixed, as nodes carry it in a label, so an old one goes before a new one comes: so do its machines. */
export function gpuPool(
  context: Context,
  parts: PoolParts,
  fabric: readonly FabricInterface[],
  before: readonly pulumi.Resource[],
): NodePool {
  const { name, args, plan } = context;
  const { gpus } = plan;
  const { placement, policy } = placementOf(context);
  return child(
    NodePool,
    `${name}-gpus`,
    {
      ...common(plan, parts.cluster),
      name: "gpus",
      nodeLocations: [gpus.zone],
      ...sizeOf(gpus),
      management: { autoRepair: !startsEmpty(gpus.capacity), autoUpgrade: true },
      upgradeSettings: upgradeOf(gpus.upgrade),
      ...(placement !== undefined && { placementPolicy: placement }),
      ...(gpus.capacity.kind === "queued" && { queuedProvisioning: { enabled: true } }),
      networkConfig: {
        enablePrivateNodes: true,
        ...(gpus.machine.networks.kind === "automatic" && { acceleratorNetworkProfile: "auto" }),
        ...(fabric.length > 0 && {
          additionalNodeNetworkConfigs: fabric.map(({ network, subnetwork }) => ({
            network: network.name,
            subnetwork: subnetwork.name,
          })),
        }),
      },
      nodeConfig: { ...nodeConfig(plan, parts), ...gpuNodeConfig(gpus) },
    },
    options(context, {
      part: "gpus",
      deleteBeforeReplace: true,
      dependsOn: [...before, ...(policy === undefined ? [] : [policy])],
      ignoreChanges: rewritten(plan, "pool", "gpuPool"),
      customTimeouts: TIMEOUTS.pool,
    }),
    args.transform?.gpuPool,
  );
}

function common({ project, region, version, network }: GkePlan, cluster: Cluster): NodePoolArgs {
  return {
    project,
    location: region,
    cluster: cluster.name,
    maxPodsPerNode: network.podsPerNode,
    ...(version.exact && { version: version.asked }),
  };
}

function nodeConfig({ resourceLabels }: GkePlan, { nodes, key }: PoolParts): NodeConfig {
  return {
    imageType: "COS_CONTAINERD",
    serviceAccount: nodes.email,
    oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
    bootDiskKmsKey: key.id,
    gvnic: { enabled: true },
    workloadMetadataConfig: { mode: "GKE_METADATA" },
    metadata: { "disable-legacy-endpoints": "true" },
    resourceLabels,
  };
}

function gpuNodeConfig({ machine, machineType, disk, driver, labels, taints, ...gpus }: GpuPoolPlan): NodeConfig {
  const { capacity } = gpus;
  return {
    machineType,
    diskType: disk.type,
    diskSizeGb: disk.sizeGb,
    guestAccelerators: [
      {
        type: machine.acceleratorType,
        count: machine.gpus,
        gpuDriverInstallationConfig: { gpuDriverVersion: driver },
      },
    ],
    labels,
    taints: taints.map(taintOf),
    spot: capacity.kind === "spot",
    flexStart: startsEmpty(capacity),
    ...("maxRunSeconds" in capacity && { maxRunDuration: `${capacity.maxRunSeconds}s` }),
    reservationAffinity:
      gpus.reservation === undefined
        ? { consumeReservationType: "NO_RESERVATION" }
        : {
            consumeReservationType: "SPECIFIC_RESERVATION",
            key: "compute.googleapis.com/reservation-name",
            values: [gpus.reservation],
          },
    // NVLink racks leave it to GKE.
    ...(machine.localSsd.fixed &&
      machine.topology === undefined && {
        ephemeralStorageLocalSsdConfig: { localSsdCount: machine.localSsd.disks },
      }),
    ...(machine.bareMetal
      ? { linuxNodeConfig: { hugepagesConfig: { hugepageSize2m: 4096 } } }
      : { shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true } }),
  };
}

const EFFECTS = {
  NoSchedule: "NO_SCHEDULE",
  PreferNoSchedule: "PREFER_NO_SCHEDULE",
  NoExecute: "NO_EXECUTE",
} as const satisfies Readonly<Record<Taint["effect"], string>>;

function taintOf({ key, value = "", effect }: Taint): inputs.container.NodePoolNodeConfigTaint {
  return { key, value, effect: EFFECTS[effect] };
}

/** The pool is in one zone, so that a count per zone is the whole count. */
function sizeOf({ autoscaling, nodes }: GpuPoolPlan): Partial<NodePoolArgs> {
  if (autoscaling === undefined) return { nodeCount: nodes };
  const { min, max } = autoscaling;
  return {
    initialNodeCount: min,
    autoscaling: { totalMinNodeCount: min, totalMaxNodeCount: max, locationPolicy: "ANY" },
  };
}

function upgradeOf(upgrade: Upgrade): inputs.container.NodePoolUpgradeSettings {
  switch (upgrade.kind) {
    case "in-place":
      return { strategy: "SURGE", maxSurge: 0, maxUnavailable: upgrade.unavailable };
    case "surge":
      return { strategy: "SURGE", maxSurge: upgrade.nodes, maxUnavailable: 0 };
    case "blue-green":
      return {
        strategy: "BLUE_GREEN",
        blueGreenSettings: {
          nodePoolSoakDuration: `${upgrade.soakSeconds}s`,
          standardRolloutPolicy: { batchNodeCount: 1, batchSoakDuration: "0s" },
        },
      };
  }
}

interface Placement {
  readonly placement?: inputs.container.NodePoolPlacementPolicy;
  readonly policy?: ResourcePolicy;
}

function placementOf(context: Context): Placement {
  const { name, args, plan } = context;
  const { placement, machine } = plan.gpus;
  if (placement === undefined) return {};
  if (placement === "compact") return { placement: { type: "COMPACT" } };
  if (placement !== "own") return { placement: { type: "COMPACT", policyName: placement.policy } };
  const policy = child(
    ResourcePolicy,
    `${name}-placement`,
    {
      project: plan.project,
      region: plan.region,
      workloadPolicy: {
        type: "HIGH_THROUGHPUT",
        ...(machine.topology !== undefined && { acceleratorTopology: machine.topology.accelerators }),
      },
    },
    options(context),
    args.transform?.placementPolicy,
  );
  return { placement: { type: "COMPACT", policyName: policy.name }, policy };
}

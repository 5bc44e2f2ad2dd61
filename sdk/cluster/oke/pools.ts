import { NodePool, type NodePoolArgs } from "@pulumi/oci/containerengine/nodePool";
import type * as pulumi from "@pulumi/pulumi";
import { fabric, type PoolSettings } from "./fabric";
import { type Network } from "./network";
import { REWRITTEN } from "./rewritten";
import { selfManagedPool } from "./self-managed";
import { make, placed } from "./site";
import { userData } from "./user-data";

const initialLabels = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([key, value]) => ({ key, value }));

/** Pods that cannot be evicted in that time are stopped, so that a disruption budget holds up no teardown for ever. */
const EVICTION = {
  evictionGraceDuration: "PT20M",
  isForceDeleteAfterGraceDuration: true,
  isForceActionAfterGraceDuration: false,
};

export function systemPool({ site, network, key, clusterId }: PoolSettings, dependsOn: pulumi.Resource[]): NodePool {
  const { args, plan, name } = site;
  const { system } = plan;
  return make(
    site,
    NodePool,
    "system",
    {
      ...placed(site),
      clusterId,
      name: `${name}-system`,
      kubernetesVersion: `v${plan.kubernetesVersion}`,
      nodeShape: system.shape,
      nodeShapeConfig: { ocpus: system.ocpus, memoryInGbs: system.memoryGb },
      nodeSourceDetails: {
        imageId: system.image,
        sourceType: "IMAGE",
        bootVolumeSizeInGbs: String(system.bootVolumeGb),
      },
      initialNodeLabels: initialLabels(system.labels),
      nodeMetadata: metadata(
        userData({
          os: plan.os,
          kubernetesVersion: plan.kubernetesVersion,
          taints: [],
          raid: false,
          gpu: false,
        }),
      ),
      nodeConfigDetails: {
        size: system.nodes,
        kmsKeyId: key,
        isPvEncryptionInTransitEnabled: true,
        ...nodeTags(args.tags),
        ...networkOf(network, system.maxPods),
        placementConfigs: system.availabilityDomains.map((availabilityDomain) => ({
          availabilityDomain,
          subnetId: network.subnets.workers,
        })),
      },
      nodeEvictionNodePoolSettings: EVICTION,
      nodePoolCyclingDetails: {
        isNodeCyclingEnabled: true,
        cycleModes: ["INSTANCE_REPLACE"],
        maximumSurge: "1",
        maximumUnavailable: "0",
      },
    },
    args.transform?.systemPool,
    {
      ignoreChanges: [...REWRITTEN.systemPool],
      customTimeouts: { create: "60m", update: "120m", delete: "60m" },
      dependsOn,
    },
  );
}

/** The GPU pool, whichever way its machines come about. */
export function gpuPool(settings: PoolSettings, dependsOn: pulumi.Resource[]): readonly pulumi.Resource[] {
  const { pool } = settings.site.plan.gpus;
  switch (pool) {
    case "node-pool":
      return [managedPool(settings, undefined, dependsOn)];
    case "compute-cluster":
      return [managedPool(settings, fabric(settings.site).id, dependsOn)];
    case "cluster-network":
    case "gpu-memory-cluster":
      return selfManagedPool(settings, dependsOn);
  }
}

function managedPool(
  { site, network, key, clusterId }: PoolSettings,
  computeClusterId: pulumi.Output<string> | undefined,
  dependsOn: pulumi.Resource[],
): NodePool {
  const { args, plan, name } = site;
  const { gpus } = plan;
  const details: NodePoolArgs["nodeConfigDetails"] = {
    size: gpus.nodes,
    kmsKeyId: key,
    ...nodeTags(args.tags),
    ...(computeClusterId !== undefined && { computeClusterId }),
    ...networkOf(network, gpus.maxPods),
    placementConfigs: [
      {
        availabilityDomain: gpus.availabilityDomain,
        subnetId: network.subnets.workers,
        ...(gpus.capacity?.kind === "reservation" && { capacityReservationId: gpus.capacity.id }),
        ...(gpus.capacity?.kind === "host-group" && { hostGroupId: gpus.capacity.id }),
      },
    ],
  };
  return make(
    site,
    NodePool,
    "gpus",
    {
      ...placed(site),
      clusterId,
      name: `${name}-gpus`,
      kubernetesVersion: `v${gpus.kubernetesVersion}`,
      nodeShape: gpus.shape,
      nodeSourceDetails: { imageId: gpus.image, sourceType: "IMAGE", bootVolumeSizeInGbs: String(gpus.bootVolumeGb) },
      initialNodeLabels: initialLabels(gpus.labels),
      nodeMetadata: metadata(
        userData({
          os: plan.os,
          kubernetesVersion: gpus.kubernetesVersion,
          taints: gpus.registeredTaints,
          raid: gpus.raid,
          gpu: true,
        }),
      ),
      nodeConfigDetails: details,
      nodeEvictionNodePoolSettings: EVICTION,
      // A machine keeps its place and gets a new boot volume: reserved capacity is never asked for twice.
      nodePoolCyclingDetails: {
        isNodeCyclingEnabled: gpus.cycle,
        cycleModes: ["BOOT_VOLUME_REPLACE"],
        maximumSurge: "0",
        maximumUnavailable: "1",
      },
    },
    args.transform?.gpuPool,
    {
      protect: plan.protect.gpus,
      // OKE changes all three in place for machines that come later, and the old ones stay ("(Updatable)" of `NodePool`, @pulumi/oci 4.20).
      replacementTrigger: [gpus.shape, gpus.availabilityDomain, plan.gpuStack],
      // Two pools at once would need the capacity twice.
      deleteBeforeReplace: true,
      ignoreChanges: [...REWRITTEN.gpuPool],
      customTimeouts: { create: "120m", update: "120m", delete: "60m" },
      dependsOn,
    },
  );
}

/** Text of every node: nothing answers to the metadata service's first version, which needs no header. */
const metadata = (user_data: string) => ({ user_data, areLegacyImdsEndpointsDisabled: "true" });

const nodeTags = (tags: Readonly<Record<string, string>> | undefined) =>
  tags === undefined ? {} : { freeformTags: tags };

function networkOf({ subnets, groups }: Network, maxPodsPerNode: number) {
  return {
    nsgIds: [groups.workers],
    nodePoolPodNetworkOptionDetails: {
      cniType: "OCI_VCN_IP_NATIVE",
      maxPodsPerNode,
      podSubnetIds: [subnets.pods],
      podNsgIds: [groups.pods],
    },
  };
}

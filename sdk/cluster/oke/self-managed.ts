import { ClusterNetwork } from "@pulumi/oci/core/clusterNetwork";
import { ComputeGpuMemoryCluster } from "@pulumi/oci/core/computeGpuMemoryCluster";
import { InstanceConfiguration } from "@pulumi/oci/core/instanceConfiguration";
import * as pulumi from "@pulumi/pulumi";
import { fabric, type PoolSettings } from "./fabric";
import { REWRITTEN } from "./rewritten";
import { make, placed, type Site } from "./site";
import { userData } from "./user-data";

/**
 * Machines that OKE does not manage: they are started from a template and join by themselves. They are no part of the cluster, so they must go
 * before it does.
 */
export function selfManagedPool(settings: PoolSettings, dependsOn: pulumi.Resource[]): readonly pulumi.Resource[] {
  const template = instanceConfiguration(settings);
  return settings.site.plan.gpus.pool === "cluster-network"
    ? [clusterNetwork(settings, template, dependsOn)]
    : memoryClusters(settings, template, dependsOn);
}

/** Agent plugins of RDMA nodes (oracle-quickstart/oci-hpc-oke `oke-workers.tf` 61d210a, 2026-08-20). */
const PLUGINS: Readonly<Record<string, boolean>> = {
  "Compute HPC RDMA Authentication": true,
  "Compute HPC RDMA Auto-Configuration": true,
  "Compute RDMA GPU Monitoring": true,
  "Compute Instance Monitoring": true,
  "Compute Instance Run Command": true,
  "Custom Logs Monitoring": true,
  "Management Agent": true,
  Bastion: false,
  "Block Volume Management": false,
  "Oracle Autonomous Linux": false,
  "OS Management Service Agent": false,
};

/** A change makes another template; running machines stay as they are until the pool's size moves. */
function instanceConfiguration(settings: PoolSettings): InstanceConfiguration {
  const { site, network, key } = settings;
  const { args, plan, name } = site;
  const { gpus } = plan;
  return make(
    site,
    InstanceConfiguration,
    "gpus-template",
    {
      ...placed(site),
      displayName: `${name}-gpus`,
      instanceDetails: {
        instanceType: "compute",
        launchDetails: {
          ...placed(site),
          availabilityDomain: gpus.availabilityDomain,
          shape: gpus.shape,
          displayName: `${name}-gpus`,
          agentConfig: {
            areAllPluginsDisabled: false,
            isManagementDisabled: false,
            isMonitoringDisabled: false,
            pluginsConfigs: Object.entries(PLUGINS).map(([plugin, on]) => ({
              name: plugin,
              desiredState: on ? "ENABLED" : "DISABLED",
            })),
          },
          instanceOptions: { areLegacyImdsEndpointsDisabled: true },
          createVnicDetails: {
            assignPublicIp: false,
            subnetId: network.subnets.workers,
            nsgIds: [network.groups.workers],
          },
          sourceDetails: {
            sourceType: "image",
            imageId: gpus.image,
            bootVolumeSizeInGbs: String(gpus.bootVolumeGb),
            kmsKeyId: key,
          },
          metadata: joinMetadata(settings),
          ...(gpus.capacity?.kind === "reservation" && { capacityReservationId: gpus.capacity.id }),
        },
      },
    },
    args.transform?.instanceConfiguration,
    { ignoreChanges: [...REWRITTEN.instanceConfiguration] },
  );
}

/** What `oke bootstrap` reads on a machine that joins by itself: cluster, labels and how pods get their addresses. */
function joinMetadata({ site, network, endpoint }: PoolSettings): Record<string, pulumi.Input<string>> {
  const { args, plan } = site;
  const { gpus } = plan;
  const { privateAddress, certificateAuthority } = endpoint;
  return {
    apiserver_host: privateAddress,
    cluster_ca_cert: certificateAuthority,
    "oke-k8version": `v${gpus.kubernetesVersion}`,
    "oke-initial-node-labels": Object.entries(gpus.labels)
      .map(([label, value]) => `${label}=${value}`)
      .join(","),
    "oke-native-pod-networking": "true",
    "oke-max-pods": String(gpus.maxPods),
    "pod-subnets": network.subnets.pods,
    "pod-nsgids": network.groups.pods,
    ...(args.tenancyId !== undefined && { "oke-tenancy-id": args.tenancyId }),
    user_data: pulumi.all([privateAddress, certificateAuthority]).apply(([address, authority]) =>
      userData({
        os: plan.os,
        kubernetesVersion: gpus.kubernetesVersion,
        taints: gpus.registeredTaints,
        raid: gpus.raid,
        gpu: true,
        join: { endpoint: address, certificateAuthority: authority },
      }),
    ),
  };
}

function clusterNetwork(
  { site, network, clusterId }: PoolSettings,
  template: InstanceConfiguration,
  dependsOn: pulumi.Resource[],
): ClusterNetwork {
  const { args, plan, name } = site;
  const { gpus } = plan;
  return make(
    site,
    ClusterNetwork,
    "gpus",
    {
      ...placed(site),
      displayName: `${name}-gpus`,
      instancePools: [{ instanceConfigurationId: template.id, size: gpus.nodes, displayName: `${name}-gpus` }],
      placementConfiguration: {
        availabilityDomain: gpus.availabilityDomain,
        primaryVnicSubnets: { subnetId: network.subnets.workers },
      },
    },
    args.transform?.clusterNetwork,
    {
      protect: plan.protect.gpus,
      ...leaveWith(site, clusterId),
      ignoreChanges: [...REWRITTEN.clusterNetwork],
      customTimeouts: { create: "120m", update: "120m", delete: "60m" },
      dependsOn,
    },
  );
}

function memoryClusters(
  { site, clusterId }: PoolSettings,
  template: InstanceConfiguration,
  dependsOn: pulumi.Resource[],
): readonly ComputeGpuMemoryCluster[] {
  const { args, plan, name } = site;
  const { gpus } = plan;
  const computeCluster = fabric(site);
  return gpus.memoryClusters.map(({ key, fabric: gpuMemoryFabricId, nodes }) =>
    make(
      site,
      ComputeGpuMemoryCluster,
      `gpus-${key}`,
      {
        ...placed(site),
        displayName: `${name}-gpus-${key}`,
        availabilityDomain: gpus.availabilityDomain,
        computeClusterId: computeCluster.id,
        instanceConfigurationId: template.id,
        ...(gpuMemoryFabricId !== undefined && { gpuMemoryFabricId }),
        size: String(nodes),
        // It fills up again after a fault, and gives no machine back unless the program says so.
        gpuMemoryClusterScaleConfig: { targetSize: String(nodes), isUpsizeEnabled: true, isDownsizeEnabled: false },
      },
      args.transform?.gpuMemoryCluster,
      {
        protect: plan.protect.gpus,
        ...leaveWith(site, clusterId),
        customTimeouts: { create: "120m", update: "120m", delete: "60m" },
        dependsOn,
      },
    ),
  );
}

/**
 * Machines join once, so another cluster gets others; and a new template is for machines that come later, so another shape or owner of the
 * GPU stack takes others too. Nothing in the pool names any of the three; and capacity is there once.
 */
const leaveWith = ({ plan }: Site, clusterId: pulumi.Output<string>) => ({
  replacementTrigger: pulumi.all([clusterId, plan.gpus.shape, plan.gpuStack]),
  deleteBeforeReplace: true,
});

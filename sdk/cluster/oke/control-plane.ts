import { Addon } from "@pulumi/oci/containerengine/addon";
import { Cluster } from "@pulumi/oci/containerengine/cluster";
import { Log } from "@pulumi/oci/logging/log";
import { LogGroup } from "@pulumi/oci/logging/logGroup";
import type * as pulumi from "@pulumi/pulumi";
import { KubernetesVersion } from "../cloud/kubernetes-version";
import { type Network } from "./network";
import { GPU_STACKS } from "./plan";
import { REWRITTEN } from "./rewritten";
import { make, placed, type Site } from "./site";

/** An enhanced cluster with pods in the VCN. */
export function controlPlane(
  site: Site,
  network: Network,
  key: pulumi.Output<string>,
  dependsOn: pulumi.Resource[],
): Cluster {
  const { args, plan, name } = site;
  return make(
    site,
    Cluster,
    "",
    {
      ...placed(site),
      name,
      type: "ENHANCED_CLUSTER",
      kubernetesVersion: `v${plan.kubernetesVersion}`,
      kmsKeyId: key,
      vcnId: network.vcnId,
      clusterPodNetworkOptions: [{ cniType: "OCI_VCN_IP_NATIVE" }],
      endpointConfig: {
        subnetId: network.subnets["control-plane"],
        isPublicIpEnabled: plan.endpoint.public,
        nsgIds: [network.groups["control-plane"]],
      },
      imagePolicyConfig: {
        isPolicyEnabled: args.imagePolicy !== undefined,
        keyDetails: (args.imagePolicy?.keys ?? []).map((kmsKeyId) => ({ kmsKeyId })),
      },
      options: {
        kubernetesNetworkConfig: { servicesCidr: plan.network.servicesCidr },
        openIdConnectDiscovery: { isOpenIdConnectDiscoveryEnabled: true },
        serviceLbConfig: { backendNsgIds: [network.groups.workers], ...tagged(args.tags) },
        serviceLbSubnetIds: [network.subnets["load-balancers"]],
        persistentVolumeConfig: tagged(args.tags),
      },
    },
    args.transform?.cluster,
    {
      protect: plan.protect.cluster,
      ignoreChanges: [...REWRITTEN.cluster],
      customTimeouts: { create: "60m", update: "120m", delete: "60m" },
      dependsOn: [new KubernetesVersion(name, plan.facts, site.parent), ...network.ready, ...dependsOn],
    },
  );
}

const tagged = (tags: Readonly<Record<string, string>> | undefined) =>
  tags === undefined ? {} : { freeformTags: tags };

/** Logs of API server, scheduler and controllers. What was called is in OCI Audit, which needs no setting. */
export function logs(site: Site, cluster: Cluster): void {
  const { args, plan, name } = site;
  const group = make(site, LogGroup, "logs", { ...placed(site), displayName: name }, args.transform?.logGroup);
  make(
    site,
    Log,
    "control-plane-log",
    {
      displayName: `${name}-control-plane`,
      logGroupId: group.id,
      logType: "SERVICE",
      isEnabled: true,
      retentionDuration: plan.logDays,
      configuration: {
        compartmentId: args.compartmentId,
        source: {
          category: "all-service-logs",
          resource: cluster.id,
          service: "oke-k8s-cp-prod",
          sourceType: "OCISERVICE",
        },
      },
      ...tagged(args.tags),
    },
    args.transform?.log,
  );
}

/** CoreDNS in the size of the cluster, and the device plugin where Oracle owns the GPU stack. */
export function addons(site: Site, cluster: Cluster): readonly Addon[] {
  const { args, plan } = site;
  const addon = (suffix: string, addonName: string, settings: Readonly<Record<string, string>>) =>
    make(
      site,
      Addon,
      suffix,
      {
        addonName,
        clusterId: cluster.id,
        configurations: Object.entries(settings).map(([key, value]) => ({ key, value })),
        // It may be there with its defaults already.
        overrideExisting: true,
        removeAddonResourcesOnDelete: true,
      },
      args.transform?.addon,
      { deletedWith: cluster, ignoreChanges: [], customTimeouts: { create: "30m" } },
    );
  return [
    addon("coredns", "CoreDNS", plan.coreDns),
    ...(GPU_STACKS[plan.gpuStack].addon ? [addon("gpu-plugin", "NvidiaGpuPlugin", {})] : []),
  ];
}

import { Cluster } from "@pulumi/gcp/container/cluster";
import { type ClusterArgs } from "@pulumi/gcp/container";
import { type input as inputs } from "@pulumi/gcp/types";
import { child } from "../cloud/child";
import { KubernetesVersion } from "../cloud/kubernetes-version";
import { type GkeEndpoint } from "./args";
import { options, TIMEOUTS, type Context } from "./context";
import { type ClusterKey, type NodeIdentity } from "./identities";
import { type ClusterNetwork, type FabricInterface } from "./network";
import { type GkePlan } from "./plan";
import { startsEmpty } from "./plan-gpus";
import { rewritten } from "./rewritten";

interface Parts {
  readonly network: ClusterNetwork;
  /** Objects in the cluster name these networks, so they go after it. */
  readonly fabric: readonly FabricInterface[];
  readonly key: ClusterKey;
  readonly nodes: NodeIdentity;
}

/** The control plane, without a node pool. */
export function controlPlane(context: Context, parts: Parts): Cluster {
  const { name, args, plan } = context;
  const { network, fabric, key, nodes } = parts;
  return child(
    Cluster,
    name,
    {
      ...base(plan),
      ...versions(plan),
      ...networking(plan, network),
      ...reachable(plan.endpoint),
      ...security(plan, key),
      ...observability(plan),
      ...(args.access?.securityGroup !== undefined && {
        authenticatorGroupsConfig: { securityGroup: args.access.securityGroup },
      }),
      nodeConfig: {
        // Of the pool that GKE wants at first. It lives for minutes, but under the same rules of an organisation.
        serviceAccount: nodes.email,
        bootDiskKmsKey: key.id,
        shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
      },
    },
    options(context, {
      part: "cluster",
      // A range of Services belongs to one cluster.
      deleteBeforeReplace: true,
      dependsOn: [
        new KubernetesVersion(name, plan.facts, context.parent),
        ...network.ready,
        ...fabric.map(({ subnetwork }) => subnetwork),
        ...key.ready,
        ...nodes.ready,
      ],
      ignoreChanges: rewritten(plan, "cluster"),
      customTimeouts: TIMEOUTS.cluster,
    }),
    args.transform?.cluster,
  );
}

function base({ project, region, system, gpus, resourceLabels, protected: kept }: GkePlan): ClusterArgs {
  return {
    project,
    location: region,
    nodeLocations: [...new Set([...system.zones, gpus.zone])],
    removeDefaultNodePool: true,
    initialNodeCount: 1,
    deletionProtection: kept.has("cluster"),
    resourceLabels,
    addonsConfig: {
      gcePersistentDiskCsiDriverConfig: { enabled: true },
      gcsFuseCsiDriverConfig: { enabled: true },
      dnsCacheConfig: { enabled: true },
      horizontalPodAutoscaling: { disabled: false },
      httpLoadBalancing: { disabled: false },
      // Dataplane V2 enforces policies.
      networkPolicyConfig: { disabled: true },
    },
    // The kinds of the Gateway API and its inference extension, which the recipes' gateway needs and does not bring.
    gatewayApiConfig: { channel: "CHANNEL_STANDARD" },
  };
}

/** In the past, and always the same: the exclusion has begun when the cluster is made. */
const EXCLUSION_START = "2026-01-01T00:00:00Z";

function versions({ version, gpus, maintenanceWindow }: GkePlan): ClusterArgs {
  const nodesStay = version.exact || startsEmpty(gpus.capacity);
  return {
    releaseChannel: { channel: version.channel.toUpperCase() },
    minMasterVersion: version.asked,
    maintenancePolicy: {
      dailyMaintenanceWindow: { startTime: maintenanceWindow },
      maintenanceExclusions: [
        {
          exclusionName: "minor-by-program",
          startTime: EXCLUSION_START,
          exclusionOptions: {
            scope: nodesStay ? "NO_MINOR_OR_NODE_UPGRADES" : "NO_MINOR_UPGRADES",
            endTimeBehavior: "UNTIL_END_OF_SUPPORT",
          },
        },
      ],
    },
  };
}

function networking({ network: { podsPerNode }, gpus }: GkePlan, network: ClusterNetwork): ClusterArgs {
  return {
    network: network.network,
    subnetwork: network.subnetwork,
    networkingMode: "VPC_NATIVE",
    ipAllocationPolicy: {
      clusterSecondaryRangeName: network.podRange,
      servicesSecondaryRangeName: network.serviceRange,
      stackType: "IPV4",
    },
    defaultMaxPodsPerNode: podsPerNode,
    // Both only when a cluster is made, so they are on although a machine without further networks does not need them.
    datapathProvider: "ADVANCED_DATAPATH",
    enableMultiNetworking: gpus.machine.networks.kind !== "automatic",
    // What Dataplane V2 wants to read.
    networkPolicy: { enabled: false, provider: "PROVIDER_UNSPECIFIED" },
  };
}

function reachable(endpoint: GkeEndpoint): ClusterArgs {
  const cidrBlocks = endpoint.kind === "dns" ? [] : endpoint.from.map((cidrBlock) => ({ cidrBlock }));
  return {
    privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: endpoint.kind !== "public" },
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: { allowExternalTraffic: endpoint.kind === "dns" },
      ipEndpointsConfig: { enabled: endpoint.kind !== "dns" },
    },
    // Present at all, even empty, it switches the addresses on.
    ...(endpoint.kind !== "dns" && {
      masterAuthorizedNetworksConfig: { cidrBlocks, gcpPublicCidrsAccessEnabled: false },
    }),
  };
}

function security({ project, gpus }: GkePlan, key: ClusterKey): ClusterArgs {
  return {
    databaseEncryption: { state: "ENCRYPTED", keyName: key.id },
    workloadIdentityConfig: { workloadPool: `${project}.svc.id.goog` },
    // There is no such thing on bare metal, and the switch is for all pools.
    enableShieldedNodes: !gpus.machine.bareMetal,
    enableLegacyAbac: false,
    masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
    anonymousAuthenticationConfig: { mode: "LIMITED" },
    nodePoolDefaults: { nodeConfigDefaults: { insecureKubeletReadonlyPortEnabled: "FALSE" } },
  };
}

/** The recipe measures; two collectors on a node would get in each other's way. */
function observability({ logs }: GkePlan): ClusterArgs {
  const monitoring: inputs.container.ClusterMonitoringConfig = {
    enableComponents: ["SYSTEM_COMPONENTS"],
    managedPrometheus: { enabled: false },
  };
  return { loggingConfig: { enableComponents: [...logs] }, monitoringConfig: monitoring };
}

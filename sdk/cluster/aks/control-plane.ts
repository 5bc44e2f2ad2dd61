import { ManagedCluster, MaintenanceConfiguration } from "@pulumi/azure-native/containerservice";
import { SubscriptionFeatureRegistration } from "@pulumi/azure-native/features";
import { type UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import { child } from "../cloud/child";
import { KubernetesVersion } from "../cloud/kubernetes-version";
import { type Context, optionsOf, placeOf } from "./context";
import { type Keys } from "./keys";
import { type Network } from "./network";
import { type AksPlan } from "./plan-types";
import { poolArgs } from "./pools";
import { REWRITTEN, TIMEOUTS } from "./rewritten";

/** What has to be there before the cluster. */
export interface Ground {
  readonly identity: UserAssignedIdentity;
  readonly network: Network;
  readonly keys: Keys;
  readonly features: readonly pulumi.Resource[];
}

export function controlPlane(context: Context, { identity, network, keys, features }: Ground): ManagedCluster {
  const { name, plan, transform } = context;
  return child(
    ManagedCluster,
    name,
    {
      ...placeOf(context),
      dnsPrefix: name,
      kubernetesVersion: plan.kubernetesVersion,
      sku: { name: "Base", tier: plan.sku.tier },
      supportPlan: plan.sku.supportPlan,
      identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
      ...accessArgs(plan, network, identity),
      ...securityArgs(keys),
      networkProfile: networkProfile(plan),
      autoUpgradeProfile: {
        upgradeChannel: plan.upgrades.channel,
        nodeOSUpgradeChannel: plan.upgrades.nodeImageChannel,
      },
      agentPoolProfiles: [systemPool(plan, network)],
    },
    optionsOf(context, {
      protect: plan.protect.cluster,
      ignoreChanges: [...REWRITTEN.cluster],
      customTimeouts: TIMEOUTS.cluster,
      // "Changing property 'vnetSubnetID' is not allowed" (Azure/AKS issue 695), and the list of pools is ignored.
      replacementTrigger: pulumi.all([network.nodeSubnet, network.apiServerSubnet]),
      // A network, a reservation and a key have room for one.
      deleteBeforeReplace: true,
      dependsOn: [
        new KubernetesVersion(name, plan.facts, context.parent),
        ...network.ready,
        ...keys.ready,
        ...features,
      ],
    }),
    transform.cluster,
  );
}

/** The API server stands in the network, whoever else may reach it: a private key vault needs that. */
function accessArgs({ access }: AksPlan, { apiServerSubnet }: Network, { tenantId }: UserAssignedIdentity) {
  return {
    enableRBAC: true,
    disableLocalAccounts: access.login !== "certificate",
    aadProfile: { managed: true, enableAzureRBAC: true, tenantID: tenantId },
    apiServerAccessProfile: {
      enableVnetIntegration: true,
      subnetId: apiServerSubnet,
      enablePrivateCluster: access.private,
      disableRunCommand: true,
      ...(access.private
        ? { enablePrivateClusterPublicFQDN: false, privateDNSZone: "system" }
        : { authorizedIPRanges: [...access.authorizedRanges] }),
    },
  };
}

function securityArgs({ key, diskEncryptionSet }: Keys) {
  return {
    oidcIssuerProfile: { enabled: true },
    diskEncryptionSetID: diskEncryptionSet.id,
    securityProfile: {
      workloadIdentity: { enabled: true },
      azureKeyVaultKms: {
        enabled: true,
        keyId: key.url,
        ...(key.network === "private"
          ? { keyVaultNetworkAccess: "Private", keyVaultResourceId: key.vault }
          : { keyVaultNetworkAccess: "Public" }),
      },
    },
  };
}

function networkProfile({ network }: AksPlan) {
  return {
    networkPlugin: "azure",
    networkPluginMode: "overlay",
    networkDataplane: "cilium",
    networkPolicy: "cilium",
    ipFamilies: ["IPv4"],
    podCidr: network.podCidr,
    serviceCidr: network.serviceCidr,
    dnsServiceIP: network.dnsServiceIp,
    outboundType: network.outboundType,
    loadBalancerSku: "standard",
  };
}

/** Without a version of its own: in this list versions are said for all pools or for none. */
function systemPool(plan: AksPlan, network: Network) {
  return {
    ...poolArgs(plan, plan.system, network),
    name: plan.system.name,
    mode: "System",
    upgradeSettings: { maxSurge: "1" },
  };
}

/** Registered once per subscription, and left when the stack goes: others may use them. */
export function features(context: Context): readonly pulumi.Resource[] {
  const { name, plan, transform } = context;
  return plan.features.map(({ child: end, namespace, feature }) =>
    child(
      SubscriptionFeatureRegistration,
      `${name}-${end}`,
      { providerNamespace: namespace, featureName: feature },
      optionsOf(context, { retainOnDelete: true, ignoreChanges: [...REWRITTEN.feature] }),
      transform.feature,
    ),
  );
}

/** The windows' names are Azure's, by what happens in them. */
export function maintenanceWindows(context: Context, cluster: ManagedCluster): readonly pulumi.Resource[] {
  const { name, plan, transform } = context;
  const { channel, nodeImageChannel, window } = plan.upgrades;
  if (window === undefined) return [];
  const { day, start, hours } = window;
  const on = [
    { end: "kubernetes-window", configName: "aksManagedAutoUpgradeSchedule", on: channel !== "none" },
    { end: "node-image-window", configName: "aksManagedNodeOSUpgradeSchedule", on: nodeImageChannel !== "None" },
  ];
  return on.flatMap(({ end, configName, on }) => {
    if (!on) return [];
    const args = {
      resourceGroupName: context.resourceGroup,
      resourceName: cluster.name,
      configName,
      maintenanceWindow: {
        durationHours: hours,
        startTime: start,
        utcOffset: "+00:00",
        schedule: { weekly: { dayOfWeek: day, intervalWeeks: 1 } },
      },
    };
    const options = optionsOf(context, { ignoreChanges: [...REWRITTEN.maintenanceWindow] });
    return [child(MaintenanceConfiguration, `${name}-${end}`, args, options, transform.maintenanceWindow)];
  });
}

import { type MockCloud } from "./mock-cloud";
import { type Need, ofType, type Refusal, type Request, type Rules } from "./rules";
import { at, compare, type Properties } from "./values";

const SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000";

/** As Azure writes one, for a user or for the local administrator. */
function kubeconfig(user: object, { server, authority }: Properties): Properties {
  const cluster = {
    server: server ?? "https://train.hcp.eastus2.azmk8s.io:443",
    "certificate-authority-data": authority ?? "Q0E=",
  };
  const text = [
    "apiVersion: v1",
    "kind: Config",
    `clusters: [{ name: train, cluster: ${JSON.stringify(cluster)} }]`,
    `users: [{ name: train, user: ${JSON.stringify(user)} }]`,
  ].join("\n");
  return { kubeconfigs: [{ name: "train", value: Buffer.from(text).toString("base64") }] };
}

const BY_DEVICE = { exec: { command: "kubelogin", args: ["get-token", "--login", "devicecode"] } };

function credentials({ resourceName }: Properties, cloud: MockCloud): Properties {
  const admins = cloud.all().some(({ name }) => name.includes("-role-admin-"));
  const known = cloud.all().some(({ outputs }) => outputs["name"] === resourceName);
  if (!admins || !known) throw new Error(`Forbidden: credentials of ${resourceName}`);
  return kubeconfig(BY_DEVICE, cloud.answers);
}

function localCredentials({ resourceName }: Properties, cloud: MockCloud): Properties {
  const { answers } = cloud;
  const known = cloud.all().find(({ outputs }) => outputs["name"] === resourceName);
  if (known?.inputs["disableLocalAccounts"] !== false) throw new Error("BadRequest: local accounts are off");
  return kubeconfig({ ...(answers["administrator"] as object), token: "of the administrator" }, answers);
}

const cluster = { type: "azure-native:containerservice:ManagedCluster" };
const gpus = { type: "azure-native:containerservice:AgentPool" };
const role = (name: string) => ({
  type: "azure-native:authorization:RoleAssignment",
  name: new RegExp(`-role-${name}$`),
});

const needs: readonly Need[] = [
  // The control plane joins both subnets, reads its key and its disk encryption set, and makes an endpoint at the vault.
  ...["nodes-subnet", "apiserver-subnet", "secrets-key", "secrets-vault", "disks-key", "disks"].map((name) => ({
    what: cluster,
    needs: role(name),
  })),
  // A network takes one change at a time.
  {
    what: { type: "azure-native:network:Subnet", name: /-apiserver$/ },
    needs: { type: "azure-native:network:Subnet", name: /-nodes$/ },
  },
  ...["infiniband", "encryption-at-host"].map((name) => ({
    what: gpus,
    needs: { type: "azure-native:features:SubscriptionFeatureRegistration", name: new RegExp(`-${name}$`) },
  })),
];

/** The API server wants a subnet that is handed to it, nodes want a way out of theirs; and both stay. */
function refuseSubnets({ inputs, before, find }: Request): Refusal {
  const [ofServer, ofNodes] = ["apiServerAccessProfile.subnetId", "agentPoolProfiles[0].vnetSubnetID"] as const;
  const moved = before && [ofServer, ofNodes].find((path) => at(inputs, path) !== at(before.inputs, path));
  if (moved !== undefined) return `PropertyChangeNotAllowed: ${moved}`;
  const apiServer = find(at(inputs, ofServer));
  const service = at(apiServer?.inputs, "delegations[0].serviceName");
  if (service !== "Microsoft.ContainerService/managedClusters") return `${apiServer?.name} is not delegated to AKS`;
  const nodes = find(at(inputs, ofNodes));
  const outbound = at(inputs, "networkProfile.outboundType");
  const way = outbound === "userDefinedRouting" ? "routeTable" : "natGateway";
  return nodes?.inputs[way] === undefined && `${outbound} without a ${way} of ${nodes?.name}`;
}

/** Something is in every range: machines, or subnets. */
const refuseRange =
  (field: string) =>
  ({ inputs, before }: Request): Refusal =>
    before !== undefined &&
    compare(before.inputs[field], inputs[field]).length > 0 &&
    `InUsePrefixCannotBeDeleted: ${JSON.stringify(before.inputs[field])} has active allocations`;

/** The patch release that the channel brings. */
const PATCHED = "1.36.4";
const patched = (version: unknown, channel: unknown): unknown =>
  channel === "patch" && `${version}`.split(".").length > 2 ? PATCHED : version;

/** Azure as far as a GPU cluster on AKS meets it. */
export const azure: Rules = {
  id: (type, name, token) =>
    type === "azure-native:resources:ResourceGroup"
      ? `${SUBSCRIPTION}/resourceGroups/${name}-${token}`
      : `${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Mock/things/${name}-${token}`,

  identifier: /\/virtualNetworks\/[^/]+\/subnets\//,

  outputs: ({ type, token }) =>
    ofType(type, {
      "azure-native:managedidentity:UserAssignedIdentity": {
        principalId: `principal-${token}`,
        clientId: `client-${token}`,
        tenantId: "11111111-1111-1111-1111-111111111111",
      },
      "azure-native:compute:DiskEncryptionSet": { identity: { principalId: `disks-${token}` } },
      "azure-native:keyvault:Key": { keyUriWithVersion: `https://vault.azure.test/keys/cluster/${token}` },
      "azure-native:containerservice:ManagedCluster": {
        oidcIssuerProfile: { issuerURL: `https://${token}.issuer.test/` },
        identityProfile: { kubeletidentity: { objectId: `kubelet-${token}` } },
        currentKubernetesVersion: "1.36.1",
        servicePrincipalProfile: { clientId: "msi" },
        networkProfile: { loadBalancerProfile: { effectiveOutboundIPs: [] } },
      },
      "azure-native:containerservice:AgentPool": {
        nodeImageVersion: "AKSUbuntu-2404gen2containerd-202611.01.0",
        currentOrchestratorVersion: "1.36.1",
      },
    }),

  invokes: {
    "azure-native:authorization:getClientConfig": () => ({ objectId: "deployer", subscriptionId: "0", tenantId: "1" }),
    "azure-native:containerservice:listManagedClusterUserCredentials": credentials,
    "azure-native:containerservice:listManagedClusterAdminCredentials": localCredentials,
  },

  // What Azure fills in, and what policy and the service change.
  rewrites: ({ type, inputs }) =>
    ofType(type, {
      "azure-native:containerservice:ManagedCluster": {
        agentPoolProfiles: [
          ...((inputs["agentPoolProfiles"] as readonly Properties[] | undefined) ?? []),
          { name: "gpus", mode: "User", count: 2 },
        ],
        // A minor stays as it was given; a patch release moves.
        currentKubernetesVersion: PATCHED,
        kubernetesVersion: patched(inputs["kubernetesVersion"], at(inputs, "autoUpgradeProfile.upgradeChannel")),
        addonProfiles: { azurepolicy: { enabled: true } },
        windowsProfile: { adminUsername: "azureuser" },
      },
      "azure-native:containerservice:AgentPool": {
        currentOrchestratorVersion: PATCHED,
        nodeImageVersion: "AKSUbuntu-2404gen2containerd-202612.01.0",
      },
      "azure-native:containerservice:MaintenanceConfiguration": { maintenanceWindow: { startDate: "2026-11-21" } },
      "azure-native:network:VirtualNetwork": { subnets: [{ name: "nodes" }], virtualNetworkPeerings: [] },
      "azure-native:monitor:DiagnosticSetting": { logAnalyticsDestinationType: null },
      "azure-native:features:SubscriptionFeatureRegistration": { properties: { state: "Registered" } },
    }),

  createOnly: {
    "azure-native:containerservice:ManagedCluster": [
      "dnsPrefix",
      "location",
      "resourceGroupName",
      "resourceName",
      "diskEncryptionSetID",
      "networkProfile.serviceCidr",
      "networkProfile.podCidr",
      "networkProfile.dnsServiceIP",
    ],
    "azure-native:containerservice:AgentPool": [
      "resourceGroupName",
      "resourceName",
      "agentPoolName",
      "vmSize",
      "osDiskType",
      "osDiskSizeGB",
      "osSKU",
      "maxPods",
      "gpuProfile",
      "vnetSubnetID",
      "scaleSetPriority",
      "availabilityZones",
      "capacityReservationGroupID",
      "enableEncryptionAtHost",
    ],
    "azure-native:network:Subnet": ["resourceGroupName", "virtualNetworkName"],
    "azure-native:network:VirtualNetwork": ["resourceGroupName", "location"],
    "azure-native:authorization:RoleAssignment": ["principalId", "roleDefinitionId", "scope"],
    "azure-native:keyvault:Vault": ["vaultName", "location", "resourceGroupName"],
    "azure-native:managedidentity:FederatedIdentityCredential": ["resourceName", "resourceGroupName"],
    "azure-native:containerservice:MaintenanceConfiguration": ["resourceName", "resourceGroupName", "configName"],
    "azure-native:monitor:DiagnosticSetting": ["resourceUri"],
  },

  unique: {
    "azure-native:features:SubscriptionFeatureRegistration": ({ featureName }) => `${featureName}`,
    "azure-native:containerservice:ManagedCluster": ({ vnetSubnetID, dnsPrefix }) => `${vnetSubnetID} ${dnsPrefix}`,
    "azure-native:containerservice:AgentPool": ({ resourceName, agentPoolName }) => `${resourceName} ${agentPoolName}`,
    "azure-native:keyvault:Vault": ({ vaultName }) => `${vaultName}`,
  },

  refusals: {
    "azure-native:containerservice:ManagedCluster": refuseSubnets,
    "azure-native:network:Subnet": refuseRange("addressPrefix"),
    "azure-native:network:VirtualNetwork": refuseRange("addressSpace"),
  },

  needs,

  cascades: {
    "azure-native:containerservice:ManagedCluster": ({ type }) => type.startsWith("kubernetes:"),
    "azure-native:keyvault:Vault": ({ type }) => type === "azure-native:keyvault:Key",
  },
};

import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type JsonObject } from "../../json";
import { vaultName } from "./keys";
import { rewrite } from "./kubeconfig";
import {
  AZURE_KUBECONFIG,
  finder,
  five,
  nameOf,
  type Recording,
  recording,
  type Registration,
  rolesOf,
  valueOf,
} from "./recorder.test";

describe("the reference cluster on AKS", function () {
  this.timeout(30_000);
  let made: Recording;
  let find: (name: string, type?: string) => Registration;
  before(async () => {
    made = await recording(five);
    find = finder(made);
  });
  const inputs = (name: string): JsonObject => find(name).inputs;
  const after = (name: string): readonly string[] => find(name).dependencies.map(nameOf).sort();

  it("has the URNs that it has always had", () => {
    assert.deepEqual(made.all.map(({ urn }) => urn.replace("urn:pulumi:test::project::", "")).sort(), [
      "cairn:cluster:AksCluster$azure-native:authorization:RoleAssignment::train-role-admin-deployer",
      "cairn:cluster:AksCluster$azure-native:authorization:RoleAssignment::train-role-apiserver-subnet",
      "cairn:cluster:AksCluster$azure-native:authorization:RoleAssignment::train-role-disks",
      "cairn:cluster:AksCluster$azure-native:authorization:RoleAssignment::train-role-disks-key",
      "cairn:cluster:AksCluster$azure-native:authorization:RoleAssignment::train-role-nodes-subnet",
      "cairn:cluster:AksCluster$azure-native:authorization:RoleAssignment::train-role-secrets-key",
      "cairn:cluster:AksCluster$azure-native:authorization:RoleAssignment::train-role-secrets-vault",
      "cairn:cluster:AksCluster$azure-native:compute:DiskEncryptionSet::train-disks",
      "cairn:cluster:AksCluster$azure-native:containerservice:AgentPool::train-gpus",
      "cairn:cluster:AksCluster$azure-native:containerservice:ManagedCluster::train",
      "cairn:cluster:AksCluster$azure-native:features:SubscriptionFeatureRegistration::train-encryption-at-host",
      "cairn:cluster:AksCluster$azure-native:features:SubscriptionFeatureRegistration::train-infiniband",
      "cairn:cluster:AksCluster$azure-native:keyvault:Key::train-key",
      "cairn:cluster:AksCluster$azure-native:keyvault:Vault::train-vault",
      "cairn:cluster:AksCluster$azure-native:managedidentity:UserAssignedIdentity::train-identity",
      "cairn:cluster:AksCluster$azure-native:monitor:DiagnosticSetting::train-audit",
      "cairn:cluster:AksCluster$azure-native:monitor:DiagnosticSetting::train-vault-audit",
      "cairn:cluster:AksCluster$azure-native:network:NatGateway::train-nat",
      "cairn:cluster:AksCluster$azure-native:network:PublicIPAddress::train-nat-ip",
      "cairn:cluster:AksCluster$azure-native:network:Subnet::train-apiserver",
      "cairn:cluster:AksCluster$azure-native:network:Subnet::train-nodes",
      "cairn:cluster:AksCluster$azure-native:network:VirtualNetwork::train-vnet",
      "cairn:cluster:AksCluster$azure-native:operationalinsights:Workspace::train-logs",
      "cairn:cluster:AksCluster$azure-native:resources:ResourceGroup::train-rg",
      "cairn:cluster:AksCluster$kubernetes:storage.k8s.io/v1:StorageClass::train/StorageClass/cairn-premium",
      "cairn:cluster:AksCluster$pulumi-nodejs:dynamic/cairn:KubernetesVersion::train-kubernetes-version",
      "cairn:cluster:AksCluster$pulumi:providers:azure-native::train-azure",
      "cairn:cluster:AksCluster$pulumi:providers:kubernetes::train-kubernetes",
      "cairn:cluster:AksCluster::train",
    ]);
  });

  it("registers everything under the component, with its own provider", () => {
    for (const { name, type, parent, provider } of made.all) {
      if (type.startsWith("cairn:")) continue;
      assert.equal(nameOf(parent), "train", name);
      if (type.startsWith("azure-native:")) assert.match(provider, /train-azure/, name);
    }
  });

  it("is private, and lets in Microsoft Entra only", () => {
    const cluster = inputs("train");
    assert.equal(cluster["disableLocalAccounts"], true);
    assert.deepEqual(cluster["aadProfile"], { managed: true, enableAzureRBAC: true, tenantID: "tenant" });
    assert.deepEqual(cluster["apiServerAccessProfile"], {
      enableVnetIntegration: true,
      subnetId: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/mock/train-apiserver",
      enablePrivateCluster: true,
      enablePrivateClusterPublicFQDN: false,
      privateDNSZone: "system",
      disableRunCommand: true,
    });
    for (const pool of [inputs("train-gpus"), (cluster["agentPoolProfiles"] as readonly JsonObject[])[0]])
      assert.equal(pool?.["enableNodePublicIP"], false);
    assert.equal(inputs("train-nodes")["defaultOutboundAccess"], false);
  });

  it("encrypts Secrets, disks and what is on the machines", () => {
    const cluster = inputs("train");
    assert.match(String(cluster["diskEncryptionSetID"]), /train-disks$/);
    const security = cluster["securityProfile"] as JsonObject;
    assert.deepEqual(security["workloadIdentity"], { enabled: true });
    const kms = security["azureKeyVaultKms"] as JsonObject;
    assert.equal(kms["enabled"], true);
    assert.equal(kms["keyVaultNetworkAccess"], "Private");
    assert.match(String(kms["keyVaultResourceId"]), /train-vault$/);
    assert.equal(inputs("train-gpus")["enableEncryptionAtHost"], true);
    const vault = inputs("train-vault")["properties"] as JsonObject;
    assert.equal(vault["publicNetworkAccess"], "Disabled");
    assert.equal(vault["enablePurgeProtection"], true);
    assert.equal(vault["enableRbacAuthorization"], true);
  });

  it("has a network with cilium, an overlay, and one way out", () => {
    assert.deepEqual(inputs("train")["networkProfile"], {
      networkPlugin: "azure",
      networkPluginMode: "overlay",
      networkDataplane: "cilium",
      networkPolicy: "cilium",
      ipFamilies: ["IPv4"],
      podCidr: "10.244.0.0/14",
      serviceCidr: "10.0.0.0/16",
      dnsServiceIP: "10.0.0.10",
      outboundType: "userAssignedNATGateway",
      loadBalancerSku: "standard",
    });
    assert.match(JSON.stringify(inputs("train-nodes")["natGateway"]), /train-nat"/);
    assert.equal(inputs("train-apiserver")["natGateway"], undefined);
    assert.match(
      JSON.stringify(inputs("train-apiserver")["delegations"]),
      /Microsoft.ContainerService\/managedClusters/,
    );
  });

  it("says everything of the GPU pool that Azure would fill in", () => {
    const { vnetSubnetID, ...pool } = inputs("train-gpus");
    assert.match(String(vnetSubnetID), /train-nodes$/);
    assert.deepEqual(pool, {
      type: "VirtualMachineScaleSets",
      resourceGroupName: "train-rg",
      resourceName: "train",
      agentPoolName: "gpus",
      mode: "User",
      count: 4,
      vmSize: "Standard_ND96isr_H100_v5",
      osType: "Linux",
      osSKU: "Ubuntu2404",
      osDiskSizeGB: 512,
      osDiskType: "Ephemeral",
      maxPods: 110,
      orchestratorVersion: "1.36",
      gpuProfile: { driver: "Install" },
      enableAutoScaling: false,
      enableNodePublicIP: false,
      enableEncryptionAtHost: true,
      enableFIPS: false,
      nodeLabels: { "cairn.dev/pool": "gpu" },
      nodeTaints: ["nvidia.com/gpu=present:NoSchedule"],
      scaleSetPriority: "Regular",
      upgradeSettings: {
        maxSurge: "0",
        maxUnavailable: "1",
        drainTimeoutInMinutes: 30,
        nodeSoakDurationInMinutes: 0,
        undrainableNodeBehavior: "Schedule",
      },
      tags: {},
    });
  });

  it("gives each identity the least that Azure asks for", () => {
    const roles = Object.entries(rolesOf(made)).map(([end, { principalId, roleDefinitionId, scope }]) => [
      end,
      principalId,
      String(roleDefinitionId).slice(-12),
      nameOf(String(scope).replaceAll("/", "::")),
    ]);
    assert.deepEqual(roles.sort(), [
      ["admin-deployer", "deployer", "8693973ce19b", "train"],
      ["apiserver-subnet", "principal", "c67834d212e7", "train-apiserver"],
      ["disks", "principal", "f606fba81ae7", "train-disks"],
      ["disks-key", "disks", "b22465e65bf6", "train-vault"],
      ["nodes-subnet", "principal", "c67834d212e7", "train-nodes"],
      ["secrets-key", "principal", "57ae8d297424", "train-vault"],
      ["secrets-vault", "principal", "54943a77a395", "train-vault"],
    ]);
    const { roleDefinitionId } = rolesOf(made)["disks"] ?? {};
    assert.match(
      String(roleDefinitionId),
      /^\/subscriptions\/0{8}[-0]+\/providers\/Microsoft.Authorization\/roleDefinitions\//,
    );
  });

  it("keeps an audit log of the control plane and of the keys", () => {
    const categories = (inputs("train-audit")["logs"] as readonly JsonObject[]).map(({ category }) => category);
    assert.ok(categories.includes("kube-audit-admin") && categories.includes("guard"));
    assert.match(String(inputs("train-audit")["resourceUri"]), /train$/);
    assert.match(String(inputs("train-vault-audit")["resourceUri"]), /train-vault$/);
    assert.equal(inputs("train-logs")["retentionInDays"], 90);
  });

  it("makes the cluster after what it needs, and the pool after the cluster", () => {
    const ground = after("train");
    for (const name of ["train-nodes", "train-apiserver", "train-infiniband", "train-encryption-at-host"])
      assert.ok(ground.includes(name), `${name} is not among ${ground.join(", ")}`);
    for (const name of ["nodes-subnet", "apiserver-subnet", "secrets-key", "secrets-vault", "disks-key", "disks"])
      assert.ok(ground.includes(`train-role-${name}`), name);
    assert.ok(after("train-gpus").includes("train"));
    assert.ok(after("train-apiserver").includes("train-nodes"));
  });

  it("protects what cannot be had again, and nothing that comes back by itself", () => {
    const locked = made.all.flatMap(({ name, type, protect }) => (protect ? [`${type.split(":")[2]} ${name}`] : []));
    assert.deepEqual(locked.sort(), [
      "AgentPool train-gpus",
      "DiskEncryptionSet train-disks",
      "Key train-key",
      "ManagedCluster train",
      "NatGateway train-nat",
      "PublicIPAddress train-nat-ip",
      "ResourceGroup train-rg",
      "Subnet train-apiserver",
      "Subnet train-nodes",
      "Vault train-vault",
      "VirtualNetwork train-vnet",
    ]);
  });

  it("ignores what Azure rewrites, and no more", () => {
    const ignored = Object.fromEntries(
      made.all.flatMap(({ name, ignoreChanges }) => (ignoreChanges.length ? [[name, ignoreChanges]] : [])),
    );
    assert.deepEqual(ignored, {
      train: ["agentPoolProfiles", "addonProfiles", "windowsProfile", "currentKubernetesVersion"],
      "train-gpus": ["currentOrchestratorVersion", "nodeImageVersion"],
      "train-audit": ["logAnalyticsDestinationType"],
      "train-vault-audit": ["logAnalyticsDestinationType"],
      "train-encryption-at-host": ["properties"],
      "train-infiniband": ["properties"],
      "train-role-admin-deployer": ["principalId", "principalType"],
      "train-vault": ["vaultName"],
      "train-vnet": ["subnets", "virtualNetworkPeerings"],
    });
  });

  it("goes in order: features stay, a key goes with its vault, objects with their cluster, pools before another comes", () => {
    assert.equal(find("train-infiniband").retainOnDelete, true);
    assert.equal(nameOf(find("train-key").deletedWith), "train-vault");
    assert.equal(nameOf(find("train/StorageClass/cairn-premium", "kubernetes:").deletedWith), "train");
    assert.equal(find("train-gpus").deleteBeforeReplace, true);
    assert.equal(find("train").deleteBeforeReplace, true);
    assert.deepEqual(find("train-gpus").timeouts, { create: "90m", delete: "45m" });
    assert.deepEqual(find("train-vnet").timeouts, { create: "20m", delete: "20m" });
  });

  it("has a secret kubeconfig that holds no secret, but how to get a token", async () => {
    assert.equal(await pulumi.isSecret(made.cluster.kubeconfig), true);
    const config = JSON.parse(await valueOf(made.cluster.kubeconfig)) as {
      readonly clusters: readonly { readonly cluster: JsonObject }[];
      readonly users: readonly {
        readonly user: {
          readonly exec: { readonly command: string; readonly args: readonly string[]; readonly installHint: string };
        };
      }[];
    };
    assert.deepEqual(config.clusters[0]?.cluster, {
      server: "https://train.hcp.eastus2.azmk8s.io:443",
      "certificate-authority-data": "Q0E=",
    });
    const { command, args, installHint } = config.users[0]!.user.exec;
    assert.equal(command, "kubelogin");
    assert.deepEqual(args.slice(0, 3), ["get-token", "--login", "azurecli"]);
    assert.deepEqual(args.slice(-2), ["--tenant-id", "tenant"]);
    assert.match(installHint, /az aks install-cli/);
  });
});

describe("the kubeconfig of AKS", () => {
  it("is refused without an authority, rather than used without one", () => {
    assert.throws(() => rewrite("train", "", "azurecli", "t"), /no server or no authority/);
    const open = Buffer.from("clusters: [{ cluster: { server: 'https://x' } }]").toString("base64");
    assert.throws(() => rewrite("train", open, "azurecli", "t"), /no server or no authority/);
  });

  it("says what to change where there is no certificate", () => {
    const text = AZURE_KUBECONFIG.split("\n").slice(0, 3).join("\n");
    assert.throws(
      () => rewrite("train", Buffer.from(text).toString("base64"), "certificate", "t"),
      /local accounts are off/,
    );
  });
});

describe("the name of a key vault", () => {
  it("is one that Azure takes, however the cluster is called", () => {
    for (const name of ["t", "train", "a-very-long-name-of-a-cluster", "fourteen-chars-x", "a--b"])
      assert.match(
        vaultName(name, "11111111-2222-3333-4444-555555555555"),
        /^[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]$/,
        name,
      );
  });

  it("is another one for another cluster of that name", () => {
    assert.notEqual(vaultName("train", "one"), vaultName("train", "two"));
    assert.equal(vaultName("train", "one"), vaultName("train", "one"));
  });
});

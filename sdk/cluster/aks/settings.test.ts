import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type JsonObject } from "../../json";
import { capacityReservationGroup, group, newReservation, nodePoolSnapshot, spot } from "./constructors";
import { aks } from "./index";
import { finder, five, nameOf, recording, rolesOf, valueOf } from "./recorder.test";

const ID = "/subscriptions/s/resourceGroups/shared/providers";
const UUID = "11111111-2222-3333-4444-555555555555";

describe("an AKS cluster with settings", function () {
  this.timeout(30_000);

  it("asks nothing of Azure at a first preview", async () => {
    const { calls, all } = await recording(five, true);
    assert.deepEqual(calls, []);
    assert.ok(all.length > 20);
  });

  it("is a target: the stack waits for it, and is drained before it goes", async () => {
    await recording(five, true); // leaves its mocks behind
    const target = aks(five);
    const { facts, ready, drain, kubeconfig } = target.provision("other", {});
    assert.equal(target.service, "aks");
    assert.equal(facts, target.facts);
    assert.equal(drain, true);
    assert.equal(await pulumi.isSecret(kubeconfig), true);
    const names = await Promise.all(ready.map(async (resource) => nameOf(await valueOf(resource.urn))));
    for (const name of [
      "other",
      "other-gpus",
      "other-role-admin-deployer",
      "other-audit",
      "other/StorageClass/cairn-premium",
    ])
      assert.ok(names.includes(name), `${name} is not among ${names.join(", ")}`);
    assert.throws(() => target.provision("Not a name", {}), /name: "Not a name" cannot name a cluster/);
  });

  it("takes the machines of a reservation, for which its identity gets the role that AKS asks for", async () => {
    const reservation = `${ID}/Microsoft.Compute/capacityReservationGroups/h100`;
    const gpus = { ...five.gpus, capacity: capacityReservationGroup(reservation, { zone: "2" }) };
    const made = await recording({ ...five, gpus });
    const pool = finder(made)("train-gpus");
    assert.equal(pool.inputs["capacityReservationGroupID"], reservation);
    assert.deepEqual(pool.inputs["availabilityZones"], ["2"]);
    assert.ok(pool.dependencies.map(nameOf).includes("train-role-capacity"));
    assert.equal(rolesOf(made)["capacity"]?.["scope"], "/subscriptions/s/resourceGroups/shared");
  });

  it("makes a reservation of its own, in a resource group of its own", async () => {
    const made = await recording({ ...five, gpus: { ...five.gpus, zone: "1", capacity: newReservation() } });
    const find = finder(made);
    assert.deepEqual(find("train-capacity-gpus").inputs["sku"], { name: "Standard_ND96isr_H100_v5", capacity: 4 });
    assert.equal(find("train-capacity").inputs["resourceGroupName"], "train-capacity-rg");
    assert.match(String(rolesOf(made)["capacity"]?.["scope"]), /train-capacity-rg$/);
    assert.ok(find("train-gpus").dependencies.map(nameOf).includes("train-capacity-gpus"));
  });

  it("leaves upgrade settings of a Spot pool to Azure", async () => {
    const made = await recording({ ...five, gpus: { ...five.gpus, capacity: spot({ maxPrice: 9.5 }) } });
    const pool = finder(made)("train-gpus");
    assert.equal(pool.inputs["scaleSetPriority"], "Spot");
    assert.equal(pool.inputs["spotMaxPrice"], 9.5);
    assert.equal(pool.inputs["upgradeSettings"], undefined);
    assert.ok(pool.ignoreChanges.includes("upgradeSettings"));
  });

  it("uses network, key, logs and group that are there, and makes none", async () => {
    const made = await recording({
      ...five,
      resourceGroup: "platform",
      network: {
        nodeSubnet: pulumi.output(`${ID}/n/nodes`),
        apiServerSubnet: pulumi.output(`${ID}/n/api`),
        outbound: "route",
      },
      encryption: {
        key: { vault: `${ID}/Microsoft.KeyVault/vaults/v`, url: pulumi.output("https://v"), network: "public" },
      },
      logs: { workspace: `${ID}/Microsoft.OperationalInsights/workspaces/w` },
      features: "registered",
    });
    const types = new Set(made.all.map(({ type }) => type.split(":")[2]));
    for (const type of [
      "ResourceGroup",
      "VirtualNetwork",
      "Subnet",
      "NatGateway",
      "Vault",
      "Key",
      "Workspace",
      "SubscriptionFeatureRegistration",
    ])
      assert.equal(types.has(type), false, type);
    const { inputs } = finder(made)("train");
    assert.equal(inputs["resourceGroupName"], "platform");
    assert.equal((inputs["networkProfile"] as JsonObject)["outboundType"], "userDefinedRouting");
    assert.equal(rolesOf(made)["nodes-subnet"]?.["scope"], `${ID}/n/nodes`);
    const kms = ((inputs["securityProfile"] as JsonObject)["azureKeyVaultKms"] ?? {}) as JsonObject;
    assert.equal(kms["keyVaultNetworkAccess"], "Public");
    assert.equal(kms["keyVaultResourceId"], undefined);
    assert.equal(await valueOf(made.cluster.networkId), undefined);
  });

  it("opens its endpoint to some, for administrators that are named", async () => {
    const made = await recording({
      ...five,
      access: { endpoint: "public", authorizedRanges: ["203.0.113.7"], admins: [group(UUID)] },
    });
    const access = finder(made)("train").inputs["apiServerAccessProfile"] as JsonObject;
    assert.deepEqual(access["authorizedIPRanges"], ["203.0.113.7/32"]);
    assert.equal(access["enablePrivateCluster"], false);
    assert.equal(access["enableVnetIntegration"], true);
    const role = rolesOf(made)[`admin-${UUID}`];
    assert.equal(role?.["principalType"], "Group");
    assert.equal(
      made.calls.some((token) => token.endsWith("getClientConfig")),
      false,
    );
  });

  it("has a kubeconfig without any program where a certificate is asked for", async () => {
    const made = await recording({ ...five, access: { login: "certificate" } });
    assert.equal(finder(made)("train").inputs["disableLocalAccounts"], false);
    assert.ok(made.calls.some((token) => token.endsWith("listManagedClusterAdminCredentials")));
    const text = await valueOf(made.cluster.kubeconfig);
    assert.match(text, /"client-certificate-data": "Q0VSVA=="/);
    assert.doesNotMatch(text, /kubelogin/);
    assert.equal(await pulumi.isSecret(made.cluster.kubeconfig), true);
  });

  it("pins the node image, and upgrades in its window", async () => {
    const snapshot = `${ID}/Microsoft.ContainerService/snapshots/s`;
    const pinned = await recording({ ...five, gpus: { ...five.gpus, image: nodePoolSnapshot(snapshot) } });
    assert.deepEqual(finder(pinned)("train-gpus").inputs["creationData"], { sourceResourceId: snapshot });
    const moving = await recording({
      ...five,
      upgrades: { nodeImages: "node-image", window: { day: "Sunday", start: "02:00" } },
    });
    const window = finder(moving)("train-node-image-window").inputs;
    assert.equal(window["configName"], "aksManagedNodeOSUpgradeSchedule");
    assert.deepEqual(window["maintenanceWindow"], {
      durationHours: 4,
      startTime: "02:00",
      utcOffset: "+00:00",
      schedule: { weekly: { dayOfWeek: "Sunday", intervalWeeks: 1 } },
    });
    assert.equal(
      moving.all.some(({ name }) => name === "train-kubernetes-window"),
      false,
    );
  });

  it("gives workloads identities without secrets, and nodes their registries", async () => {
    const registry = `${ID}/Microsoft.ContainerRegistry/registries/mirror`;
    const made = await recording({
      ...five,
      registries: { mirror: registry },
      identities: {
        loader: { namespace: "train", serviceAccount: "loader", roles: [{ role: UUID, scope: `${ID}/x/y/z` }] },
      },
    });
    const credential = finder(made)("train-loader-credential").inputs;
    assert.equal(credential["subject"], "system:serviceaccount:train:loader");
    assert.equal(credential["issuer"], "https://issuer.test/");
    assert.deepEqual(credential["audiences"], ["api://AzureADTokenExchange"]);
    assert.match(String(rolesOf(made)["loader-0"]?.["roleDefinitionId"]), new RegExp(`${UUID}$`));
    assert.deepEqual(
      [rolesOf(made)["pull-mirror"]?.["principalId"], rolesOf(made)["pull-mirror"]?.["scope"]],
      ["kubelet", registry],
    );
    assert.equal(await valueOf(made.cluster.clientIds["loader"]!), "client");
  });

  it("lets every child be otherwise, by an object or by a function", async () => {
    const made = await recording({
      ...five,
      transform: {
        cluster: { tags: { owner: "me" } },
        subnet: (args, opts, name) => {
          if (name === "train-nodes") args.serviceEndpoints = [{ service: "Microsoft.Storage" }];
          opts.protect = false;
        },
        storageClass: { parameters: { skuName: "PremiumV2_LRS" } },
      },
    });
    const find = finder(made);
    assert.deepEqual(find("train").inputs["tags"], { owner: "me" });
    assert.deepEqual(find("train-nodes").inputs["serviceEndpoints"], [{ service: "Microsoft.Storage" }]);
    assert.equal(find("train-apiserver").inputs["serviceEndpoints"], undefined);
    assert.equal(find("train-nodes").protect, false);
    assert.deepEqual(find("train/StorageClass/cairn-premium", "kubernetes:").inputs["parameters"], {
      skuName: "PremiumV2_LRS",
    });
  });

  it("keeps secret what came in as one", async () => {
    const key = { vault: `${ID}/Microsoft.KeyVault/vaults/v`, url: pulumi.secret("https://v/keys/k/1") };
    const made = await recording({ ...five, encryption: { key } });
    const marked = JSON.stringify(finder(made)("train").inputs["securityProfile"]);
    assert.match(marked, /4dabf18193072939515e22adb298388d/); // Pulumi's mark of a secret
  });

  it("lifts protection from what may be replaced", async () => {
    const find = finder(await recording({ ...five, allowReplace: ["gpus"] }));
    assert.equal(find("train-gpus").protect, false);
    assert.equal(find("train").protect, true);
    assert.equal(find("train-rg").protect, true);
    assert.equal(finder(await recording({ ...five, protect: false }))("train-rg").protect, false);
  });
});

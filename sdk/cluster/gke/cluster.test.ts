import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type JsonObject } from "../../json";
import { gke, GkeCluster, privateEndpoint, publicEndpoint, queued, reservation, surge, type GkeSettings } from ".";
import { make, MOCKS, SETTINGS, valueOf, type Made } from "./made.test";

const RACK: GkeSettings = {
  ...SETTINGS,
  gpus: { accelerator: "gb200", nodes: 18, zone: "us-central1-a", capacity: reservation("rack-3") },
};

const nics = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => `gpu-nic-${index}`);

describe("GkeCluster", function () {
  this.timeout(60_000);
  let made: Made;
  before(async () => (made = await make(SETTINGS)));

  it("gives every resource the URN that it has always had", () => {
    const child = "urn:pulumi:test::project::cairn:cluster:GkeCluster$";
    const golden = [
      "urn:pulumi:test::project::cairn:cluster:GkeCluster::train",
      ...[
        "gcp:compute/network:Network::train-vpc",
        "gcp:compute/router:Router::train-router",
        "gcp:compute/routerNat:RouterNat::train-nat",
        "gcp:compute/subnetwork:Subnetwork::train-nodes",
        "gcp:container/cluster:Cluster::train",
        "gcp:container/nodePool:NodePool::train-gpus",
        "gcp:container/nodePool:NodePool::train-system",
        "gcp:kms/cryptoKey:CryptoKey::train-key",
        "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember::train-key-compute",
        "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember::train-key-gke",
        "gcp:kms/keyRing:KeyRing::train-keys",
        "gcp:projects/iAMMember:IAMMember::train-node-artifact-reader",
        "gcp:projects/iAMMember:IAMMember::train-node-default-node",
        "gcp:projects/iAMMember:IAMMember::train-slinky-topograph",
        "gcp:projects/iAMMember:IAMMember::train-topograph",
        "gcp:projects/serviceIdentity:ServiceIdentity::train-gke-agent",
        "gcp:serviceaccount/account:Account::train-sa",
        "kubernetes:storage.k8s.io/v1:StorageClass::train/StorageClass/cairn-balanced",
        "pulumi-nodejs:dynamic/cairn:KubernetesVersion::train-kubernetes-version",
        "pulumi:providers:gcp::train-gcp",
        "pulumi:providers:kubernetes::train-kubernetes",
        ...nics.flatMap((nic) => [
          `gcp:compute/firewall:Firewall::train-${nic}-internal`,
          `gcp:compute/network:Network::train-${nic}`,
          `gcp:compute/subnetwork:Subnetwork::train-${nic}-subnet`,
          `kubernetes:networking.gke.io/v1:GKENetworkParamSet::train/GKENetworkParamSet/${nic}`,
          `kubernetes:networking.gke.io/v1:Network::train/Network/${nic}`,
        ]),
      ].map((urn) => child + urn),
    ];
    assert.deepEqual(made.all.map(({ urn }) => urn).sort(), golden.sort());
  });

  it("makes nodes without public addresses behind NAT", () => {
    for (const pool of ["train-system", "train-gpus"])
      assert.equal(made.input(pool, "networkConfig", "enablePrivateNodes"), true);
    assert.equal(made.input("train", "privateClusterConfig", "enablePrivateNodes"), true);
    assert.equal(made.input("train-nodes", "privateIpGoogleAccess"), true);
    assert.ok(made.find("train").dependencies.includes("train-nat"), "which is there first, and goes last");
  });

  it("lets nobody in by address unless told to", async () => {
    assert.deepEqual(made.input("train", "controlPlaneEndpointsConfig"), {
      dnsEndpointConfig: { allowExternalTraffic: true },
      ipEndpointsConfig: { enabled: false },
    });
    assert.equal(made.input("train", "masterAuthorizedNetworksConfig"), undefined, "which would switch addresses on");
    const { clusters, users } = await made.kubeconfig();
    assert.deepEqual(clusters[0]?.cluster, { server: "https://gke-1.us-central1.gke.goog" }, "no authority of its own");
    assert.equal(users[0]?.user.exec.command, "gke-gcloud-auth-plugin");
    assert.deepEqual(users[0]?.user.exec.args, ["--use_application_default_credentials"]);
  });

  it("encrypts Secrets, boot disks and volumes with the cluster's key", () => {
    assert.deepEqual(made.input("train", "databaseEncryption"), { state: "ENCRYPTED", keyName: "train-key-id" });
    for (const pool of ["train-system", "train-gpus"])
      assert.equal(made.input(pool, "nodeConfig", "bootDiskKmsKey"), "train-key-id");
    const storage = made.find("train/StorageClass/cairn-balanced").inputs;
    assert.deepEqual(storage["parameters"], { type: "pd-balanced", "disk-encryption-kms-key": "train-key-id" });
    assert.deepEqual(
      ["train-key-compute", "train-key-gke"].map((name) => made.input(name, "member")),
      [
        "serviceAccount:service-1234@compute-system.iam.gserviceaccount.com",
        "serviceAccount:service-1234@container-engine-robot.iam.gserviceaccount.com",
      ],
    );
    assert.ok(made.find("train").dependencies.includes("train-key-gke"), "GKE may use it before it has to");
  });

  it("gives components no more than they need, and without a key file", () => {
    assert.equal(made.input("train", "workloadIdentityConfig", "workloadPool"), "acme-ai.svc.id.goog");
    assert.equal(
      made.input("train-topograph", "member"),
      "principal://iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/acme-ai.svc.id.goog/subject/ns/topograph/sa/topograph",
    );
    assert.equal(made.input("train-topograph", "role"), "roles/compute.viewer");
    assert.equal(made.input("train-gpus", "nodeConfig", "workloadMetadataConfig", "mode"), "GKE_METADATA");
  });

  it("attaches the eight networks in order", () => {
    assert.deepEqual(
      made.input("train-gpus", "networkConfig", "additionalNodeNetworkConfigs"),
      nics.map((nic) => ({ network: `train-${nic}`, subnetwork: `train-${nic}-subnet` })),
    );
    assert.deepEqual(made.input("train/GKENetworkParamSet/gpu-nic-3", "spec"), {
      vpc: "train-gpu-nic-3",
      vpcSubnet: "train-gpu-nic-3-subnet",
      deviceMode: "NetDevice",
    });
    assert.equal(made.input("train", "enableMultiNetworking"), true);
    assert.equal(made.input("train", "datapathProvider"), "ADVANCED_DATAPATH");
  });

  it("makes the GPU pool after all that it needs, so that it goes before it", () => {
    const { dependencies } = made.find("train-gpus");
    for (const nic of nics)
      for (const needed of [`train/Network/${nic}`, `train/GKENetworkParamSet/${nic}`, `train-${nic}-internal`])
        assert.ok(dependencies.includes(needed), needed);
    assert.ok(dependencies.includes("train-system"), "or GKE sets no taint on it");
    assert.ok(made.find("train/Network/gpu-nic-0").dependencies.includes("train/GKENetworkParamSet/gpu-nic-0"));
    assert.equal(made.find("train/Network/gpu-nic-0").deletedWith, "train");
  });

  it("protects what is dear, and says which fields GKE rewrites", () => {
    const protect = made.all.filter((one) => one.protect).map(({ name }) => name);
    assert.deepEqual(
      protect.sort(),
      ["train", "train-gpus", "train-key", "train-nodes", "train-vpc"]
        .concat(nics.flatMap((nic) => [`train-${nic}`, `train-${nic}-subnet`]))
        .sort(),
    );
    assert.equal(made.input("train", "deletionProtection"), true);
    assert.deepEqual(made.find("train").ignoreChanges, ["initialNodeCount", "nodeConfig", "minMasterVersion"]);
    assert.deepEqual(made.find("train-gpus").ignoreChanges, [
      "initialNodeCount",
      "version",
      "nodeConfig.kubeletConfig",
      "nodeConfig.ephemeralStorageLocalSsdConfig",
      "nodeConfig.localNvmeSsdBlockConfig",
      'nodeConfig.labels["cloud.google.com/gke-gpu-driver-version"]',
      'nodeConfig.labels["cloud.google.com/gke-networking-dra-driver"]',
    ]);
    assert.equal(made.find("train-keys").retainOnDelete, true, "no key ring can be deleted");
    assert.equal(made.find("train-gpus").deleteBeforeReplace, true, "never two pools on the same machines");
    assert.deepEqual([made.find("train-gpus").deleteTimeout, made.find("train-vpc").deleteTimeout], ["45m", "20m"]);
  });

  it("makes exactly the pool that was planned", () => {
    const { inputs } = made.find("train-gpus");
    assert.equal(inputs["nodeCount"], 4);
    assert.deepEqual(inputs["nodeLocations"], ["us-central1-a"]);
    assert.deepEqual(inputs["upgradeSettings"], { strategy: "SURGE", maxSurge: 0, maxUnavailable: 1 });
    assert.deepEqual(made.input("train-gpus", "nodeConfig", "guestAccelerators"), [
      {
        type: "nvidia-h100-mega-80gb",
        count: 8,
        gpuDriverInstallationConfig: { gpuDriverVersion: "DEFAULT" },
      },
    ]);
    assert.deepEqual(made.input("train-gpus", "nodeConfig", "taints"), [
      { key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" },
    ]);
    assert.deepEqual(made.input("train-gpus", "nodeConfig", "reservationAffinity"), {
      consumeReservationType: "NO_RESERVATION",
    });
    assert.deepEqual(made.input("train-gpus", "nodeConfig", "ephemeralStorageLocalSsdConfig"), { localSsdCount: 16 });
  });

  it("keeps the kubeconfig secret", async () => {
    assert.equal(await pulumi.isSecret(made.cluster.kubeconfig), true);
    const handed = made.input("train-kubernetes", "kubeconfig") as JsonObject;
    assert.equal(typeof handed, "object", "wrapped as a secret");
  });
});

describe("variants of GkeCluster", function () {
  this.timeout(60_000);

  it("make a rack's RDMA network, placement, reservation and Hyperdisk", async () => {
    const made = await make(RACK);
    assert.equal(
      made.input("train-rdma", "networkProfile"),
      "projects/acme-ai/global/networkProfiles/us-central1-a-vpc-roce",
    );
    assert.equal(
      made.all.some(({ name }) => name === "train-rdma-internal"),
      false,
      "an RDMA network takes no firewall",
    );
    assert.deepEqual(
      made.input("train-gpus", "networkConfig", "additionalNodeNetworkConfigs"),
      ["gvnic-1", "rdma-0", "rdma-1", "rdma-2", "rdma-3"].map((name) => ({
        network: name === "gvnic-1" ? "train-gvnic-1" : "train-rdma",
        subnetwork: `train-${name}-subnet`,
      })),
    );
    assert.deepEqual(made.input("train-placement", "workloadPolicy"), {
      type: "HIGH_THROUGHPUT",
      acceleratorTopology: "1x72",
    });
    assert.deepEqual(made.input("train-gpus", "placementPolicy"), { type: "COMPACT", policyName: "train-placement" });
    assert.deepEqual(made.input("train-gpus", "nodeConfig", "reservationAffinity"), {
      consumeReservationType: "SPECIFIC_RESERVATION",
      key: "compute.googleapis.com/reservation-name",
      values: ["rack-3"],
    });
    assert.equal(made.input("train-gpus", "nodeConfig", "diskType"), "hyperdisk-balanced");
    const annotation = "storageclass.kubernetes.io/is-default-class";
    assert.deepEqual(
      ["cairn-balanced", "cairn-hyperdisk"].map((name) =>
        made.input(`train/StorageClass/${name}`, "metadata", "annotations", annotation),
      ),
      ["true", "false"],
    );
  });

  it("leave the network of A4X Max to GKE", async () => {
    const made = await make({ ...RACK, gpus: { ...RACK.gpus, accelerator: "gb300" } });
    assert.equal(made.input("train-gpus", "networkConfig", "acceleratorNetworkProfile"), "auto");
    assert.equal(made.input("train-gpus", "networkConfig", "additionalNodeNetworkConfigs"), undefined);
    assert.equal(
      made.input("train-gpus", "nodeConfig", "labels", "cloud.google.com/gke-networking-dra-driver"),
      "true",
    );
    assert.deepEqual(made.input("train-gpus", "nodeConfig", "linuxNodeConfig"), {
      hugepagesConfig: { hugepageSize2m: 4096 },
    });
    assert.equal(made.input("train", "enableMultiNetworking"), false);
    assert.equal(made.input("train", "enableShieldedNodes"), false, "there is none on bare metal");
  });

  it("queue for machines as flex start wants it", async () => {
    const made = await make({ ...SETTINGS, gpus: { ...SETTINGS.gpus, capacity: queued() } });
    const { inputs, ignoreChanges } = made.find("train-gpus");
    assert.equal("nodeCount" in inputs, false);
    assert.ok(ignoreChanges.includes("nodeCount"));
    assert.deepEqual(inputs["autoscaling"], { totalMinNodeCount: 0, totalMaxNodeCount: 4, locationPolicy: "ANY" });
    assert.deepEqual(inputs["management"], { autoRepair: false, autoUpgrade: true });
    assert.deepEqual(inputs["queuedProvisioning"], { enabled: true });
    assert.equal(made.input("train-gpus", "nodeConfig", "flexStart"), true);
    assert.equal(made.input("train-gpus", "nodeConfig", "maxRunDuration"), "604800s");
    assert.equal(
      made.input("train", "maintenancePolicy", "maintenanceExclusions", 0, "exclusionOptions", "scope"),
      "NO_MINOR_OR_NODE_UPGRADES",
    );
  });

  it("use the network and the key that are there", async () => {
    const made = await make({
      ...SETTINGS,
      gpus: { ...SETTINGS.gpus, accelerator: "a100" },
      network: { network: "host-vpc", subnetwork: "host-subnet", podRange: "p", serviceRange: "s" },
      encryption: { key: "projects/k/locations/us-central1/keyRings/r/cryptoKeys/k" },
    });
    const types = new Set(made.all.map(({ type }) => type));
    for (const type of ["gcp:compute/network:Network", "gcp:compute/router:Router", "gcp:kms/cryptoKey:CryptoKey"])
      assert.equal(types.has(type), false, type);
    assert.equal(made.input("train", "network"), "host-vpc");
    assert.equal(made.input("train", "ipAllocationPolicy", "clusterSecondaryRangeName"), "p");
    assert.match(String(made.input("train", "databaseEncryption", "keyName")), /^projects\/k\//);
    assert.equal(await valueOf(made.cluster.networkId), "host-vpc");
  });

  it("have an address where the program wants one", async () => {
    const open = await make({ ...SETTINGS, access: { endpoint: publicEndpoint("203.0.113.0/28") } });
    assert.equal(open.input("train", "privateClusterConfig", "enablePrivateEndpoint"), false);
    assert.deepEqual(open.input("train", "masterAuthorizedNetworksConfig"), {
      cidrBlocks: [{ cidrBlock: "203.0.113.0/28" }],
      gcpPublicCidrsAccessEnabled: false,
    });
    assert.deepEqual((await open.kubeconfig()).clusters[0]?.cluster, {
      server: "https://198.51.100.7",
      "certificate-authority-data": "Y2VydA==",
    });
    const inside = await make({ ...SETTINGS, access: { endpoint: privateEndpoint() } });
    assert.equal(inside.input("train", "privateClusterConfig", "enablePrivateEndpoint"), true);
    assert.deepEqual(inside.input("train", "controlPlaneEndpointsConfig", "dnsEndpointConfig"), {
      allowExternalTraffic: false,
    });
    assert.equal((await inside.kubeconfig()).clusters[0]?.cluster["server"], "https://10.1.0.2");
  });

  it("name administrators to Kubernetes", async () => {
    const admins = ["user:ada@acme.dev", "group:gpu@acme.dev"];
    const made = await make({ ...SETTINGS, access: { admins, securityGroup: "gke-security-groups@acme.dev" } });
    const apiGroup = "rbac.authorization.k8s.io";
    assert.deepEqual(made.input("train/ClusterRoleBinding/cairn-admins", "subjects"), [
      { kind: "User", name: "ada@acme.dev", apiGroup },
      { kind: "Group", name: "gpu@acme.dev", apiGroup },
    ]);
  });

  it("move the version where the program names one, and nodes only to an exact one", async () => {
    const minor = await make({ ...SETTINGS, kubernetesVersion: "1.35" });
    assert.equal(minor.find("train").ignoreChanges.includes("minMasterVersion"), false);
    assert.equal(minor.input("train-gpus", "version"), undefined);
    const exact = await make({ ...SETTINGS, kubernetesVersion: "1.36.4-gke.1391002" });
    assert.equal(exact.input("train-gpus", "version"), "1.36.4-gke.1391002");
    assert.equal(exact.find("train-gpus").ignoreChanges.includes("version"), false);
  });

  it("lift protection in Pulumi and in the cloud together", async () => {
    const made = await make({ ...SETTINGS, allowReplace: ["cluster"] });
    assert.equal(made.find("train").protect, false);
    assert.equal(made.input("train", "deletionProtection"), false);
    assert.equal(made.find("train-gpus").protect, true);
  });

  it("change any child by values or by a function", async () => {
    const made = await make({
      ...SETTINGS,
      gpus: { ...SETTINGS.gpus, upgrade: surge(2) },
      transform: {
        gpuPool: { maxPodsPerNode: 32 },
        network: (args, opts, name) => {
          args.description = `made for ${name}`;
          opts.protect = false;
        },
      },
    });
    assert.equal(made.input("train-gpus", "maxPodsPerNode"), 32);
    assert.equal(made.input("train-gpus", "upgradeSettings", "maxSurge"), 2);
    assert.equal(made.input("train-vpc", "description"), "made for train-vpc");
    assert.equal(made.find("train-vpc").protect, false);
  });

  it("change any object of the cluster likewise", async () => {
    const named: string[] = [];
    const made = await make({
      ...SETTINGS,
      access: { admins: ["user:ada@acme.dev"] },
      transform: {
        storageClass: { reclaimPolicy: "Retain" },
        networkParamSet: ({ metadata }) => void named.push(metadata.name),
        networkObject: (manifest) => {
          manifest.metadata = { ...manifest.metadata, labels: { "acme.dev/fabric": "tcpxo" } };
        },
        adminBinding: (_manifest, opts) => {
          opts.protect = true;
        },
      },
    });
    assert.equal(made.input("train/StorageClass/cairn-balanced", "reclaimPolicy"), "Retain");
    assert.deepEqual(named, nics);
    assert.deepEqual(made.input("train/Network/gpu-nic-7", "metadata", "labels"), { "acme.dev/fabric": "tcpxo" });
    assert.equal(made.find("train/ClusterRoleBinding/cairn-admins").protect, true);
  });

  it("refuse a name that Google Cloud's resources cannot begin with", () => {
    for (const name of ["Train", "1train", "train-", "a-name-that-is-much-too-long"])
      assert.throws(() => new GkeCluster(name, SETTINGS), /name: .*lower-case letter/);
  });
});

describe("gke()", () => {
  it("knows its facts at once and provisions the cluster that they are about", async () => {
    // As in a first preview, when the cluster has no address that its identity could be asked at.
    const newResource: pulumi.runtime.Mocks["newResource"] = ({ name, inputs }) => ({
      id: name,
      state: inputs as object,
    });
    await pulumi.runtime.setMocks({ ...MOCKS, newResource }, "project", "test", true);
    const target = gke({
      project: "acme-ai",
      region: "us-central1",
      gpus: { accelerator: "a100", nodes: 2, zone: "us-central1-a" },
    });
    const accelerator: "a100" = target.facts.accelerator;
    assert.equal(accelerator, "a100");
    assert.equal(target.service, "gke");
    const { facts, drain, ready } = target.provision("train", {});
    assert.equal(facts, target.facts);
    assert.equal(drain, true, "controllers make load balancers and disks");
    assert.ok(ready.length > 0);
    await Promise.all(ready.map((resource) => valueOf(resource.urn)));
  });
});

import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type JsonObject } from "../../json";
import { H100, LABEL, make, shortName, valueOf, type Made } from "./fixture.test";

const POOL = "NodePool";

describe("OkeCluster", function () {
  this.timeout(60_000);
  let made: Made;
  before(async () => (made = await make(H100)));

  it("gives every resource the URN that it has always had", () => {
    assert.deepEqual(made.urns, REFERENCE_URNS);
  });

  it("makes an enhanced, private, encrypted cluster with pods in the VCN", () => {
    const { inputs } = made.of("train", "Cluster");
    assert.equal(inputs["type"], "ENHANCED_CLUSTER");
    assert.equal(inputs["kubernetesVersion"], "v1.36.1");
    assert.equal(inputs["kmsKeyId"], "ocid1.train-key");
    assert.deepEqual(inputs["clusterPodNetworkOptions"], [{ cniType: "OCI_VCN_IP_NATIVE" }]);
    assert.deepEqual(inputs["endpointConfig"], {
      subnetId: "ocid1.train-control-plane",
      isPublicIpEnabled: false,
      nsgIds: ["ocid1.train-nsg-control-plane"],
    });
  });

  it("gives no address of a node, pod or load balancer to the internet", () => {
    for (const name of ["control-plane", "workers", "pods", "load-balancers"])
      assert.equal(made.of(`train-${name}`, "Subnet").inputs["prohibitPublicIpOnVnic"], true, name);
    assert.deepEqual(made.named(/internet$|public-routes$/), []);
    assert.deepEqual(made.of("train-default-security-list").inputs["ingressSecurityRules"], []);
  });

  it("routes Oracle's services past the internet", () => {
    const rules = made.of("train-private-routes").inputs["routeRules"] as readonly JsonObject[];
    assert.deepEqual(
      rules.map(({ destination, networkEntityId }) => [destination, networkEntityId]),
      [
        ["0.0.0.0/0", "ocid1.train-nat"],
        [LABEL, "ocid1.train-services"],
      ],
    );
  });

  it("puts GPU machines on one compute cluster, in their place only", () => {
    const { inputs } = made.of("train-gpus", POOL);
    const details = inputs["nodeConfigDetails"] as JsonObject;
    assert.equal(inputs["nodeShape"], "BM.GPU.H100.8");
    assert.equal(details["size"], 4);
    assert.equal(details["computeClusterId"], "ocid1.train-gpus-fabric");
    assert.equal(details["kmsKeyId"], "ocid1.train-key");
    assert.deepEqual(details["placementConfigs"], [
      { availabilityDomain: "Uocm:US-ASHBURN-AD-1", subnetId: "ocid1.train-workers" },
    ]);
    assert.deepEqual(inputs["initialNodeLabels"], [{ key: "cairn.dev/pool", value: "gpu" }]);
  });

  it("lets no second pool take the place of the first before that is gone", () => {
    const { deleteBeforeReplace } = made.of("train-gpus", POOL).options;
    assert.equal(deleteBeforeReplace, true);
    const cycling = made.of("train-gpus", POOL).inputs["nodePoolCyclingDetails"] as JsonObject;
    assert.deepEqual([cycling["maximumSurge"], cycling["cycleModes"]], ["0", ["BOOT_VOLUME_REPLACE"]]);
  });

  it("exchanges machines that a change of the pool would leave as they are", () => {
    const { replacementTrigger } = made.of("train-gpus", POOL).options;
    assert.deepEqual(replacementTrigger, ["BM.GPU.H100.8", "Uocm:US-ASHBURN-AD-1", "oci-managed"]);
  });

  it("turns off the metadata service's first version on every node", () => {
    for (const pool of ["train-system", "train-gpus"]) {
      const metadata = made.of(pool, POOL).inputs["nodeMetadata"] as JsonObject;
      assert.equal(metadata["areLegacyImdsEndpointsDisabled"], "true", pool);
    }
  });

  it("boots GPU nodes with their disks striped, and system nodes without", () => {
    const script = (pool: string) => {
      const metadata = made.of(pool, POOL).inputs["nodeMetadata"] as JsonObject;
      return made.boot(metadata["user_data"]).script;
    };
    assert.match(script("train-gpus"), /mdadm --create[^]*memlock=-1[^]*oci-oke-node-all-1\.36\.1[^]*oke bootstrap &&/);
    assert.doesNotMatch(script("train-system"), /mdadm|memlock/);
  });

  it("guards cluster, pool, network and keys, and nothing whose change is daily work", () => {
    const guarded = made
      .named(/./)
      .flatMap(({ name, type, options }) => (options.protect ? [`${type.split(":").at(-1)} ${name}`] : []));
    assert.deepEqual(guarded.sort(), [
      "Cluster train",
      "ComputeCluster train-gpus-fabric",
      "Key train-key",
      "NodePool train-gpus",
      "Subnet train-control-plane",
      "Subnet train-load-balancers",
      "Subnet train-pods",
      "Subnet train-workers",
      "Vault train-vault",
      "Vcn train-vcn",
    ]);
  });

  it("leaves keys where they are, because what they encrypted cannot be read again", () => {
    for (const name of ["train-key", "train-vault"]) assert.equal(made.of(name).options.retainOnDelete, true);
  });

  it("ignores what the cloud writes itself, and shows sizes, images and versions", () => {
    assert.deepEqual(made.of("train", "Cluster").options.ignoreChanges, ["definedTags", "clusterPodNetworkOptions"]);
    const ignored = made.of("train-gpus", POOL).options.ignoreChanges;
    assert.ok(ignored.includes("nodeConfigDetails.placementConfigs[0].faultDomains"));
    assert.ok(!ignored.includes("nodeConfigDetails.placementConfigs"), "it says where the machines come from");
    for (const shown of ["nodeConfigDetails.size", "nodeSourceDetails", "kubernetesVersion", "nodeMetadata"])
      assert.ok(!ignored.includes(shown), shown);
    assert.deepEqual(made.of("train-vcn").options.ignoreChanges, ["definedTags"]);
  });

  it("removes GPU nodes first, then system nodes, then the cluster", () => {
    const depends = (name: string) => made.of(name, POOL).options.dependencies;
    assert.ok(depends("train-gpus").includes("train-system"));
    assert.ok(depends("train-gpus").includes("train-gpu-plugin"));
    assert.ok(depends("train-system").includes("train"));
    assert.ok(made.of("train", "Cluster").options.dependencies.includes("train-policy"));
    assert.equal(made.of("train-coredns").options.deletedWith, "train");
    const rule = made.of("train-nsg-workers-from-pods-all").options;
    assert.deepEqual([...rule.dependencies].sort(), ["train-nsg-pods", "train-nsg-workers"]);
    assert.equal(rule.deletedWith, "", "no rule may hold up a group of its neighbours");
    assert.equal(made.of("train-workers", "Subnet").options.delete, "45m");
    assert.equal(made.of("train-gpus", POOL).options.create, "120m");
  });

  it("logs the control plane", () => {
    const { inputs } = made.of("train-control-plane-log");
    assert.equal(inputs["isEnabled"], true);
    const { source } = inputs["configuration"] as { source: JsonObject };
    assert.deepEqual([source["service"], source["resource"]], ["oke-k8s-cp-prod", "ocid1.train"]);
  });

  it("lets OKE use this key and this compartment, and no more", () => {
    const [first, ...rest] = made.statements("train-key-policy");
    assert.equal(
      first,
      "Allow any-user to use keys in compartment id ocid1.compartment.oc1..aaaa where ALL {request.principal.type = 'cluster', target.key.id = 'ocid1.train-key'}",
    );
    for (const statement of [...rest, ...made.statements("train-policy")]) {
      assert.match(statement, /in compartment id ocid1\.compartment\.oc1\.\.aaaa where /);
      assert.doesNotMatch(statement, /all-resources|in tenancy/);
    }
    assert.match(made.statements("train-policy").join(), /COMPUTE_CLUSTER_LAUNCH_INSTANCE/);
  });

  it("makes an encrypted storage class the default", () => {
    const { inputs, options } = made.of("train/StorageClass/cairn-block-volume");
    assert.deepEqual(inputs["parameters"], { "kms-key-id": "ocid1.train-key", vpusPerGB: "20" });
    assert.equal(options.deletedWith, "train");
  });

  it("hands its kubeconfig over as a secret that holds no secret", async () => {
    const { kubeconfig } = made.cluster;
    assert.equal(await pulumi.isSecret(kubeconfig), true);
    const text = await valueOf(kubeconfig);
    const { clusters, users } = JSON.parse(text) as {
      clusters: readonly { cluster: Record<string, string> }[];
      users: readonly { user: { exec: { command: string; args: string[]; installHint: string } } }[];
    };
    assert.deepEqual(clusters[0]?.cluster, {
      server: "https://10.0.161.5:6443",
      "certificate-authority-data": "LS0tQ0E=",
    });
    const { command, args, installHint } = users[0]?.user.exec ?? assert.fail("no user");
    assert.equal(command, "oci");
    assert.deepEqual(args.slice(3), ["--cluster-id", "ocid1.train", "--region", "us-ashburn-1"]);
    assert.match(installHint, /oci-cli/);
  });

  it("makes the stack wait for pools, add-ons and storage class", async () => {
    const waiting = await Promise.all(made.cluster.ready.map(({ urn }) => valueOf(urn)));
    assert.deepEqual(waiting.map(shortName), [
      "train-gpus",
      "train-system",
      "train-coredns",
      "train-gpu-plugin",
      "train/StorageClass/cairn-block-volume",
    ]);
  });

  it("tells its provider which tags a tenancy adds by itself", () => {
    assert.match(String(made.of("train-oci").inputs["ignoreDefinedTags"]), /CreatedBy/);
    assert.equal(made.of("train-policy").provider, "train-oci");
  });
});

/** A change here is another resource in every stack that is up: it needs an alias. */
const REFERENCE = {
  "ContainerEngine/addon:Addon": ["train-coredns", "train-gpu-plugin"],
  "ContainerEngine/cluster:Cluster": ["train"],
  "ContainerEngine/nodePool:NodePool": ["train-gpus", "train-system"],
  "Core/computeCluster:ComputeCluster": ["train-gpus-fabric"],
  "Core/defaultSecurityList:DefaultSecurityList": ["train-default-security-list"],
  "Core/natGateway:NatGateway": ["train-nat"],
  "Core/networkSecurityGroup:NetworkSecurityGroup": [
    "train-nsg-control-plane",
    "train-nsg-load-balancers",
    "train-nsg-pods",
    "train-nsg-workers",
  ],
  "Core/routeTable:RouteTable": ["train-private-routes"],
  "Core/serviceGateway:ServiceGateway": ["train-services"],
  "Core/subnet:Subnet": ["train-control-plane", "train-load-balancers", "train-pods", "train-workers"],
  "Core/vcn:Vcn": ["train-vcn"],
  "Identity/policy:Policy": ["train-key-policy", "train-policy"],
  "Kms/key:Key": ["train-key"],
  "Kms/vault:Vault": ["train-vault"],
  "Logging/log:Log": ["train-control-plane-log"],
  "Logging/logGroup:LogGroup": ["train-logs"],
};

/** Rules by their group. */
const RULES = {
  "control-plane": [
    "from-10.0.0.0-16",
    "from-control-plane-api",
    "from-pods-api",
    "from-pods-oke",
    "from-workers-api",
    "from-workers-oke",
    "from-workers-path",
    "to-control-plane-api",
    "to-pods-webhooks",
    "to-services",
    "to-workers-kubelet",
    "to-workers-oke",
    "to-workers-path",
  ],
  "load-balancers": [
    "from-pods-all",
    "network",
    "to-pods-all",
    "to-workers-health",
    "to-workers-node-ports",
    "to-workers-node-ports-udp",
    "to-workers-path",
  ],
  pods: [
    "from-control-plane-webhooks",
    "from-load-balancers-all",
    "from-pods-all",
    "from-workers-all",
    "path",
    "to-anywhere",
    "to-control-plane-api",
    "to-control-plane-oke",
    "to-load-balancers-all",
    "to-pods-all",
    "to-workers-all",
  ],
  workers: [
    "from-control-plane-kubelet",
    "from-control-plane-oke",
    "from-control-plane-path",
    "from-load-balancers-health",
    "from-load-balancers-node-ports",
    "from-load-balancers-node-ports-udp",
    "from-load-balancers-path",
    "from-pods-all",
    "from-workers-all",
    "path",
    "to-anywhere",
    "to-control-plane-api",
    "to-control-plane-oke",
    "to-control-plane-path",
    "to-pods-all",
    "to-workers-all",
  ],
};

const CHILD = "urn:pulumi:test::project::cairn:cluster:OkeCluster$";
const RULE = `${CHILD}oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule`;
const REFERENCE_URNS: readonly string[] = [
  "urn:pulumi:test::project::cairn:cluster:OkeCluster::train",
  `${CHILD}kubernetes:storage.k8s.io/v1:StorageClass::train/StorageClass/cairn-block-volume`,
  `${CHILD}pulumi-nodejs:dynamic/cairn:KubernetesVersion::train-kubernetes-version`,
  `${CHILD}pulumi:providers:kubernetes::train-kubernetes`,
  `${CHILD}pulumi:providers:oci::train-oci`,
  ...Object.entries(RULES).flatMap(([group, rules]) => rules.map((rule) => `${RULE}::train-nsg-${group}-${rule}`)),
  ...Object.entries(REFERENCE).flatMap(([type, names]) => names.map((name) => `${CHILD}oci:${type}::${name}`)),
].sort();

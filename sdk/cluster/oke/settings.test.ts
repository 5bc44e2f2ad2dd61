import assert from "node:assert/strict";
import { type JsonObject } from "../../json";
import { capacityReservation, clusterNetwork, existingNetwork, hostGroup, type OkeArgs } from ".";
import { FABRIC, GB200, H100, LABEL, make, TENANCY, valueOf } from "./fixture.test";

const POOL = "NodePool";

describe("settings of OkeCluster", function () {
  this.timeout(60_000);

  it("leave the device plugin's add-on out when the GPU Operator owns the stack", async () => {
    const made = await make({ ...H100, gpuStack: "operator-managed" });
    assert.deepEqual(made.named(/gpu-plugin/), []);
    const labels = made.of("train-gpus", POOL).inputs["initialNodeLabels"];
    assert.deepEqual(labels, [
      { key: "cairn.dev/pool", value: "gpu" },
      { key: "oci.oraclecloud.com/disable-gpu-device-plugin", value: "true" },
    ]);
  });

  it("take capacity from a reservation or a host group, with the right to", async () => {
    const placement = async (capacity: OkeArgs["gpus"]["capacity"] & object) => {
      const made = await make({ ...H100, gpus: { ...H100.gpus, capacity } });
      const { placementConfigs } = made.of("train-gpus", POOL).inputs["nodeConfigDetails"] as {
        placementConfigs: readonly JsonObject[];
      };
      return [placementConfigs[0], made.statements("train-policy").join("\n")] as const;
    };
    const reservation = "ocid1.capacityreservation.oc1.iad.aaaa";
    const [reserved, rights] = await placement(capacityReservation(reservation));
    assert.equal(reserved?.["capacityReservationId"], reservation);
    assert.match(rights, /any-user to use compute-capacity-reservations/);
    const [grouped, more] = await placement(hostGroup("ocid1.computehostgroup.oc1.iad.aaaa"));
    assert.equal(grouped?.["hostGroupId"], "ocid1.computehostgroup.oc1.iad.aaaa");
    assert.match(more, /HOST_GROUP_LAUNCH_INSTANCE.*computehostgroup/);
  });

  it("make a memory cluster for each NVLink domain, whose machines join by themselves", async () => {
    const made = await make(GB200);
    const { inputs, options } = made.of("train-gpus-abcdefghijk");
    assert.equal(inputs["gpuMemoryFabricId"], FABRIC);
    assert.equal(inputs["size"], "18");
    assert.deepEqual(inputs["gpuMemoryClusterScaleConfig"], {
      targetSize: "18",
      isUpsizeEnabled: true,
      isDownsizeEnabled: false,
    });
    assert.ok(options.protect && options.deleteBeforeReplace);
    assert.deepEqual(options.replacementTrigger, ["ocid1.train", "BM.GPU.GB200.4", "oci-managed"]);
    assert.ok(options.dependencies.includes("train-access"), "the right to join comes first");
    assert.deepEqual(made.statements("train-access"), [
      "Allow dynamic-group id ocid1.train-nodes to {CLUSTER_JOIN} in compartment id ocid1.compartment.oc1..aaaa where target.cluster.id = 'ocid1.train'",
    ]);
    assert.equal(made.of("train-memory-policy").inputs["compartmentId"], TENANCY);
    assert.equal(made.of("train-nodes").inputs["compartmentId"], TENANCY);
  });

  it("tell machines that join where the cluster is, which labels they have and how pods get addresses", async () => {
    const made = await make({ ...H100, tenancyId: TENANCY, gpus: { ...H100.gpus, pool: clusterNetwork() } });
    const { launchDetails } = made.of("train-gpus-template").inputs["instanceDetails"] as {
      launchDetails: Record<string, JsonObject>;
    };
    const metadata = launchDetails["metadata"] ?? assert.fail("no metadata");
    assert.equal(metadata["apiserver_host"], "10.0.161.5");
    assert.equal(metadata["cluster_ca_cert"], "LS0tQ0E=");
    assert.equal(metadata["oke-initial-node-labels"], "cairn.dev/pool=gpu");
    assert.equal(metadata["oke-native-pod-networking"], "true");
    assert.equal(metadata["pod-subnets"], "ocid1.train-pods");
    const { files, script } = made.boot(metadata["user_data"]);
    assert.ok(files.includes("/etc/oke/oke-apiserver") && files.includes("/etc/kubernetes/ca.crt"));
    assert.match(script, /oke bootstrap --apiserver-host 10\.0\.161\.5 --ca LS0tQ0E=/);
    assert.deepEqual(launchDetails["instanceOptions"], { areLegacyImdsEndpointsDisabled: true });
    assert.equal(launchDetails["createVnicDetails"]?.["assignPublicIp"], false);
    const { ignoreChanges, create, replacementTrigger } = made.of("train-gpus", "ClusterNetwork").options;
    assert.deepEqual(replacementTrigger, ["ocid1.train", "BM.GPU.H100.8", "oci-managed"]);
    assert.ok(!ignoreChanges.some((path) => path.startsWith("instancePools")), "the size stays visible");
    assert.equal(create, "120m");
  });

  it("use a network that is there, with security groups of their own", async () => {
    const subnet = (name: string) => `ocid1.subnet.oc1.iad.${name}`;
    const made = await make({
      ...H100,
      network: existingNetwork({
        vcnId: "ocid1.vcn.oc1.iad.aaaa",
        cidr: "10.40.0.0/16",
        subnets: {
          controlPlane: subnet("api"),
          workers: subnet("workers"),
          pods: subnet("pods"),
          loadBalancers: subnet("lb"),
        },
      }),
    });
    assert.deepEqual(made.named(/train-(vcn|nat|private-routes|services|default-security-list)$/), []);
    assert.equal(made.of("train", "Cluster").inputs["vcnId"], "ocid1.vcn.oc1.iad.aaaa");
    assert.equal(made.of("train-nsg-workers", "NetworkSecurityGroup").inputs["vcnId"], "ocid1.vcn.oc1.iad.aaaa");
    assert.equal(made.of("train-nsg-control-plane-from-10.40.0.0-16").inputs["source"], "10.40.0.0/16");
  });

  it("open the endpoint to named blocks only, and make groups administrators", async () => {
    const group = "ocid1.group.oc1..aaaa";
    const made = await make({ ...H100, access: { endpoint: "public", from: ["203.0.113.0/24"], admins: [group] } });
    const { endpointConfig } = made.of("train", "Cluster").inputs as { endpointConfig: JsonObject };
    assert.equal(endpointConfig["isPublicIpEnabled"], true);
    assert.equal(made.of("train-control-plane", "Subnet").inputs["prohibitPublicIpOnVnic"], false);
    assert.equal(made.of("train-workers", "Subnet").inputs["prohibitPublicIpOnVnic"], true);
    const open = made.named(/nsg-control-plane-from-\d/).map(({ inputs }) => inputs["source"]);
    assert.deepEqual(open, ["10.0.0.0/16", "203.0.113.0/24"]);
    assert.match(await valueOf(made.cluster.kubeconfig), /https:\/\/203\.0\.113\.9:6443/);
    const { subjects } = made.of("train/ClusterRoleBinding/cairn-admins").inputs as { subjects: readonly JsonObject[] };
    assert.equal(subjects[0]?.["name"], group);
    assert.match(made.statements("train-access")[0] ?? "", /group id ocid1\.group\.oc1\.\.aaaa to use clusters/);
  });

  it("shut the way to the internet where it is not wanted", async () => {
    const made = await make({ ...H100, network: { egress: "oracle-services" } });
    assert.deepEqual(made.named(/-nat$|to-anywhere$/), []);
    assert.equal(made.of("train-nsg-pods-to-services").inputs["destination"], LABEL);
  });

  it("write policies in the home region", async () => {
    const made = await make({ ...H100, homeRegion: "us-phoenix-1" });
    assert.equal(made.of("train-policy").provider, "train-oci-home");
    assert.equal(made.of("train-oci-home").inputs["region"], "us-phoenix-1");
    assert.equal(made.of("train-vcn").provider, "train-oci");
  });

  it("give a service account the rights that it names, in this cluster only", async () => {
    const workload = { namespace: "ml", serviceAccount: "loader", allow: ["read objects"] };
    const made = await make({ ...H100, workloads: [workload] });
    assert.deepEqual(made.statements("train-workload-ml-loader"), [
      "Allow any-user to read objects in compartment id ocid1.compartment.oc1..aaaa where all {request.principal.type = 'workload', " +
        "request.principal.namespace = 'ml', request.principal.service_account = 'loader', request.principal.cluster_id = 'ocid1.train'}",
    ]);
  });

  it("use a key that is there, with its policy where it lives", async () => {
    const key = "ocid1.key.oc1.iad.aaaa";
    const made = await make({ ...H100, encryption: { key, keyCompartmentId: "ocid1.compartment.oc1..keys" } });
    assert.deepEqual(made.named(/-vault$|-key$/), []);
    assert.equal(made.of("train", "Cluster").inputs["kmsKeyId"], key);
    assert.equal(made.of("train-key-policy").inputs["compartmentId"], "ocid1.compartment.oc1..keys");
  });

  it("demand signed images when they name keys", async () => {
    const made = await make({ ...H100, imagePolicy: { keys: ["ocid1.key.oc1.iad.sign"] } });
    assert.deepEqual(made.of("train", "Cluster").inputs["imagePolicyConfig"], {
      isPolicyEnabled: true,
      keyDetails: [{ kmsKeyId: "ocid1.key.oc1.iad.sign" }],
    });
    assert.match(made.statements("train-access").join(), /read repos/);
  });

  it("lift protection for what may be replaced", async () => {
    const made = await make({ ...H100, allowReplace: ["gpus"] });
    assert.equal(made.of("train-gpus", POOL).options.protect, false);
    assert.equal(made.of("train", "Cluster").options.protect, true);
  });

  it("reach every child by a transform, as arguments or as a function", async () => {
    const made = await make({
      ...H100,
      tags: { team: "ml" },
      access: { admins: ["ocid1.group.oc1..aaaa"] },
      transform: {
        adminBinding: (args) => (args.metadata = { ...args.metadata, labels: { team: "ml" } }),
        cluster: { name: "other" },
        storageClass: { reclaimPolicy: "Retain" },
        subnet: (args, opts, name) => {
          if (name !== "train-pods") return;
          args.displayName = "pods of ml";
          opts.protect = false;
        },
      },
    });
    assert.equal(made.of("train", "Cluster").inputs["name"], "other");
    assert.equal(made.of("train/StorageClass/cairn-block-volume").inputs["reclaimPolicy"], "Retain");
    const binding = made.of("train/ClusterRoleBinding/cairn-admins").inputs["metadata"] as JsonObject;
    assert.deepEqual(binding, { name: "cairn-admins", labels: { team: "ml" } });
    assert.equal(made.of("train-pods", "Subnet").inputs["displayName"], "pods of ml");
    assert.equal(made.of("train-pods", "Subnet").options.protect, false);
    assert.equal(made.of("train-workers", "Subnet").options.protect, true);
    assert.deepEqual(made.of("train-vcn").inputs["freeformTags"], { team: "ml" });
  });
});

import assert from "node:assert/strict";
import {
  capacityReservation,
  clusterNetwork,
  computeCluster,
  gpuMemoryCluster,
  hostGroup,
  oke,
  planOke,
  type OkeArgs,
} from ".";
import { findingsOf, GB200, gpus, H100, L40S, ocid, TENANCY } from "./plan-fixture.test";

describe("oke() takes", () => {
  const FINE: Readonly<Record<string, OkeArgs>> = {
    "the five lines": H100,
    "a memory cluster of 18": GB200,
    "two fabrics with an equal share": {
      ...GB200,
      gpus: {
        ...GB200.gpus,
        nodes: 36,
        pool: gpuMemoryCluster({ fabrics: [ocid("computegpumemoryfabric"), `${ocid("computegpumemoryfabric")}b`] }),
      },
    },
    "a cluster network with its tenancy": { ...gpus({ pool: clusterNetwork() }), tenancyId: TENANCY },
    "a reservation": gpus({ capacity: capacityReservation(ocid("capacityreservation", "us-ashburn-1")) }),
    "a host group": gpus({ capacity: hostGroup(ocid("computehostgroup")) }),
    "Oracle Linux without RDMA": { ...L40S, os: "ol" },
    "nodes three minors behind": gpus({ kubernetesVersion: "1.33" }),
    "a patch release that the table does not know": { ...H100, kubernetesVersion: "1.36.7" },
    "a domain called after its region": {
      ...H100,
      region: "us-chicago-1",
      gpus: { ...H100.gpus, availabilityDomain: "abCD:US-CHICAGO-1-AD-1", image: ocid("image", "us-chicago-1") },
    },
    "an image by the code of a region that this release has no code for": {
      ...H100,
      region: "eu-frankfurt-1",
      gpus: { ...H100.gpus, availabilityDomain: "Uocm:EU-FRANKFURT-1-AD-1", image: ocid("image", "fra") },
    },
    "an image of Chicago, by its code": {
      ...H100,
      region: "us-chicago-1",
      gpus: { ...H100.gpus, availabilityDomain: "Uocm:US-CHICAGO-1-AD-1", image: ocid("image", "ord") },
    },
    "a domain with a short name": {
      ...H100,
      region: "us-phoenix-1",
      gpus: { ...H100.gpus, availabilityDomain: "Uocm:PHX-AD-3", image: ocid("image", "phx") },
    },
    "1,000 nodes with a block for pods": { ...gpus({ nodes: 1000 }), network: { podsCidr: "10.1.0.0/16" } },
    "a network that is there": {
      ...H100,
      network: {
        existing: true,
        vcnId: ocid("vcn"),
        cidr: "10.0.0.0/16",
        subnets: {
          controlPlane: `${ocid("subnet")}1`,
          workers: `${ocid("subnet")}2`,
          pods: `${ocid("subnet")}3`,
          loadBalancers: `${ocid("subnet")}4`,
        },
      },
    },
    "nodes a patch release behind": { ...gpus({ kubernetesVersion: "1.34.0" }), kubernetesVersion: "1.34.2" },
    "a small network for a small cluster": { ...gpus({ nodes: 2 }), network: { cidr: "192.168.0.0/22" } },
    "an Arm system pool with the image of Arm GPU nodes": { ...GB200, system: { shape: "VM.Standard.A2.Flex" } },
    "a public endpoint for one's own network": {
      ...H100,
      access: { endpoint: "public", from: ["203.0.113.0/24"], admins: [ocid("group", "")] },
    },
    "a private endpoint for a whole company": { ...H100, access: { from: ["10.0.0.0/8", "198.51.0.0/16"] } },
    "the widest range of a public endpoint": { ...H100, access: { endpoint: "public", from: ["198.51.0.0/16"] } },
    "a workload with its own compartment": {
      ...H100,
      workloads: [
        { namespace: "ml", serviceAccount: "loader", allow: ["read objects"], compartmentId: ocid("compartment", "") },
      ],
    },
  };
  for (const [what, args] of Object.entries(FINE)) it(what, () => assert.deepEqual(findingsOf(args), []));
});

describe("the plan of the five-line program", () => {
  const plan = planOke(H100);

  it("knows every fact before anything exists, as plain data", () => {
    const { facts } = oke(H100);
    assert.deepEqual(facts, JSON.parse(JSON.stringify(facts)));
    assert.deepEqual(
      { ...facts, pools: facts.pools.map(({ name, role, nodes }) => ({ name, role, nodes })) },
      {
        service: "oke",
        accelerator: "h100",
        os: "ubuntu",
        kubernetesVersion: "1.36.1",
        region: "us-ashburn-1",
        pools: [
          { name: "system", role: "system", nodes: 3 },
          { name: "gpus", role: "gpu", nodes: 4 },
        ],
        fabric: "roce",
        profiles: { gpuStack: "oci-managed" },
        measurements: { "K8s.oke-addons.nvidia-gpu-plugin": "installed" },
      },
    );
  });

  it("joins the machines by a compute cluster, and cycles nothing by itself", () => {
    const { shape, pool, maxPods, bootVolumeGb, raid, cycle } = plan.gpus;
    assert.deepEqual(
      { shape, pool, maxPods, bootVolumeGb, raid, cycle },
      { shape: "BM.GPU.H100.8", pool: "compute-cluster", maxPods: 64, bootVolumeGb: 512, raid: true, cycle: false },
    );
  });

  it("is private, logged and protected", () => {
    assert.deepEqual(plan.endpoint, { public: false, from: ["10.0.0.0/16"], admins: [] });
    assert.equal(plan.logDays, 30);
    assert.deepEqual(plan.protect, { cluster: true, gpus: true, network: true, keys: true });
  });

  it("cuts the network by shares that more nodes never move", () => {
    const many = planOke(gpus({ nodes: 400 })).network;
    assert.deepEqual(many, plan.network);
    assert.ok(!plan.network.existing);
    assert.deepEqual(plan.network.subnets, {
      pods: "10.0.0.0/17",
      workers: "10.0.128.0/19",
      "load-balancers": "10.0.160.0/24",
      "control-plane": "10.0.161.0/28",
    });
  });
});

describe("one setting", () => {
  it("decides who owns the GPU stack: add-on, label and what constraints find", () => {
    const { gpus: pool, facts } = planOke({ ...H100, gpuStack: "operator-managed" });
    assert.equal(pool.labels["oci.oraclecloud.com/disable-gpu-device-plugin"], "true");
    assert.deepEqual(facts.profiles, { gpuStack: "operator-managed" });
    assert.deepEqual(facts.measurements, {
      "K8s.oke-addons.nvidia-gpu-plugin": "absent",
      "K8s.oke-legacy-plugin.nvidia-gpu-device-plugin": "none",
    });
  });

  it("leaves the fabric open where sources disagree, and says none where machines stand alone", () => {
    assert.equal(planOke(L40S).facts.fabric, undefined);
    const pro = gpus({ accelerator: "rtx-pro-6000" });
    assert.equal(planOke(pro).facts.fabric, "none");
    assert.equal(planOke({ ...pro, gpus: { ...pro.gpus, pool: computeCluster() } }).facts.fabric, "roce");
  });

  it("lifts protection from what it names, and from nothing else", () => {
    const { protect } = planOke({ ...H100, allowReplace: ["gpus"] });
    assert.deepEqual(protect, { cluster: true, gpus: false, network: true, keys: true });
    assert.ok(Object.values(planOke({ ...H100, protect: false }).protect).every((each) => !each));
  });

  it("adds taints to OKE's, which the kubelet then names too", () => {
    const extra = { key: "team", value: "a", effect: "NoExecute" } as const;
    const { taints, registeredTaints } = planOke(gpus({ taints: [extra] })).gpus;
    assert.deepEqual(taints, [{ key: "nvidia.com/gpu", effect: "NoSchedule" }, extra]);
    assert.deepEqual(registeredTaints, [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }, extra]);
    assert.deepEqual(planOke(H100).gpus.registeredTaints, []);
  });

  it("gives CoreDNS more from 51 nodes on", () => {
    assert.deepEqual(planOke(gpus({ nodes: 47 })).coreDns, {});
    assert.equal(planOke(gpus({ nodes: 48 })).coreDns["nodesPerReplica"], "8");
  });

  it("shares nodes out to fabrics under names that a longer list does not change", () => {
    const [one, two] = [ocid("computegpumemoryfabric"), "ocid1.computegpumemoryfabric.oc1.iad.bbbbbbbbbbbbbbbb"];
    const clusters = (fabrics: readonly string[], nodes: number) =>
      planOke({ ...GB200, gpus: { ...GB200.gpus, nodes, pool: gpuMemoryCluster({ fabrics }) } }).gpus.memoryClusters;
    assert.deepEqual(clusters([two], 18), [{ key: "bbbbbbbbbbb", fabric: two, nodes: 18 }]);
    assert.deepEqual(clusters([one, two], 36)[1], { key: "bbbbbbbbbbb", fabric: two, nodes: 18 });
  });
});

import assert from "node:assert/strict";
import { flexStart, inPlace, onDemand, queued, reservation } from "./capacity";
import { planGke } from "./plan";
import { RACK, settings, type Loose } from "./settings.test";

describe("a plan for GKE", () => {
  const plan = planGke(settings());

  it("needs three settings", () => {
    const { gpus, system, version, network, endpoint } = plan;
    assert.equal(gpus.machineType, "a3-megagpu-8g");
    assert.deepEqual(gpus.capacity, onDemand());
    assert.deepEqual(gpus.upgrade, inPlace());
    assert.deepEqual(gpus.disk, { type: "pd-balanced", sizeGb: 200 });
    assert.equal(gpus.driver, "DEFAULT");
    assert.equal(gpus.autoscaling, undefined);
    assert.deepEqual(system.zones, ["us-central1-a"]);
    assert.equal(system.nodesPerZone, 3);
    assert.deepEqual(version, { asked: "1.36", channel: "regular", stated: false, exact: false });
    assert.deepEqual(network.own?.ranges, {
      pods: "10.0.0.0/16",
      nodes: "10.1.0.0/23",
      services: "10.1.16.0/20",
    });
    assert.deepEqual(endpoint, { kind: "dns" });
    assert.deepEqual([...plan.protected], ["cluster", "gpus", "network", "key"]);
  });

  it("tells the recipe what it needs to know before anything exists", () => {
    const { facts } = plan;
    assert.deepEqual(facts, JSON.parse(JSON.stringify(facts)), "plain data");
    assert.deepEqual(
      { ...facts, pools: [] },
      {
        service: "gke",
        accelerator: "h100",
        os: "cos",
        kubernetesVersion: "1.36",
        region: "us-central1",
        pools: [],
        fabric: "tcpxo",
        profiles: { gpuStack: "gke-default" },
        measurements: {
          "NodeTopology.gpu-nodes.label": "none",
          "K8s.gke-gpu-pools.gpu-driver-installation": "Default",
        },
      },
    );
    const [system, gpus] = facts.pools;
    assert.deepEqual([system?.nodes, system?.taints, system?.acceleratorsPerNode], [3, [], 0]);
    assert.deepEqual([gpus?.nodes, gpus?.acceleratorsPerNode], [4, 8]);
    assert.deepEqual(gpus?.taints, [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }]);
    assert.equal(gpus?.labels["cloud.google.com/gke-accelerator"], "nvidia-h100-mega-80gb");
    assert.equal(gpus?.labels["cloud.google.com/gke-nodepool"], "gpus");
  });

  it("makes the driver's owner, the pool's flags and the recipe's profile one decision", () => {
    const bundled = planGke(settings({ gpuStack: "bundle-installer" }));
    assert.equal(bundled.gpus.driver, "INSTALLATION_DISABLED");
    assert.equal(bundled.gpus.labels["gke-no-default-nvidia-gpu-device-plugin"], "true");
    assert.deepEqual(bundled.facts.profiles, { gpuStack: "bundle-installer" });
    assert.deepEqual(bundled.facts.measurements, {
      "NodeTopology.gpu-nodes.label": "gke-no-default-nvidia-gpu-device-plugin=true",
      "K8s.gke-gpu-pools.gpu-driver-installation": "Disabled",
    });
    const latest = planGke(settings({ gpuStack: { owner: "gke-default", driver: "latest" } }));
    assert.equal(latest.gpus.driver, "LATEST");
    assert.equal("gke-no-default-nvidia-gpu-device-plugin" in latest.gpus.labels, false);
  });

  it("takes GKE's latest driver for G4, unless the program says otherwise", () => {
    const driver = (changes: Loose) => planGke(settings(changes, { accelerator: "rtx-pro-6000" }));
    const { gpus, facts } = driver({});
    assert.equal(gpus.driver, "LATEST");
    assert.equal(facts.measurements?.["K8s.gke-gpu-pools.gpu-driver-installation"], "Latest");
    assert.equal(driver({ gpuStack: "gke-default" }).gpus.driver, "LATEST");
    assert.equal(driver({ gpuStack: { owner: "gke-default", driver: "default" } }).gpus.driver, "DEFAULT");
    assert.equal(driver({ gpuStack: "bundle-installer" }).gpus.driver, "INSTALLATION_DISABLED");
  });

  it("counts taints that GKE sets by itself", () => {
    const taints = (gpus: Loose) => planGke(settings({}, gpus)).facts.pools[1]?.taints.map(({ key }) => key);
    assert.deepEqual(taints(RACK), ["nvidia.com/gpu", "kubernetes.io/arch"]);
    assert.deepEqual(taints({ capacity: queued() }), ["nvidia.com/gpu", "cloud.google.com/gke-queued"]);
  });

  it("makes GPUDirect-TCPXO eight networks of 8244 bytes, and no further one", () => {
    assert.deepEqual(
      plan.network.fabric.map(({ name, mtu, profile, subnets }) => ({ name, mtu, profile, subnets: subnets.length })),
      [0, 1, 2, 3, 4, 5, 6, 7].map((n) => ({ name: `gpu-nic-${n}`, mtu: 8244, profile: undefined, subnets: 1 })),
    );
    assert.equal(plan.network.own?.mtu, 8244, "the cluster's own network likewise");
  });

  it("makes RDMA machines a host network and the zone's RDMA network with a subnet for each interface", () => {
    const fabric = (gpus: Loose) => planGke(settings({}, gpus)).network.fabric;
    for (const [gpus, rdma] of [
      [{ accelerator: "h200" }, 8],
      [{ accelerator: "b200" }, 8],
      [RACK, 4],
    ] as const) {
      const [host, second, ...more] = fabric(gpus);
      assert.deepEqual(more, []);
      assert.deepEqual(
        host?.subnets.map(({ name, deviceMode }) => [name, deviceMode]),
        [["gvnic-1", "NetDevice"]],
      );
      assert.equal(second?.profile, "us-central1-a-vpc-roce");
      assert.deepEqual(
        second?.subnets.map(({ name }) => name),
        Array.from({ length: rdma }, (_, index) => `rdma-${index}`),
      );
      assert.ok(second?.subnets.every(({ deviceMode }) => deviceMode === "RDMA"));
    }
    assert.deepEqual(fabric({ ...RACK, accelerator: "gb300" }), [], "GKE makes those of A4X Max");
    assert.deepEqual(fabric({ accelerator: "a100" }), []);
  });

  it("gives every range addresses of its own", () => {
    const ranges = plan.network.fabric.flatMap(({ subnets }) => subnets.map(({ cidr }) => cidr));
    assert.equal(new Set(ranges).size, 8);
    assert.deepEqual(ranges.slice(0, 2), ["10.1.32.0/23", "10.1.34.0/23"]);
  });

  it("keeps its ranges while a cluster grows within its room", () => {
    assert.deepEqual(planGke(settings({}, { nodes: 200 })).network, plan.network);
    assert.equal(planGke(settings({}, { nodes: 900 })).network.own?.ranges.pods, "10.0.0.0/14");
    assert.equal(planGke(settings({ network: { podsPerNode: 32 } })).network.own?.ranges.pods, "10.0.0.0/18");
  });

  it("writes reservations as a node pool does, and shared ones with their project", () => {
    const written = (name: string) => planGke(settings({}, { capacity: reservation(name) })).gpus.reservation;
    assert.equal(written("h100"), "h100");
    assert.equal(written("h100/reservationBlocks/b1"), "h100/reservationBlocks/b1");
    assert.equal(written("projects/acme-ai/zones/us-central1-a/reservations/h100"), "h100", "its own, in full");
    assert.equal(written("projects/pool/reservations/h100"), "projects/pool/reservations/h100");
    assert.equal(
      written("projects/pool/zones/us-central1-a/reservations/r/reservationBlocks/b1/reservationSubBlocks/s2"),
      "projects/pool/reservations/r/reservationBlocks/b1/reservationSubBlocks/s2",
    );
  });

  it("starts flex-start pools empty", () => {
    assert.deepEqual(planGke(settings({}, { capacity: flexStart() })).gpus.autoscaling, { min: 0, max: 4 });
    assert.deepEqual(planGke(settings({}, { maxNodes: 8 })).gpus.autoscaling, { min: 4, max: 8 });
  });

  it("lifts protection where it is told to, and nowhere else", () => {
    assert.deepEqual([...planGke(settings({ allowReplace: ["gpus"] })).protected], ["cluster", "network", "key"]);
    assert.deepEqual([...planGke(settings({ protect: false })).protected], []);
  });
});

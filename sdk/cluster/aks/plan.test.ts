import assert from "node:assert/strict";
import { type AksArgs } from "./args";
import { capacityReservationGroup, onDemand, spot } from "./constructors";
import { planAks } from "./plan";
import { findingsOf, plan, RESERVED, SUBNET, withGpus } from "./planning.test";

const five: AksArgs<"h100"> = { location: "eastus2", gpus: { accelerator: "h100", nodes: 4 } };

describe("a plan for AKS", () => {
  it("fills in a private, encrypted cluster with a driver from Azure", () => {
    const { facts, ...planned } = plan();
    assert.deepEqual(facts, {
      service: "aks",
      accelerator: "h100",
      os: "ubuntu",
      kubernetesVersion: "1.36",
      region: "eastus2",
      pools: [
        {
          name: "system",
          role: "system",
          nodes: 3,
          labels: { "cairn.dev/pool": "system" },
          taints: [],
          acceleratorsPerNode: 0,
        },
        {
          name: "gpus",
          role: "gpu",
          nodes: 4,
          labels: { "cairn.dev/pool": "gpu" },
          taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }],
          acceleratorsPerNode: 8,
        },
      ],
      fabric: "infiniband",
      profiles: { gpuStack: "azure-managed" },
      measurements: { "K8s.aks-gpu-pools.gpu-driver": "Install" },
    });
    assert.deepEqual(planned.gpus, {
      name: "gpus",
      nodes: 4,
      vmSize: "Standard_ND96isr_H100_v5",
      zones: [],
      labels: { "cairn.dev/pool": "gpu" },
      taints: ["nvidia.com/gpu=present:NoSchedule"],
      maxPods: 110,
      disk: { sizeGiB: 512, type: "Ephemeral" },
      driver: "Install",
      capacity: onDemand(),
      upgrade: { maxSurge: "0", maxUnavailable: "1" },
    });
    assert.deepEqual(planned.network, {
      kind: "own",
      cidr: "10.224.0.0/16",
      nodeCidr: "10.224.0.0/17",
      apiServerCidr: "10.224.128.0/28",
      podCidr: "10.244.0.0/14",
      serviceCidr: "10.0.0.0/16",
      dnsServiceIp: "10.0.0.10",
      outboundType: "userAssignedNATGateway",
    });
    assert.deepEqual(planned.access, { private: true, authorizedRanges: [], login: "azurecli" });
    assert.deepEqual(planned.system.zones, ["1", "2", "3"]);
    assert.deepEqual(planned.encryption, { atHost: true });
    assert.deepEqual(planned.sku, { tier: "Standard", supportPlan: "KubernetesOfficial" });
    assert.deepEqual(planned.upgrades, { channel: "none", nodeImageChannel: "None" });
    assert.deepEqual(planned.protect, { cluster: true, gpus: true, network: true, keys: true });
    assert.deepEqual(
      planned.features.map(({ feature }) => feature),
      ["AKSInfinibandSupport", "EncryptionAtHost"],
    );
    assert.equal(planned.logs.categories[0], "kube-audit-admin");
  });

  it("derives pool flag, profile and measurement from one owner of the driver", () => {
    const { facts, gpus } = plan({ gpuStack: "operator-managed" });
    assert.equal(gpus.driver, "None");
    assert.deepEqual(facts.profiles, { gpuStack: "operator-managed" });
    assert.deepEqual(facts.measurements, { "K8s.aks-gpu-pools.gpu-driver": "None" });
  });

  it("asks for the InfiniBand feature only where there is InfiniBand, and for none that is registered", () => {
    const nc = plan(withGpus({ vmSize: "Standard_NC40ads_H100_v5" }));
    assert.deepEqual(
      nc.features.map(({ feature }) => feature),
      ["EncryptionAtHost"],
    );
    assert.equal(nc.facts.fabric, "none");
    assert.deepEqual(plan({ features: "registered" }).features, []);
    assert.deepEqual(plan({ features: "register", encryption: { atHost: false } }).features.length, 1);
  });

  it("takes the zone of the reservation, and leaves surge to pools without one", () => {
    const reserved = plan(withGpus({ capacity: capacityReservationGroup(RESERVED, { zone: "3" }) }));
    assert.deepEqual(reserved.gpus.zones, ["3"]);
    assert.deepEqual(plan(withGpus({ upgrade: { surge: 2 } })).gpus.upgrade, { maxSurge: "2", maxUnavailable: "0" });
  });

  it("tells the stack of the taint that Spot nodes have", () => {
    const { gpus, facts } = plan(withGpus({ capacity: spot({ maxPrice: 12.5 }) }));
    assert.deepEqual(gpus.taints, [
      "nvidia.com/gpu=present:NoSchedule",
      "kubernetes.azure.com/scalesetpriority=spot:NoSchedule",
    ]);
    assert.equal(gpus.labels["kubernetes.azure.com/scalesetpriority"], "spot");
    assert.equal(gpus.upgrade, undefined);
    assert.equal(facts.pools[1]?.taints.length, 2);
  });

  it("puts the OS disk on the temporary disk where it fits", () => {
    assert.equal(plan(withGpus({ accelerator: "gb200" })).gpus.disk.type, "Managed");
    assert.equal(plan(withGpus({ vmSize: "Standard_NC40ads_H100_v5" })).gpus.disk.type, "Managed");
    assert.equal(plan(withGpus({ disk: { sizeGiB: 2000 } })).gpus.disk.type, "Managed");
    assert.equal(plan(withGpus({ disk: { sizeGiB: 1024 } })).gpus.disk.type, "Ephemeral");
  });

  it("places no system pool in zones that are not there", () => {
    assert.deepEqual(plan({ location: "westus" }).system.zones, []);
    assert.deepEqual(plan({ system: { zones: ["2"] } }).system.zones, ["2"]);
  });

  it("counts an upgrade's nodes to the ranges, to the last one", () => {
    // 4 GPU nodes, 3 system nodes and one of its upgrade: 8 times /24.
    assert.deepEqual(findingsOf({ network: { podCidr: "10.244.0.0/21" } }), []);
    const [finding] = findingsOf({ ...withGpus({ upgrade: { surge: 1 } }), network: { podCidr: "10.244.0.0/21" } });
    assert.match(finding?.message ?? "", /enough for 8 nodes.*9 are needed/);
    // Half of a /26 is 32 addresses, 5 of them Azure's and 16 kept for load balancers.
    assert.deepEqual(findingsOf({ ...withGpus({ nodes: 7 }), network: { cidr: "10.224.0.0/26" } }), []);
    const [small] = findingsOf({ ...withGpus({ nodes: 8 }), network: { cidr: "10.224.0.0/26" } });
    assert.match(small?.message ?? "", /has 11 addresses for nodes, and 12 are needed/);
  });

  it("has room for the largest pool in its default ranges", () => {
    assert.deepEqual(findingsOf(withGpus({ nodes: 1000 })), []);
  });

  it("writes single addresses as Azure returns them", () => {
    const { access } = plan({ access: { endpoint: "public", authorizedRanges: ["203.0.113.7", "198.51.100.0/24"] } });
    assert.equal(access.private, false);
    assert.deepEqual(access.authorizedRanges, ["203.0.113.7/32", "198.51.100.0/24"]);
  });

  it("takes a network that is there, and its outputs", () => {
    const { network } = plan({
      network: { nodeSubnet: `${SUBNET}/a`, apiServerSubnet: Promise.resolve(`${SUBNET}/b`), outbound: "route" },
    });
    assert.equal(network.kind, "existing");
    assert.equal(network.outboundType, "userDefinedRouting");
    assert.equal(network.dnsServiceIp, "10.0.0.10");
  });

  it("lifts protection part by part, and altogether", () => {
    assert.deepEqual(plan({ allowReplace: ["gpus"] }).protect, {
      cluster: true,
      gpus: false,
      network: true,
      keys: true,
    });
    assert.deepEqual(plan({ protect: false }).protect, { cluster: false, gpus: false, network: false, keys: false });
  });

  it("keeps long-term support on the tier that has it", () => {
    assert.deepEqual(plan({ kubernetesVersion: "1.35", support: "long-term" }).sku, {
      tier: "Premium",
      supportPlan: "AKSLongTermSupport",
    });
  });

  it("moves only what it was told to, in its window", () => {
    const { upgrades } = plan({
      upgrades: { kubernetes: "patch", nodeImages: "security-patch", window: { day: "Sunday", start: "02:00" } },
    });
    assert.deepEqual(upgrades, {
      channel: "patch",
      nodeImageChannel: "SecurityPatch",
      window: { day: "Sunday", start: "02:00", hours: 4 },
    });
  });

  it("gives the compiler the accelerator as it was said", () => {
    const planned = planAks({ location: "eastus2", gpus: { accelerator: "h200", nodes: 2, zone: "1" } });
    const accelerator: "h200" = planned.facts.accelerator;
    assert.equal(accelerator, "h200");
    const h200 = { accelerator: "h200", nodes: 1 } as const;
    // @ts-expect-error -- the size has another accelerator
    assert.throws(() => planAks({ ...five, gpus: { ...h200, vmSize: "Standard_ND96isr_H100_v5" } }));
    // @ts-expect-error -- no recipe for AKS is for it
    assert.throws(() => planAks({ ...five, os: "rhel" }));
    // @ts-expect-error -- either surge or unavailable
    assert.throws(() => planAks({ ...five, gpus: { ...five.gpus, upgrade: { surge: 1, unavailable: 1 } } }));
    // @ts-expect-error -- a public endpoint needs ranges
    assert.throws(() => planAks({ ...five, access: { endpoint: "public" } }));
  });
});

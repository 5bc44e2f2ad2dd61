import assert from "node:assert/strict";
import { capacityBlock, onDemandReservation, reservationGroup, spot } from "./capacity";
import { ami } from "./images";
import { type GpuInstance, INSTANCES } from "./instances";
import { efaCount } from "./interfaces";
import { addressesPerNode } from "./plan-network";
import { gb200, GROUP, plan, type Settings } from "./settings.test";

describe("the plan of the five-line program", () => {
  const { facts, ...five } = plan({});

  it("has the facts that recipes ask for, as plain data", () => {
    assert.deepEqual(facts, {
      service: "eks",
      accelerator: "h100",
      os: "ubuntu",
      kubernetesVersion: "1.36",
      region: "us-west-2",
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
          labels: { "cairn.dev/pool": "gpus" },
          taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }],
          acceleratorsPerNode: 8,
        },
      ],
      fabric: "efa",
      profiles: { gpuStack: "operator-managed" },
    });
    assert.deepEqual(facts, JSON.parse(JSON.stringify(facts)));
    assert.deepEqual(five, JSON.parse(JSON.stringify(five)));
  });

  it("is private, protected, logged and current", () => {
    assert.deepEqual(five.publicRanges, []);
    assert.deepEqual(five.protect, { cluster: true, gpus: true, network: true, keys: true });
    assert.deepEqual(five.logTypes, ["api", "audit", "authenticator", "controllerManager", "scheduler"]);
    assert.equal(five.logRetentionDays, 90);
    assert.equal(five.support, "EXTENDED");
    assert.deepEqual(five.addons, {
      "vpc-cni": "v1.23.1-eksbuild.1",
      "kube-proxy": "v1.36.0-eksbuild.25",
      "eks-pod-identity-agent": "v1.3.10-eksbuild.3",
      coredns: "v1.14.3-eksbuild.23",
      "eks-node-monitoring-agent": "v1.6.4-eksbuild.1",
    });
  });

  it("lays out the network, GPU nodes in one zone", () => {
    assert.deepEqual(five.network, {
      kind: "new",
      serviceCidr: "172.20.0.0/16",
      dnsAddress: "172.20.0.10",
      cidr: "10.0.0.0/16",
      egress: "nat",
      publicSubnets: [
        { cidr: "10.0.96.0/21", zone: "usw2-az1" },
        { cidr: "10.0.104.0/21", zone: "usw2-az2" },
      ],
      systemSubnets: [
        { cidr: "10.0.0.0/19", zone: "usw2-az1" },
        { cidr: "10.0.32.0/19", zone: "usw2-az2" },
      ],
      gpuSubnet: { cidr: "10.0.128.0/17", zone: "usw2-az1" },
    });
  });

  it("has nodes of the accelerator's usual type with its recommended interfaces", () => {
    const { instanceType, interfaces, image, capacity, rootDevice, diskSize, localDisks, maxPods } = five.gpus;
    assert.equal(instanceType, "p5.48xlarge");
    assert.equal(efaCount(interfaces), 32);
    assert.deepEqual(capacity, { type: "on-demand", placementGroup: true });
    assert.deepEqual([rootDevice, diskSize, localDisks, maxPods], ["/dev/sda1", 200, "raid0", 110]);
    assert.deepEqual(image, {
      from: "parameter",
      parameter: "/aws/service/canonical/ubuntu/eks/24.04/1.36/stable/current/amd64/hvm/ebs-gp3/ami-id",
    });
  });
});

describe("a plan", () => {
  const networkOf = (settings: Settings) => {
    const { network } = plan(settings);
    assert.equal(network.kind, "new");
    return network as Extract<typeof network, { kind: "new" }>;
  };

  it("moves no subnet when there are more nodes", () => {
    const few = networkOf({ gpus: { nodes: 1 }, system: { nodes: 2 } });
    assert.deepEqual(networkOf({ gpus: { nodes: 250 }, system: { nodes: 40 } }), few);
  });

  it("leaves the zone to a single reservation, and to nothing else", () => {
    const zone = (capacity: unknown, own?: string) =>
      networkOf({ gpus: { capacity, ...(own && { zone: own }) } }).gpuSubnet.zone;
    assert.equal(zone(capacityBlock("cr-01")), undefined);
    assert.equal(zone(onDemandReservation("cr-01")), undefined);
    assert.equal(zone(capacityBlock("cr-01"), "us-west-2d"), "us-west-2d");
    assert.equal(zone(spot()), "usw2-az1");
    assert.equal(zone(reservationGroup(GROUP), "us-west-2b"), "us-west-2b");
  });

  it("counts a node's own address, one for each sixteen pods, and a block in reserve", () => {
    assert.equal(addressesPerNode(110, 1), 1 + 8 * 16);
    assert.equal(addressesPerNode(16, 8), 8 + 2 * 16);
  });

  it("takes the image that goes with operating system, architecture and the driver's owner", () => {
    const image = (settings: Settings) => plan(settings).gpus.image;
    const east = { region: "us-east-1", gpus: gb200 };
    assert.deepEqual(image({ os: "amazonlinux" }), { from: "eks", amiType: "AL2023_x86_64_NVIDIA" });
    assert.deepEqual(image({ os: "amazonlinux", gpuStack: "operator-managed" }), {
      from: "eks",
      amiType: "AL2023_x86_64_STANDARD",
    });
    assert.deepEqual(image({ ...east, os: "amazonlinux" }), { from: "eks", amiType: "AL2023_ARM_64_NVIDIA" });
    const arm = image(east);
    assert.match(arm.from === "parameter" ? arm.parameter : "", /\/arm64\//);
    assert.deepEqual(image({ gpus: { image: ami("ami-0123") } }), { from: "id", id: "ami-0123" });
    assert.match(JSON.stringify(plan({ system: { instanceType: "m7g.xlarge" } }).system.image), /\/arm64\//);
  });

  it("says who owns the driver to the recipe too", () => {
    assert.deepEqual(plan({ os: "amazonlinux" }).facts.profiles, { gpuStack: "ami-preinstalled" });
    assert.equal(plan({ os: "amazonlinux" }).gpus.rootDevice, "/dev/xvda");
  });

  it("says that nodes without EFA have no fabric", () => {
    assert.equal(plan({ gpus: { accelerator: "l40s", instanceType: "g6e.4xlarge" } }).facts.fabric, "none");
    assert.equal(plan({ gpus: { accelerator: "rtx-pro-6000" } }).facts.fabric, "efa");
  });

  it("makes no placement group for nodes without a fabric", () => {
    const { capacity } = plan({ gpus: { accelerator: "l4", instanceType: "g6.xlarge" } }).gpus;
    assert.deepEqual(capacity, { type: "on-demand", placementGroup: false });
  });

  it("passes labels and taints on to the pool and to the recipe alike", () => {
    const taints = [{ key: "team", effect: "NoExecute" }];
    const { gpus, facts } = plan({ gpus: { labels: { team: "vision" }, taints } });
    assert.deepEqual(gpus.labels, { team: "vision", "cairn.dev/pool": "gpus" });
    assert.deepEqual(facts.pools[1]?.labels, gpus.labels);
    assert.deepEqual(facts.pools[1]?.taints, taints);
  });

  it("lifts protection from what may be replaced, and from everything when told", () => {
    assert.deepEqual(plan({ allowReplace: ["gpus"] }).protect, {
      cluster: true,
      gpus: false,
      network: true,
      keys: true,
    });
    assert.deepEqual(plan({ protect: false }).protect, { cluster: false, gpus: false, network: false, keys: false });
  });

  it("exists for every instance type", () => {
    for (const [instanceType, { accelerator, capacityBlock: offered }] of Object.entries(INSTANCES) as [
      string,
      GpuInstance,
    ][]) {
      const capacity = offered === "only" ? { capacity: capacityBlock("cr-01") } : {};
      assert.equal(plan({ gpus: { accelerator, instanceType, ...capacity } }).gpus.instanceType, instanceType);
    }
  });
});

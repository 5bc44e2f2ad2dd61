import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  AKS,
  AKS_POOL,
  GKE,
  GKE_POOL,
  gpuTaint,
  h100,
  NODE_GROUP,
  OKE_NETWORK,
  OKE_POOL,
  INSTANCES,
  type StackCase,
  stackViolations,
  UNKNOWN_STRING,
} from "./support.test";

describe("a large GPU pool names its capacity", () => {
  const group = (desiredSize: number, more: object = {}, template?: object): StackCase => ({
    type: NODE_GROUP,
    props: { ...gpuTaint, scalingConfig: { desiredSize, maxSize: desiredSize, minSize: 0 }, ...more },
    ...(template !== undefined && { template }),
  });
  const reserved = {
    capacityReservationSpecification: { capacityReservationTarget: { capacityReservationId: "cr-1" } },
  };
  const cases: readonly (readonly [what: string, pool: StackCase, passes: boolean])[] = [
    ["eight nodes on EKS", group(8), false],
    ["seven nodes", group(7), true],
    ["a capacity block", group(64, { capacityType: "CAPACITY_BLOCK" }), true],
    ["a reservation in the launch template", group(64, {}, reserved), true],
    ["a launch template without one", group(64, {}, {}), false],
    ["GKE, per zone", { type: GKE_POOL, props: { nodeConfig: h100, nodeCount: 4, nodeLocations: ["a", "b"] } }, false],
    [
      "GKE with queued provisioning",
      { type: GKE_POOL, props: { nodeConfig: h100, nodeCount: 64, queuedProvisioning: { enabled: true } } },
      true,
    ],
    ["AKS", { type: AKS_POOL, props: { vmSize: "Standard_ND96isr_H100_v5", count: 16 } }, false],
    [
      "AKS with a reservation group",
      {
        type: AKS_POOL,
        props: { vmSize: "Standard_ND96isr_H100_v5", count: 16, capacityReservationGroupID: UNKNOWN_STRING },
      },
      true,
    ],
    [
      "OKE",
      {
        type: OKE_POOL,
        props: { nodeShape: "BM.GPU.H100.8", nodeConfigDetails: { size: 16, placementConfigs: [{}] } },
      },
      false,
    ],
    [
      "OKE on a compute cluster",
      {
        type: OKE_POOL,
        props: { nodeShape: "BM.GPU.H100.8", nodeConfigDetails: { size: 16, computeClusterId: UNKNOWN_STRING } },
      },
      true,
    ],
    ["no GPUs", { type: AKS_POOL, props: { vmSize: "Standard_D8s_v6", count: 100 } }, true],
  ];
  for (const [what, pool, passes] of cases)
    it(`${what}: ${passes ? "passes" : "refused"}`, async () => {
      const found = await stackViolations("capacity-named", [pool]);
      assert.equal(found.length, passes ? 0 : 1);
      if (!passes) assert.match(found[0] ?? "", /a pool of \d+ GPU nodes names no capacity; /);
    });

  const oke = (nodeConfigDetails: object): StackCase => ({
    type: OKE_POOL,
    props: { nodeShape: "BM.GPU.H100.8", nodeConfigDetails },
  });
  const network = (size: unknown, launchDetails: object = { shape: "BM.GPU.H100.8" }): StackCase => ({
    type: OKE_NETWORK,
    props: { instancePools: [{ size }] },
    sources: { instancePools: [{ type: INSTANCES, props: { instanceDetails: { launchDetails } } }] },
  });
  const template = (instanceType: string, more: object = {}): StackCase => ({
    type: NODE_GROUP,
    props: { scalingConfig: { desiredSize: 64, maxSize: 64 } },
    template: { instanceType, ...more },
  });
  const nd = { vmSize: "Standard_ND96isr_H100_v5" };
  const names = /a pool of \d+ GPU nodes names no capacity( \(\w+\[0\]\))?; /;
  const size = /its size is not known before `up`, and it names no capacity; /;
  const machines = /which machines it has is not known before `up`, and it names no capacity; /;
  const more: readonly (readonly [what: string, pool: StackCase, refused?: RegExp])[] = [
    ["EKS, size not known", group(UNKNOWN_STRING as never), size],
    ["EKS, size not known, in a block", group(UNKNOWN_STRING as never, { capacityType: "CAPACITY_BLOCK" })],
    [
      "EKS, size not known but not above four",
      group(1, { scalingConfig: { desiredSize: UNKNOWN_STRING, maxSize: 4 } }),
    ],
    ["GKE, size not known", { type: GKE_POOL, props: { nodeConfig: h100, nodeCount: UNKNOWN_STRING } }, size],
    [
      "GKE, zones not known",
      { type: GKE_POOL, props: { nodeConfig: h100, nodeCount: 4, nodeLocations: UNKNOWN_STRING } },
      size,
    ],
    ["AKS, size not known", { type: AKS_POOL, props: { ...nd, count: UNKNOWN_STRING } }, size],
    [
      "AKS, size not known but not above four",
      { type: AKS_POOL, props: { ...nd, enableAutoScaling: true, count: UNKNOWN_STRING, maxCount: 4 } },
    ],
    ["OKE, size not known", oke({ size: UNKNOWN_STRING, placementConfigs: [{}] }), size],
    ["no GPUs, size not known", { type: AKS_POOL, props: { vmSize: "Standard_D8s_v6", count: UNKNOWN_STRING } }],
    ["AKS, machines not known", { type: AKS_POOL, props: { vmSize: UNKNOWN_STRING, count: 64 } }, machines],
    ["AKS, three machines not known", { type: AKS_POOL, props: { vmSize: UNKNOWN_STRING, count: 3 } }],
    ["EKS, machines and taints not known", group(64, { taints: UNKNOWN_STRING }), machines],
    ["EKS, machines of the template, without GPUs", template("m7i.xlarge")],
    ["EKS, machines of the template, without the taint", template("p5.48xlarge"), names],
    ["EKS, machines of the template, with a reservation", template("p5.48xlarge", reserved)],
    ["AKS, inside the cluster", { type: AKS, props: { agentPoolProfiles: [{ ...nd, count: 64 }] } }, names],
    ["AKS, small inside the cluster", { type: AKS, props: { agentPoolProfiles: [{ ...nd, count: 2 }] } }],
    ["GKE, inside the cluster", { type: GKE, props: { nodePools: [{ nodeConfig: h100, nodeCount: 64 }] } }, names],
    [
      "GKE, inside the cluster, queued",
      {
        type: GKE,
        props: { nodePools: [{ nodeConfig: h100, nodeCount: 64, queuedProvisioning: { enabled: true } }] },
      },
    ],
    [
      "GKE, GPUs that only the machine tells of",
      { type: GKE_POOL, props: { nodeConfig: { machineType: "a4x-highgpu-4g" }, nodeCount: 18 } },
      names,
    ],
    ["OKE, cluster network", network(64), names],
    ["OKE, cluster network, size not known", network(UNKNOWN_STRING), size],
    ["OKE, cluster network without GPUs", network(64, { shape: "BM.HPC.E5.144" })],
    [
      "OKE, cluster network with a reservation",
      network(64, { shape: "BM.GPU.H100.8", capacityReservationId: UNKNOWN_STRING }),
    ],
    ["OKE, a host group", oke({ size: 64, placementConfigs: [{ hostGroupId: UNKNOWN_STRING }] })],
    ["OKE, a reservation", oke({ size: 64, placementConfigs: [{ capacityReservationId: "ocid1.reservation" }] })],
  ];
  for (const [what, pool, refused] of more)
    it(`${what}: ${refused === undefined ? "passes" : "refused"}`, async () => {
      const [message, ...others] = await stackViolations("capacity-named", [pool]);
      assert.deepEqual(others, []);
      if (refused === undefined) assert.equal(message, undefined);
      else assert.match(message ?? "", refused);
    });

  it("takes the size from the configuration", async () => {
    assert.equal((await stackViolations("capacity-named", [group(4)], { largePool: 4 })).length, 1);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  AKS_POOL,
  GKE_POOL,
  gpuTaint,
  h100,
  NODE_GROUP,
  OKE_POOL,
  type StackCase,
  stackViolations,
  UNKNOWN_STRING,
} from "./support.test";

const operator = (driver: boolean, devicePlugin: boolean): StackCase => ({
  type: "kubernetes:nvidia.com/v1:ClusterPolicy",
  props: { spec: { driver: { enabled: driver }, devicePlugin: { enabled: devicePlugin } } },
});

describe("one owner of the GPU stack", () => {
  const gke = (gpuDriverVersion: string, labels: object): StackCase => ({
    type: GKE_POOL,
    props: {
      nodeConfig: { ...h100, guestAccelerators: [{ gpuDriverInstallationConfig: { gpuDriverVersion } }], labels },
    },
  });
  const label = { "gke-no-default-nvidia-gpu-device-plugin": "true" };
  const aks = (gpuProfile: object): StackCase => ({
    type: AKS_POOL,
    props: { vmSize: "Standard_ND96isr_H100_v5", gpuProfile },
  });
  const addon = (addonName: string): StackCase => ({
    type: "oci:ContainerEngine/addon:Addon",
    props: { addonName },
  });
  const eks = (amiType: string): StackCase => ({ type: NODE_GROUP, props: { amiType } });
  const cases: readonly (readonly [what: string, pool: StackCase, operator: StackCase, refused?: RegExp])[] = [
    [
      "EKS image with a driver, operator's too",
      eks("AL2023_x86_64_NVIDIA"),
      operator(true, true),
      /two owners of the GPU driver \(amiType\)/,
    ],
    ["EKS image with a driver", eks("AL2023_x86_64_NVIDIA"), operator(false, true)],
    ["EKS image without one", eks("CUSTOM"), operator(true, true)],
    ["AKS installs, operator's too", aks({}), operator(true, true), /two owners of the GPU driver/],
    ["AKS installs", aks({ driver: "Install" }), operator(false, true)],
    [
      "AKS does not, operator neither",
      aks({ driver: "None" }),
      operator(false, true),
      /nobody installs the GPU driver/,
    ],
    ["AKS does not", aks({ driver: "None" }), operator(true, true)],
    ["GKE installs and advertises", gke("LATEST", {}), operator(false, false)],
    ["GKE advertises, operator too", gke("LATEST", {}), operator(false, true), /two owners of nvidia\.com\/gpu/],
    [
      "GKE labelled, nobody advertises",
      gke("INSTALLATION_DISABLED", label),
      operator(false, false),
      /nobody advertises/,
    ],
    ["GKE labelled, but asked to install", gke("LATEST", label), operator(false, true), /the label keeps GKE from/],
    ["GKE hands both over", gke("INSTALLATION_DISABLED", label), operator(false, true)],
    ["OKE's plugin, operator's too", addon("NvidiaGpuPlugin"), operator(false, true), /two owners of nvidia\.com\/gpu/],
    ["OKE's plugin", addon("NvidiaGpuPlugin"), operator(false, false)],
    ["OKE's own operator", addon("NvidiaGpuOperator"), operator(false, false), /the recipe installs this operator too/],
  ];
  for (const [what, pool, policy, refused] of cases)
    it(`${what}: ${refused === undefined ? "passes" : "refused"}`, async () => {
      const [message, ...more] = await stackViolations("one-gpu-stack-owner", [pool, policy]);
      assert.deepEqual(more, []);
      if (refused === undefined) assert.equal(message, undefined);
      else assert.match(message ?? "", refused);
    });

  it("does not guess which operator belongs to which of two clusters", async () => {
    const found = await stackViolations("one-gpu-stack-owner", [aks({}), operator(true, true), operator(false, true)]);
    assert.deepEqual(found, []);
  });
});

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

  it("takes the size from the configuration", async () => {
    assert.equal((await stackViolations("capacity-named", [group(4)], { largePool: 4 })).length, 1);
  });
});

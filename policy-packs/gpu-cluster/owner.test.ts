import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { AKS_POOL, GKE_POOL, h100, NODE_GROUP, type StackCase, stackViolations } from "./support.test";

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

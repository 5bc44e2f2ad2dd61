import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  AKS,
  AKS_POOL,
  GKE,
  GKE_POOL,
  h100,
  NODE_GROUP,
  OKE_POOL,
  type StackCase,
  stackViolations,
  UNKNOWN_STRING,
} from "./support.test";

const clusterPolicy = (spec: object): StackCase => ({
  type: "kubernetes:nvidia.com/v1:ClusterPolicy",
  props: { spec },
});
const operator = (driver: boolean, devicePlugin: boolean): StackCase =>
  clusterPolicy({ driver: { enabled: driver }, devicePlugin: { enabled: devicePlugin } });

describe("one owner of the GPU stack", () => {
  const gke = (gpuDriverVersion: string, labels: object): StackCase => ({
    type: GKE_POOL,
    props: {
      nodeConfig: { ...h100, guestAccelerators: [{ gpuDriverInstallationConfig: { gpuDriverVersion } }], labels },
    },
  });
  const label = { "gke-no-default-nvidia-gpu-device-plugin": "true" };
  const ubuntu = (gpuDriverVersion: string): StackCase => ({
    type: GKE_POOL,
    props: {
      nodeConfig: {
        ...h100,
        guestAccelerators: [{ gpuDriverInstallationConfig: { gpuDriverVersion } }],
        imageType: "UBUNTU_CONTAINERD",
        labels: label,
      },
    },
  });
  const aks = (gpuProfile: object): StackCase => ({
    type: AKS_POOL,
    props: { vmSize: "Standard_ND96isr_H100_v5", gpuProfile },
  });
  const addon = (addonName: string): StackCase => ({
    type: "oci:ContainerEngine/addon:Addon",
    props: { addonName },
  });
  const okePool: StackCase = { type: OKE_POOL, props: { nodeShape: "BM.GPU.H100.8" } };
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
    [
      "Bottlerocket with a driver, operator's too",
      eks("BOTTLEROCKET_x86_64_NVIDIA"),
      operator(true, true),
      /two owners of the GPU driver/,
    ],
    ["AL2 with a driver, operator's too", eks("AL2_x86_64_GPU"), operator(true, true), /two owners of the GPU driver/],
    ["Bottlerocket without a driver", eks("BOTTLEROCKET_x86_64"), operator(true, true)],
    [
      "EKS image with a driver, operator's left to its default",
      eks("AL2023_x86_64_NVIDIA"),
      clusterPolicy({}),
      /two owners of the GPU driver/,
    ],
    ["EKS image without one, operator's left to its default", eks("CUSTOM"), clusterPolicy({})],
    [
      "EKS image with a driver, operator's not known",
      eks("AL2023_x86_64_NVIDIA"),
      clusterPolicy({ driver: { enabled: UNKNOWN_STRING } }),
      /^ClusterPolicy "main": what the operator owns is not known before `up` \(spec\.driver\.enabled\)/,
    ],
    ["AKS installs, operator's too", aks({}), operator(true, true), /two owners of the GPU driver/],
    ["AKS installs", aks({ driver: "Install" }), operator(false, true)],
    [
      "AKS does not, operator neither",
      aks({ driver: "None" }),
      operator(false, true),
      /nobody installs the GPU driver/,
    ],
    ["AKS does not", aks({ driver: "None" }), operator(true, true)],
    [
      "AKS manages everything",
      aks({ driver: "None", nvidia: { managementMode: "Managed" } }),
      operator(true, true),
      /AKS manages the whole GPU stack, and the operator does too \(gpuProfile\.nvidia\.managementMode\)/,
    ],
    ["AKS manages nothing", aks({ driver: "None", nvidia: { managementMode: "Unmanaged" } }), operator(true, true)],
    [
      "AKS pool inside its cluster installs, operator's too",
      { type: AKS, props: { agentPoolProfiles: [aks({ driver: "Install" }).props] } },
      operator(true, true),
      /two owners of the GPU driver \(agentPoolProfiles\[0\]\.gpuProfile\.driver\)/,
    ],
    [
      "AKS pool inside its cluster installs",
      { type: AKS, props: { agentPoolProfiles: [aks({ driver: "Install" }).props] } },
      operator(false, true),
    ],
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
    [
      "COS is told not to, operator's driver cannot",
      gke("INSTALLATION_DISABLED", label),
      operator(true, true),
      /the operator cannot install a driver on COS, and GKE is told not to/,
    ],
    ["Ubuntu is told not to, operator's driver can", ubuntu("INSTALLATION_DISABLED"), operator(true, true)],
    [
      "GKE machine that brings its GPUs unnamed, operator's driver too",
      { type: GKE_POOL, props: { nodeConfig: { machineType: "a4x-highgpu-4g" } } },
      operator(true, false),
      /two owners of the GPU driver/,
    ],
    [
      "GKE pool inside its cluster advertises, operator too",
      { type: GKE, props: { nodePools: [gke("LATEST", {}).props] } },
      operator(false, true),
      /two owners of nvidia\.com\/gpu \(nodePools\[0\]\.nodeConfig\.labels\)/,
    ],
    [
      "OKE without the plugin, operator's off",
      okePool,
      operator(false, false),
      /nobody advertises nvidia\.com\/gpu; install/,
    ],
    ["OKE without the plugin", okePool, operator(true, true)],
    ["OKE without GPUs", { type: OKE_POOL, props: { nodeShape: "VM.Standard.E5.Flex" } }, operator(false, false)],
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

  it("takes the plugin of OKE for all of its pools", async () => {
    const stack = [okePool, addon("NvidiaGpuPlugin"), operator(false, false)];
    assert.deepEqual(await stackViolations("one-gpu-stack-owner", stack), []);
  });

  it("does not guess which operator belongs to which of two clusters", async () => {
    const found = await stackViolations("one-gpu-stack-owner", [aks({}), operator(true, true), operator(false, true)]);
    assert.deepEqual(found, []);
  });
});

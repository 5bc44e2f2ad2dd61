import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type ClusterFacts } from "../cluster";
import { CairnError } from "../errors";
import { type Recipe } from "../recipe";
import { requireMeetable } from "./declared";

const facts: ClusterFacts = {
  service: "aks",
  accelerator: "h100",
  os: "ubuntu",
  kubernetesVersion: "1.36",
  fabric: "infiniband",
  pools: [
    { name: "system", role: "system", nodes: 3, labels: {}, taints: [], acceleratorsPerNode: 0 },
    { name: "gpus", role: "gpu", nodes: 4, labels: {}, taints: [], acceleratorsPerNode: 8 },
  ],
  measurements: { "K8s.aks-gpu-pools.gpu-driver": "Install" },
};

const recipe = (constraints: Readonly<Record<string, string>>, more: Partial<Recipe> = {}): Recipe => ({
  apiVersion: "cairn.dev/v1",
  kind: "RecipeResult",
  metadata: { version: "test", appliedOverlays: [] },
  criteria: { service: "aks", accelerator: "h100", intent: "training", os: "ubuntu", platform: "any", nodes: 0 },
  constraints: Object.entries(constraints).map(([name, value]) => ({ name, value, remediation: `mend ${name}` })),
  componentRefs: [],
  deploymentOrder: [],
  validation: {},
  ...more,
});

const found = (
  constraints: Readonly<Record<string, string>>,
  with_: ClusterFacts = facts,
  more: Partial<Recipe> = {},
) => {
  try {
    requireMeetable(recipe(constraints, more), with_);
    return [];
  } catch (error) {
    assert.ok(error instanceof CairnError && error.code === "CLUSTER_UNMEETABLE");
    return error.findings.map(({ path, message, hint }) => [path, message, hint]);
  }
};

describe("a cluster that does not exist yet, against its recipe", () => {
  it("is fine when what the program says fits, whatever else is asked", () => {
    const asked = {
      "K8s.server.version": ">= 1.36",
      "K8s.server.service": "aks",
      "OS.release.ID": "ubuntu",
      "GPU.hardware.model": "h100",
      "GPU.hardware.gpu-count": ">= 8",
      "NodeTopology.summary.gpu-node-count": ">= 4",
      "NodeTopology.summary.node-count": "7",
      "K8s.aks-gpu-pools.gpu-driver": "Install",
      "OS.sysctl./proc/sys/kernel/osrelease": ">= 99",
    };
    assert.deepEqual(found(asked), []);
  });

  it("is refused with every reason, each at the property to change", () => {
    const asked = {
      "K8s.server.version": ">= 1.37",
      "OS.release.ID": "cos",
      "GPU.hardware.model": "b200",
      "K8s.aks-gpu-pools.gpu-driver": "None",
    };
    assert.deepEqual(found(asked), [
      ["on.kubernetesVersion", "is 1.36, the recipe wants K8s.server.version >= 1.37", "mend K8s.server.version"],
      ["on.os", "is ubuntu, the recipe wants OS.release.ID cos", "mend OS.release.ID"],
      ["on.gpus.accelerator", "is h100, the recipe wants GPU.hardware.model b200", "mend GPU.hardware.model"],
      [
        "on.gpuStack",
        "is Install, the recipe wants K8s.aks-gpu-pools.gpu-driver None",
        "mend K8s.aks-gpu-pools.gpu-driver",
      ],
    ]);
  });

  it("is compared with constraints of the readiness phase too", () => {
    const readiness = { constraints: [{ name: "K8s.server.version", value: ">= 1.40" }], checks: [] };
    assert.equal(found({}, facts, { validation: { readiness } }).length, 1);
  });

  it("knows Amazon Linux by the name that its nodes give", () => {
    assert.deepEqual(found({ "OS.release.ID": "amzn" }, { ...facts, os: "amazonlinux" }), []);
  });

  it("does not judge the system of a target that leaves it open", () => {
    assert.deepEqual(found({ "OS.release.ID": "cos" }, { ...facts, os: "any" }), []);
  });

  it("needs the fabric that the recipe is for", () => {
    const hardware = { fabric: "efa", gpusPerNode: 8 };
    assert.deepEqual(found({}, facts, { hardware }), [
      [
        "on.gpus",
        "its nodes are joined by infiniband, the recipe is for efa",
        "choose an instance type with that fabric",
      ],
    ]);
    const unsaid = Object.fromEntries(Object.entries(facts).filter(([name]) => name !== "fabric"));
    assert.deepEqual(found({}, unsaid as unknown as ClusterFacts, { hardware }), []);
  });

  it("needs whole machines for training, not for inference", () => {
    const hardware = { fabric: "infiniband", gpusPerNode: 4 };
    assert.deepEqual(found({}, facts, { hardware }), [
      ["on.gpus", "its nodes have 8 GPUs, the recipe is for 4", "choose an instance type with as many"],
    ]);
    const { criteria } = recipe({});
    assert.deepEqual(found({}, facts, { hardware, criteria: { ...criteria, intent: "inference" } }), []);
  });
});

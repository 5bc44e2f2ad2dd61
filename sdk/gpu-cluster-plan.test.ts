import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type ClusterFacts } from "./cluster";
import { existing } from "./cluster/existing";
import { type GpuClusterArgs, GpuTrainingCluster } from "./gpu-cluster";

const pool = { labels: {}, taints: [], acceleratorsPerNode: 0 };
const facts: ClusterFacts = {
  service: "aks",
  accelerator: "h100",
  os: "ubuntu",
  kubernetesVersion: "1.36",
  region: "eastus2",
  fabric: "infiniband",
  pools: [
    { ...pool, name: "system", role: "system", nodes: 3 },
    { ...pool, name: "gpus", role: "gpu", nodes: 4, acceleratorsPerNode: 8 },
  ],
  profiles: { gpuStack: "operator-managed" },
  measurements: { "K8s.aks-gpu-pools.gpu-driver": "None" },
};

/** What the program is refused with, on its first line and each of its findings. */
function refusal(changes: Partial<ClusterFacts>, args: Partial<GpuClusterArgs> = {}): readonly string[] {
  const on = existing({ kubeconfig: "{}", facts: { ...facts, ...changes } });
  try {
    new GpuTrainingCluster("train", { lock: "nowhere/cairn.lock.yaml", ...args, on } as GpuClusterArgs);
  } catch (error) {
    return (error as Error).message.split("\n").map((line) => line.trim());
  }
  return assert.fail("it was not refused");
}

describe("a GPU cluster, before anything is registered", () => {
  it("takes what the target decides into the recipe, and a missing lock is the last thing to say", () => {
    assert.deepEqual(refusal({}), ["there is no lock at nowhere/cairn.lock.yaml", "→ run `cairn lock`"]);
  });

  it("is refused when the program says something else than its target", () => {
    assert.deepEqual(refusal({}, { os: "cos", profiles: { gpuStack: "azure-managed" } }), [
      "the program says two things about its cluster",
      "os: is cos, but the nodes of the target run ubuntu (leave it out)",
      "profiles.gpuStack: is azure-managed, but the target's own setting makes it operator-managed (set it on the target only)",
    ]);
  });

  it("may say the same again", () => {
    assert.match(
      refusal({}, { os: "ubuntu", profiles: { gpuStack: "operator-managed" } })[0] ?? "",
      /there is no lock/,
    );
  });

  it("is refused with every reason why the cluster cannot meet its recipe", () => {
    const [first, ...found] = refusal({
      kubernetesVersion: "1.35",
      fabric: "none",
      measurements: { "K8s.aks-gpu-pools.gpu-driver": "Install" },
    });
    const reasons = found.sort();
    assert.equal(first, "this cluster cannot meet its recipe; nothing was created");
    assert.match(reasons[2] ?? "", /^on\.kubernetesVersion: is 1\.35, the recipe wants K8s\.server\.version >= 1\.36/);
    assert.match(reasons[0] ?? "", /^on\.gpuStack: is Install, the recipe wants K8s\.aks-gpu-pools\.gpu-driver None/);
    assert.match(reasons[1] ?? "", /^on\.gpus: its nodes are joined by none, the recipe is for infiniband/);
    assert.equal(reasons.length, 3);
  });

  it("says that no recipe covers it before it asks for a lock", () => {
    assert.match(refusal({ accelerator: "l40s", profiles: {}, measurements: {} }).join("\n"), /l40s/);
  });
});

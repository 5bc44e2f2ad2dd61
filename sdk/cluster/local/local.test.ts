import assert from "node:assert/strict";
import { CairnError } from "../../errors";
import { local, localPools } from ".";
import { nodesOf } from "./pools";

describe("local()", () => {
  it("knows its facts before anything exists", () => {
    const { service, facts } = local({ accelerator: "h100" });
    assert.equal(service, "local");
    assert.equal(facts.accelerator, "h100");
    assert.match(facts.kubernetesVersion, /^1\.36\.\d+$/);
    assert.deepEqual(
      facts.pools.map(({ name, role, nodes, acceleratorsPerNode }) => ({ name, role, nodes, acceleratorsPerNode })),
      [
        { name: "system", role: "system", nodes: 1, acceleratorsPerNode: 0 },
        { name: "gpu", role: "gpu", nodes: 4, acceleratorsPerNode: 8 },
      ],
    );
    assert.deepEqual(facts, JSON.parse(JSON.stringify(facts)), "plain data");
  });

  it("takes the device count of the accelerator's usual machine", () => {
    const gpus = (accelerator: "h100" | "gb200") => local({ accelerator }).facts.pools[1]?.acceleratorsPerNode;
    assert.deepEqual([gpus("h100"), gpus("gb200")], [8, 4]);
  });

  it("reports every setting that is out of range, not the first", () => {
    assert.throws(
      () => local({ accelerator: "h1000" as "h100", nodes: 0, devicesPerNode: 2.5 }),
      (error: unknown) => {
        assert.ok(error instanceof CairnError);
        assert.deepEqual(
          error.findings.map((finding) => finding.path),
          ["accelerator", "nodes", "devicesPerNode"],
        );
        assert.match(error.message, /accelerator: must be a100, h100, h200, b200, gb200, l40/);
        return true;
      },
    );
  });

  it("takes no name of an inherited property for an accelerator", () => {
    assert.throws(() => local({ accelerator: "toString" as "h100" }), /accelerator: must be/);
  });
});

describe("simulated nodes", () => {
  const [system, gpu] = localPools({ accelerator: "h100", nodes: 2, devicesPerNode: 8 });

  it("carry what feature discovery reports, as labels and as capacity", () => {
    assert.ok(gpu);
    const [first, second, ...rest] = nodesOf(gpu);
    assert.deepEqual([first?.metadata.name, second?.metadata.name, rest], ["gpu-0", "gpu-1", []]);
    const labels = first?.metadata["labels"] as Record<string, string>;
    assert.equal(labels["nvidia.com/gpu.product"], "NVIDIA-H100-80GB-HBM3");
    assert.equal(labels["nvidia.com/gpu.count"], "8");
    assert.equal(labels["kubernetes.io/hostname"], "gpu-0");
    const status = first?.["status"] as { capacity: Record<string, string>; allocatable: Record<string, string> };
    assert.equal(status.capacity["nvidia.com/gpu"], "8");
    assert.deepEqual(status.allocatable, status.capacity);
  });

  it("keep system pods off the GPUs, and GPUs off the system node", () => {
    assert.deepEqual(gpu?.taints, [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }]);
    assert.ok(system);
    assert.equal(JSON.stringify(nodesOf(system)).includes("nvidia.com"), false);
  });
});

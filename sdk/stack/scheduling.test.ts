import assert from "node:assert/strict";
import { type NodePool } from "../cluster";
import { schedulingOf } from "./scheduling";

const pool = (
  name: string,
  role: NodePool["role"],
  labels: Record<string, string>,
  taints: NodePool["taints"] = [],
): NodePool => ({
  name,
  role,
  nodes: 2,
  labels,
  taints,
  acceleratorsPerNode: role === "gpu" ? 8 : 0,
});
const gpuTaint = { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" } as const;

describe("schedulingOf", () => {
  it("selects a role by the labels that only its pools have, and tolerates their taints", () => {
    const { system, accelerated, gpuNodes } = schedulingOf({
      pools: [
        pool("system", "system", { role: "system", os: "linux" }),
        pool("gpu-a", "gpu", { role: "gpu", os: "linux", zone: "a" }, [gpuTaint]),
        pool("gpu-b", "gpu", { role: "gpu", os: "linux", zone: "b" }, [
          gpuTaint,
          { key: "dedicated", effect: "NoExecute" },
        ]),
      ],
    });
    assert.deepEqual(system, { nodeSelector: { role: "system" }, tolerations: [] });
    assert.deepEqual(accelerated, {
      nodeSelector: { role: "gpu" },
      tolerations: [
        { key: "dedicated", operator: "Exists", effect: "NoExecute" },
        { key: "nvidia.com/gpu", operator: "Equal", value: "present", effect: "NoSchedule" },
      ],
    });
    assert.equal(gpuNodes, 4);
  });

  it("sends system pods to the GPU nodes when there are no others", () => {
    const { system, accelerated } = schedulingOf({ pools: [pool("gpu", "gpu", { role: "gpu" }, [gpuTaint])] });
    assert.deepEqual(system, accelerated);
    assert.equal(system.tolerations.length, 1);
  });
});

import assert from "node:assert/strict";
import { DEFAULT_SHAPE, FABRIC_NODES, OKE_SHAPES, type OkeGpuShape } from "./shapes";
import { DEFAULT_MINOR, exactVersion, lagOf, minorOf, OKE_VERSIONS, type OkeVersion } from "./versions";

const SHAPES: readonly (readonly [string, OkeGpuShape])[] = Object.entries(OKE_SHAPES);
const VERSIONS: readonly (readonly [string, OkeVersion])[] = Object.entries(OKE_VERSIONS);

describe("the table of shapes", () => {
  it("has a default for each accelerator, of that accelerator", () => {
    for (const [accelerator, shape] of Object.entries(DEFAULT_SHAPE))
      assert.equal(OKE_SHAPES[shape].accelerator, accelerator);
    const named = new Set(SHAPES.map(([, { accelerator }]) => accelerator));
    assert.deepEqual([...named].sort(), Object.keys(DEFAULT_SHAPE).sort());
  });

  it("agrees with the shape's own name on the number of GPUs", () => {
    for (const [name, { gpus }] of SHAPES) assert.equal(Number(name.split(".").at(-1)), gpus, name);
  });

  it("has an RDMA fabric where a pool has one, and adapters for it", () => {
    for (const [name, { pools, fabric, rdmaDevices }] of SHAPES) {
      const joined = pools.some((pool) => pool !== "node-pool");
      assert.equal(fabric === "roce", joined, name);
      assert.equal(rdmaDevices > 0, joined, name);
    }
  });

  it("never gives a pod more functions than there are adapters", () => {
    for (const [name, { virtualFunctions = 0, rdmaDevices }] of SHAPES)
      assert.ok(virtualFunctions <= rdmaDevices, name);
  });

  it("makes memory clusters of Arm machines, and only of them", () => {
    for (const [name, { pools, architecture, minimumKubernetes, gpus }] of SHAPES) {
      const memory = pools.includes("gpu-memory-cluster");
      assert.equal(memory, architecture === "arm64", name);
      if (!memory) continue;
      assert.deepEqual(pools, ["gpu-memory-cluster"], name);
      assert.equal(gpus * FABRIC_NODES, 72, "an NVL72 rack");
      assert.ok(lagOf(minimumKubernetes, "1.34") <= 0, `${name}: compute domains need 1.34`);
    }
  });

  it("names a source with its date in each row, and a floor that OKE has", () => {
    for (const [name, { source, minimumKubernetes }] of SHAPES) {
      assert.match(source, /\d{4}-\d{2}-\d{2}/, name);
      assert.ok(Object.hasOwn(OKE_VERSIONS, minimumKubernetes), name);
    }
  });
});

describe("the table of versions", () => {
  it("has three minors for new clusters, the default among them", () => {
    const offered = VERSIONS.flatMap(([minor, { newClusters }]) => (newClusters ? [minor] : []));
    assert.deepEqual(offered, ["1.36", "1.35", "1.34"]);
    assert.ok(offered.includes(DEFAULT_MINOR));
  });

  it("lists patch releases of the minor, newest first", () => {
    for (const [minor, { patches, source }] of VERSIONS) {
      const numbers = patches.map((patch) => Number(patch.split(".")[2]));
      assert.deepEqual(
        numbers,
        [...numbers].sort((a, b) => b - a),
        minor,
      );
      assert.ok(patches.every((patch) => minorOf(patch) === minor));
      assert.match(source, /\d{4}-\d{2}-\d{2}/);
    }
  });

  it("turns a minor into the patch release that OKE wants", () => {
    assert.equal(exactVersion("1.35"), "1.35.2");
    assert.equal(exactVersion("1.35.9"), "1.35.9");
    for (const wrong of ["1.31", "v1.35", "1.35.x", "", "toString"])
      assert.equal(exactVersion(wrong), undefined, wrong);
  });
});

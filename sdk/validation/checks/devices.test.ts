import assert from "node:assert/strict";
import { type V1DeviceClass, type V1ResourceSlice } from "@kubernetes/client-node";
import { currentSlices, driversOf, offers } from "./devices";

const deviceClass = (name: string, expression: string): V1DeviceClass => ({
  metadata: { name },
  spec: { selectors: [{ cel: { expression } }] },
});

const slice = (nodeName: string, devices: V1ResourceSlice["spec"]["devices"], generation = 1): V1ResourceSlice => ({
  spec: {
    driver: "gpu.nvidia.com",
    nodeName,
    pool: { name: nodeName, generation, resourceSliceCount: 1 },
    ...(devices && { devices }),
  },
});

const gpu = (name: string, productName: string, type = "gpu") => ({
  name,
  attributes: {
    productName: { string: productName },
    type: { string: type },
    "resource.kubernetes.io/pcieRoot": { string: "x" },
  },
});

const whole = deviceClass(
  "gpu.nvidia.com",
  "device.driver == 'gpu.nvidia.com' && device.attributes['gpu.nvidia.com'].type == 'gpu'",
);
const mig = deviceClass(
  "mig.nvidia.com",
  `device.driver == "gpu.nvidia.com" && device.attributes["gpu.nvidia.com"].type == "mig"`,
);
const slices = [
  slice("n0", [gpu("gpu-0", "NVIDIA H100 80GB HBM3"), gpu("gpu-0-mig-0", "NVIDIA H100 80GB HBM3", "mig")]),
  slice("n1", [gpu("gpu-0", "NVIDIA A100-SXM4-40GB")]),
];

describe("device offers", () => {
  it("take the class named like its driver, with the attribute that shows the accelerator", () => {
    const [offer] = offers([mig, whole], slices, "h100");
    assert.equal(offer?.className, "gpu.nvidia.com");
    assert.equal(offer.selector, `device.attributes["gpu.nvidia.com"].productName == "NVIDIA H100 80GB HBM3"`);
    assert.deepEqual(
      offer.devices.map((d) => d.id),
      ["gpu.nvidia.com/n0/gpu-0"],
    );
  });

  it("are none for an accelerator that no device is", () => assert.deepEqual(offers([whole], slices, "b200"), []));
  it("are none without slices", () => assert.deepEqual(offers([whole], [], "h100"), []));
  it("take any accelerator when the recipe does", () => assert.equal(offers([whole], slices, "any").length, 1));

  it("address attributes of another domain by that domain", () => {
    const attributes = { "example.com/model": { string: "h100" } };
    const [offer] = offers([whole], [slice("n0", [{ name: "d0", attributes }])], "h100");
    assert.equal(offer?.selector, `device.attributes["example.com"].model == "h100"`);
  });

  it("leave out slices of an older generation of a pool", () => {
    const newer = slice("n0", [gpu("gpu-1", "NVIDIA H100 80GB HBM3")], 2);
    assert.deepEqual(
      currentSlices([...slices, newer]).map((s) => s.spec.pool.generation),
      [1, 2],
    );
  });

  it("know a class's drivers from its CEL", () => {
    assert.deepEqual(driversOf(whole), ["gpu.nvidia.com"]);
    assert.deepEqual(driversOf({ metadata: { name: "all" }, spec: {} }), []);
  });
});

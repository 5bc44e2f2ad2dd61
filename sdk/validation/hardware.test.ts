import assert from "node:assert/strict";
import { acceleratorOf, osOf, serviceOf } from "./hardware";

describe("hardware names", () => {
  const products: Readonly<Record<string, string | undefined>> = {
    "NVIDIA-H100-80GB-HBM3": "h100",
    "NVIDIA H200": "h200",
    "NVIDIA-GH200-480GB": "gh200",
    "NVIDIA-GB200": "gb200",
    "NVIDIA GB300": "gb300",
    "NVIDIA B200": "b200",
    "NVIDIA-A100-SXM4-40GB": "a100",
    "NVIDIA A10G": "a10g",
    "NVIDIA-A10": "a10",
    "NVIDIA-L40S": "l40s",
    "NVIDIA L40": "l40",
    "NVIDIA-L4": "l4",
    "Tesla-T4": "t4",
    "nvidia-h100-80gb": "h100",
    "NVIDIA RTX PRO 6000 Blackwell Server Edition": "rtx-pro-6000",
    h100: "h100",
    "GeForce GT 430": undefined,
    "": undefined,
  };
  for (const [product, accelerator] of Object.entries(products))
    it(`${product || "nothing"} is ${accelerator ?? "no accelerator that recipes know"}`, () =>
      assert.equal(acceleratorOf(product), accelerator));

  it("reads an operating system's image name", () => {
    assert.deepEqual(osOf("Ubuntu 24.04.1 LTS"), { id: "ubuntu", version: "24.04" });
    assert.deepEqual(osOf("Container-Optimized OS from Google"), { id: "cos" });
    assert.deepEqual(osOf("Talos (v1.11.2)"), { id: "talos", version: "1.11" });
    assert.deepEqual(osOf("Plan 9"), { version: "9" });
  });

  it("reads the service from a provider ID", () => {
    assert.equal(serviceOf("aws:///us-west-2a/i-0abc"), "eks");
    assert.equal(serviceOf("ocid1.instance.oc1.phx.abc"), "oke");
    assert.equal(serviceOf("kwok://gpu-0"), "local");
    assert.equal(serviceOf(""), undefined);
  });
});

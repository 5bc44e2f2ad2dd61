import { GpuTrainingCluster, keyFile } from "@cairn/sdk";
import { local } from "@cairn/sdk/local";

const cluster = new GpuTrainingCluster("demo", {
  on: local({ nodes: 4, accelerator: "h100" }),
  validate: ["readiness", "deployment", "conformance"],
  evidence: {
    // Made by `make demo`; its password is in COSIGN_PASSWORD.
    signer: keyFile({ path: "../../.cairn/demo/demo.key" }),
    push: "oci://registry.cairn.test/evidence",
  },
});

export const { kubeconfig, recipe, evidence } = cluster;

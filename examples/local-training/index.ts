import { GpuTrainingCluster, keyFile } from "@cairn/sdk";
import { local } from "@cairn/sdk/local";

const cluster = new GpuTrainingCluster("demo", {
  on: local({ nodes: 4, accelerator: "h100" }),
  validate: ["deployment", "conformance"],
  evidence: {
    signer: keyFile({
      path: process.env.CAIRN_EVIDENCE_KEY ?? "cosign.key",
      passwordEnv: "CAIRN_EVIDENCE_KEY_PASSWORD",
    }),
    push: "oci://registry.cairn.test/evidence",
  },
});

export const { kubeconfig, recipe, evidence } = cluster;

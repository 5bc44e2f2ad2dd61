import { GpuInferenceCluster } from "@cairn/sdk";
import { gke } from "@cairn/sdk/gke";

const on = gke({
  project: "acme-ai",
  region: "us-central1",
  gpus: { accelerator: "h100", nodes: 2, zone: "us-central1-a" },
});
export const { kubeconfig } = new GpuInferenceCluster("serve", { on });

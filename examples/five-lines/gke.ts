import { GpuTrainingCluster } from "@cairn/sdk";
import { gke } from "@cairn/sdk/gke";

const gpus = { accelerator: "h100", nodes: 4, zone: "us-central1-a" } as const;
const on = gke({ project: "acme-ai", region: "us-central1", gpus });
export const { kubeconfig } = new GpuTrainingCluster("train", { on, platform: "kubeflow" });

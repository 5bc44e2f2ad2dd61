import { GpuTrainingCluster } from "@cairn/sdk";
import { aks } from "@cairn/sdk/aks";

const on = aks({ location: "eastus2", gpus: { accelerator: "h100", nodes: 4 } });
export const { kubeconfig } = new GpuTrainingCluster("train", { on, platform: "kubeflow" });

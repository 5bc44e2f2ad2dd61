import { GpuTrainingCluster } from "@cairn/sdk";
import { eks } from "@cairn/sdk/eks";

const on = eks({ region: "us-west-2", gpus: { accelerator: "h100", nodes: 4 } });
export const { kubeconfig } = new GpuTrainingCluster("train", { on, platform: "kubeflow" });

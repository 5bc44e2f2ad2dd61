import { GpuInferenceCluster, GpuTrainingCluster } from "@cairn/sdk";
import { eks } from "@cairn/sdk/eks";
import { gke } from "@cairn/sdk/gke";

const training = new GpuTrainingCluster("train", {
  on: eks({ region: "us-west-2", gpus: { accelerator: "h100", nodes: 4 } }),
  platform: "kubeflow",
  lock: "training/cairn.lock.yaml",
});

const inference = new GpuInferenceCluster("serve", {
  on: gke({
    project: "acme-ai",
    region: "us-central1",
    gpus: { accelerator: "h100", nodes: 2, zone: "us-central1-a" },
  }),
  platform: "dynamo",
  lock: "inference/cairn.lock.yaml",
});

export const kubeconfigs = { training: training.kubeconfig, inference: inference.kubeconfig };

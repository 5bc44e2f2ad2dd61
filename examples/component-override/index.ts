import { GpuInferenceCluster } from "@cairn/sdk";
import { gke } from "@cairn/sdk/gke";

const cluster = new GpuInferenceCluster("serve", {
  on: gke({
    project: "acme-ai",
    region: "us-central1",
    gpus: { accelerator: "h100", nodes: 2, zone: "us-central1-a" },
    // A profile of the recipe. The target decides it, because the node pool has to agree.
    gpuStack: "bundle-installer",
  }),
  platform: "nim",
  // Values of a chart, for this program.
  values: { "kube-prometheus-stack": { prometheus: { prometheusSpec: { retention: "30d" } } } },
  // Documents laid on the built-in recipes, for every program that names them.
  data: ["recipes"],
});

export const { kubeconfig, recipe } = cluster;

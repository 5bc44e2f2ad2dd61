import { GpuInferenceCluster } from "@cairn/sdk";
import { gke } from "@cairn/sdk/gke";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

const cluster = new GpuInferenceCluster("serve", {
  on: gke({
    project: config.require("project"),
    region: config.require("region"),
    gpus: { accelerator: "h100", nodes: config.requireNumber("nodes"), zone: config.require("zone") },
  }),
});

export const { kubeconfig, recipe } = cluster;

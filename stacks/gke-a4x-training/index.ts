import { GpuTrainingCluster } from "@cairn/sdk";
import { gke, reservation } from "@cairn/sdk/gke";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

const cluster = new GpuTrainingCluster("train", {
  on: gke({
    project: config.require("project"),
    region: config.require("region"),
    gpus: {
      accelerator: "gb200",
      nodes: config.requireNumber("nodes"),
      zone: config.require("zone"),
      capacity: reservation(config.require("reservation")),
    },
  }),
  platform: "kubeflow",
  validate: ["readiness"],
});

export const { kubeconfig, recipe } = cluster;

import { GpuTrainingCluster } from "@cairn/sdk";
import { oke } from "@cairn/sdk/oke";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

const cluster = new GpuTrainingCluster("train", {
  on: oke({
    region: config.require("region"),
    compartmentId: config.require("compartment"),
    gpus: {
      accelerator: "h100",
      nodes: config.requireNumber("nodes"),
      availabilityDomain: config.require("availabilityDomain"),
      image: config.require("image"),
    },
  }),
  platform: "kubeflow",
  validate: ["readiness"],
});

export const { kubeconfig, recipe } = cluster;

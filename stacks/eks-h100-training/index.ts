import { GpuTrainingCluster } from "@cairn/sdk";
import { type AwsRegion, capacityBlock, eks } from "@cairn/sdk/eks";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

const cluster = new GpuTrainingCluster("train", {
  on: eks({
    region: config.require<AwsRegion>("region"),
    gpus: {
      accelerator: "h100",
      nodes: config.requireNumber("nodes"),
      capacity: capacityBlock(config.require("capacityBlock")),
      zone: config.require("zone"),
    },
  }),
  platform: "kubeflow",
  validate: ["readiness"],
});

export const { kubeconfig, recipe } = cluster;

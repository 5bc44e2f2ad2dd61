import { GpuTrainingCluster } from "@cairn/sdk";
import { ami, type AwsRegion, capacityBlock, eks } from "@cairn/sdk/eks";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

const cluster = new GpuTrainingCluster("train", {
  on: eks({
    region: config.require<AwsRegion>("region"),
    network: { zones: config.requireObject<string[]>("zones") },
    gpus: {
      accelerator: "gb200",
      nodes: config.requireNumber("nodes"),
      capacity: capacityBlock(config.require("capacityBlock")),
      zone: config.require("zone"),
      image: ami(config.require("gpuImage")),
    },
  }),
  platform: "kubeflow",
  validate: ["readiness"],
});

export const { kubeconfig, recipe } = cluster;

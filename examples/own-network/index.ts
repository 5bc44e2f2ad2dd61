import { GpuTrainingCluster } from "@cairn/sdk";
import { eks } from "@cairn/sdk/eks";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

const cluster = new GpuTrainingCluster("train", {
  on: eks({
    region: "us-west-2",
    gpus: { accelerator: "h100", nodes: 4 },
    network: {
      vpcId: config.require("vpcId"),
      systemSubnetIds: config.requireObject<string[]>("systemSubnetIds"),
      gpuSubnetId: config.require("gpuSubnetId"),
    },
  }),
  platform: "kubeflow",
});

export const { kubeconfig } = cluster;

import { GpuInferenceCluster } from "@cairn/sdk";
import { type AwsRegion, eks, onDemand } from "@cairn/sdk/eks";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

const cluster = new GpuInferenceCluster("serve", {
  on: eks({
    region: config.require<AwsRegion>("region"),
    gpus: {
      accelerator: "rtx-pro-6000",
      nodes: config.requireNumber("nodes"),
      instanceType: "g7e.48xlarge",
      // Replicas that serve do not talk to each other: capacity counts for more than distance.
      capacity: onDemand({ placementGroup: false }),
      zone: config.require("zone"),
    },
  }),
  platform: "nim",
  validate: ["readiness"],
});

export const { kubeconfig, recipe } = cluster;

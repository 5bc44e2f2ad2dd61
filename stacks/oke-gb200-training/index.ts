import { GpuTrainingCluster } from "@cairn/sdk";
import { gpuMemoryCluster, oke } from "@cairn/sdk/oke";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

const cluster = new GpuTrainingCluster("train", {
  on: oke({
    region: config.require("region"),
    compartmentId: config.require("compartment"),
    tenancyId: config.require("tenancy"),
    homeRegion: config.require("homeRegion"),
    gpus: {
      accelerator: "gb200",
      nodes: config.requireNumber("nodes"),
      availabilityDomain: config.require("availabilityDomain"),
      image: config.require("image"),
      pool: gpuMemoryCluster(),
    },
    system: { image: config.require("systemImage") },
  }),
  validate: ["readiness"],
});

export const { kubeconfig, recipe } = cluster;

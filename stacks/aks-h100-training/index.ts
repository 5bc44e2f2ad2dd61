import { GpuTrainingCluster } from "@cairn/sdk";
import { aks, capacityReservationGroup, group } from "@cairn/sdk/aks";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

const cluster = new GpuTrainingCluster("train", {
  on: aks({
    location: config.require("location"),
    gpus: {
      accelerator: "h100",
      nodes: config.requireNumber("nodes"),
      capacity: capacityReservationGroup(config.require("capacityGroup")),
    },
    access: { admins: [group(config.require("admins"))] },
  }),
  platform: "kubeflow",
  validate: ["readiness"],
});

export const { kubeconfig, recipe } = cluster;

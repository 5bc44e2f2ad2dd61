import { GpuTrainingCluster } from "@cairn/sdk";
import * as pulumi from "@pulumi/pulumi";
import { metal } from "./metal";

const config = new pulumi.Config();

const cluster = new GpuTrainingCluster("hall-2", {
  on: metal({ nodes: 4, kubernetesVersion: "1.36.1", kubeconfig: config.requireSecret("kubeconfig") }),
  data: ["recipes"],
});

export const { recipe } = cluster;

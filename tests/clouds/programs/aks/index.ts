import * as pulumi from "@pulumi/pulumi";
import { AksCluster, type AksArgs } from "@cairn/sdk/aks";
import { addFacts } from "../facts";

const cluster = new AksCluster("train", new pulumi.Config().requireObject<AksArgs>("settings"));
export const { kubeconfig } = cluster;
addFacts(cluster);

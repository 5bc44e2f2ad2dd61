import * as pulumi from "@pulumi/pulumi";
import { EksCluster, type EksArgs } from "@cairn/sdk/eks";
import { addFacts } from "../facts";

const cluster = new EksCluster("train", new pulumi.Config().requireObject<EksArgs>("settings"));
export const { kubeconfig } = cluster;
addFacts(cluster);

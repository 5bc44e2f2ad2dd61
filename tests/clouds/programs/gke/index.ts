import * as pulumi from "@pulumi/pulumi";
import { GkeCluster, type GkeSettings } from "@cairn/sdk/gke";
import { addFacts } from "../facts";

const cluster = new GkeCluster("train", new pulumi.Config().requireObject<GkeSettings>("settings"));
export const { kubeconfig } = cluster;
addFacts(cluster);

import * as pulumi from "@pulumi/pulumi";
import { AksCluster, type AksArgs } from "@cairn/sdk/aks";

const clusters = new pulumi.Config().requireObject<Record<string, AksArgs>>("clusters");
const [cluster] = Object.entries(clusters).map(([name, settings]) => new AksCluster(name, settings));
export const kubeconfig = cluster?.kubeconfig;

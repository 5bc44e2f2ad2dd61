import * as pulumi from "@pulumi/pulumi";
import { OkeCluster, type OkeArgs } from "@cairn/sdk/oke";

const clusters = new pulumi.Config().requireObject<Record<string, OkeArgs>>("clusters");
const [cluster] = Object.entries(clusters).map(([name, settings]) => new OkeCluster(name, settings));
export const kubeconfig = cluster?.kubeconfig;

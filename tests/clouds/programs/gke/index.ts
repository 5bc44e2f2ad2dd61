import * as pulumi from "@pulumi/pulumi";
import { GkeCluster, type GkeSettings } from "@cairn/sdk/gke";

const clusters = new pulumi.Config().requireObject<Record<string, GkeSettings>>("clusters");
const [cluster] = Object.entries(clusters).map(([name, settings]) => new GkeCluster(name, settings));
export const kubeconfig = cluster?.kubeconfig;

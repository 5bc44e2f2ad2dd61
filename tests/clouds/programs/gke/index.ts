import * as pulumi from "@pulumi/pulumi";
import { GkeCluster, type GkeSettings } from "@cairn/sdk/gke";

const settings = new pulumi.Config().requireObject<GkeSettings>("settings");
export const { kubeconfig } = new GkeCluster("train", settings);

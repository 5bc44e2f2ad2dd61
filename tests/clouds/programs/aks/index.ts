import * as pulumi from "@pulumi/pulumi";
import { AksCluster, type AksArgs } from "@cairn/sdk/aks";

const settings = new pulumi.Config().requireObject<AksArgs>("settings");
export const { kubeconfig } = new AksCluster("train", settings);

import * as pulumi from "@pulumi/pulumi";
import { EksCluster, type EksArgs } from "@cairn/sdk/eks";

const settings = new pulumi.Config().requireObject<EksArgs>("settings");
export const { kubeconfig } = new EksCluster("train", settings);

import * as pulumi from "@pulumi/pulumi";
import { OkeCluster, type OkeArgs } from "@cairn/sdk/oke";

const settings = new pulumi.Config().requireObject<OkeArgs>("settings");
export const { kubeconfig } = new OkeCluster("train", settings);

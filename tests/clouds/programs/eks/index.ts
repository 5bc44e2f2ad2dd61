import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { EksCluster, type EksArgs } from "@cairn/sdk/eks";

const config = new pulumi.Config();
const cluster = new EksCluster("train", config.requireObject<EksArgs>("settings"));
export const { kubeconfig } = cluster;

// What a program adds that goes on from the cluster.
const namespace = config.get("namespace");
if (namespace !== undefined) {
  const provider = new Provider("inside", { kubeconfig, enableServerSideApply: true });
  const metadata = { name: "facts", namespace };
  new ConfigMap("facts", { metadata, data: { region: "us-west-2" } }, { provider, dependsOn: [...cluster.ready] });
}

import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { EksCluster, type EksArgs } from "@cairn/sdk/eks";

const config = new pulumi.Config();
const clusters = config.requireObject<Record<string, EksArgs>>("clusters");
const [cluster] = Object.entries(clusters).map(([name, settings]) => new EksCluster(name, settings));
export const kubeconfig = cluster?.kubeconfig;

// What a program adds that goes on from the cluster.
const namespace = config.get("namespace");
if (cluster !== undefined && namespace !== undefined) {
  const provider = new Provider("inside", { kubeconfig: cluster.kubeconfig, enableServerSideApply: true });
  const metadata = { name: "facts", namespace };
  new ConfigMap("facts", { metadata, data: { region: "us-west-2" } }, { provider, dependsOn: [...cluster.ready] });
}

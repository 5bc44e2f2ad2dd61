import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

interface Cluster {
  readonly kubeconfig: pulumi.Output<string>;
  readonly ready: readonly pulumi.Resource[];
}

/** What a program adds that goes on from its cluster, in the namespace that the stack's configuration names. */
export function addFacts({ kubeconfig, ready }: Cluster): void {
  const namespace = new pulumi.Config().get("namespace");
  if (namespace === undefined) return;
  const provider = new Provider("inside", { kubeconfig, enableServerSideApply: true });
  const metadata = { name: "facts", namespace };
  new ConfigMap("facts", { metadata, data: { made: "by the program" } }, { provider, dependsOn: [...ready] });
}

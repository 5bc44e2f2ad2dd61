import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

/**
 * The Kubernetes provider through which a target makes what belongs to the cluster itself, such as its storage class.
 *
 * @param cluster - The cloud's identifier of the cluster. In another cluster everything is made again.
 */
export function kubernetesProvider(
  name: string,
  kubeconfig: pulumi.Output<string>,
  cluster: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.ProviderResource {
  return new Provider(
    `${name}-kubernetes`,
    { kubeconfig, clusterIdentifier: cluster, enableServerSideApply: true },
    opts,
  );
}

/** An object; whatever is not its identity may be an output. */
export type Manifest = pulumi.Inputs & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string } & pulumi.Inputs;
};

/** One Kubernetes object of a target, with the type token and inputs of Pulumi's own provider. */
export class ClusterObject extends pulumi.CustomResource {
  constructor(name: string, manifest: Manifest, opts: pulumi.CustomResourceOptions) {
    const { apiVersion, kind, metadata } = manifest;
    const version = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
    super(`kubernetes:${version}:${kind}`, `${name}/${kind}/${metadata.name}`, { ...manifest }, opts);
  }
}

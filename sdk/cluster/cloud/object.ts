import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { type JsonObject } from "../../json";

/** The Kubernetes provider through which a target makes what belongs to the cluster itself, such as its storage class. */
export function kubernetesProvider(
  name: string,
  kubeconfig: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.ProviderResource {
  return new Provider(`${name}-kubernetes`, { kubeconfig, enableServerSideApply: true }, opts);
}

/** One Kubernetes object of a target, with the type token and inputs of Pulumi's own provider. */
export function clusterObject(
  name: string,
  manifest: { readonly apiVersion: string; readonly kind: string; readonly metadata: { readonly name: string } } & JsonObject,
  opts: pulumi.CustomResourceOptions & { readonly provider: pulumi.ProviderResource },
): pulumi.CustomResource {
  const { apiVersion, kind } = manifest;
  return new pulumi.CustomResource(`kubernetes:${apiVersion}:${kind}`, `${name}/${kind}/${manifest.metadata.name}`, manifest, opts);
}

import { type Cluster } from "@pulumi/gcp/container/cluster";
import * as pulumi from "@pulumi/pulumi";
import { kubeconfigOf, type ExecCredential } from "../cloud/kubeconfig";
import { type GkeEndpoint } from "./args";

/**
 * Google hands out tokens for an hour and no lasting credential that its own guidance allows, so a program has to fetch them. It is one file,
 * and with the credentials that Pulumi's provider uses it needs no gcloud.
 */
const PLUGIN: ExecCredential = {
  command: "gke-gcloud-auth-plugin",
  args: ["--use_application_default_credentials"],
  installHint:
    "gke-gcloud-auth-plugin is missing: install the package google-cloud-cli-gke-gcloud-auth-plugin, or run `gcloud components install gke-gcloud-auth-plugin`",
};

/** A kubeconfig for the way in that the program chose. Secret. */
export function gkeKubeconfig(cluster: Cluster, endpoint: GkeEndpoint): pulumi.Output<string> {
  return pulumi.secret(
    pulumi
      .all([cluster.name, addressOf(cluster, endpoint), authorityOf(cluster, endpoint)] as const)
      .apply(([name, server, authority]) =>
        kubeconfigOf({
          name,
          server: `https://${server}`,
          ...(authority !== undefined && { certificateAuthority: authority }),
          user: { exec: PLUGIN },
        }),
      ),
  );
}

function addressOf(cluster: Cluster, { kind }: GkeEndpoint): pulumi.Output<string> {
  switch (kind) {
    case "dns":
      return cluster.controlPlaneEndpointsConfig.apply(({ dnsEndpointConfig }) => dnsEndpointConfig.endpoint);
    case "private":
      return cluster.privateClusterConfig.apply(({ privateEndpoint }) => privateEndpoint);
    case "public":
      return cluster.endpoint;
  }
}

/** Google's front end shows a certificate that everybody knows; with the cluster's authority beside it clients would refuse it. */
function authorityOf(cluster: Cluster, { kind }: GkeEndpoint): pulumi.Output<string | undefined> {
  return kind === "dns"
    ? pulumi.output(undefined)
    : cluster.masterAuth.apply(({ clusterCaCertificate }) => clusterCaCertificate);
}

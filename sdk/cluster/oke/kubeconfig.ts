import type { Cluster } from "@pulumi/oci/containerengine/cluster";
import { getClusterKubeConfigOutput } from "@pulumi/oci/containerengine/getClusterKubeConfig";
import * as pulumi from "@pulumi/pulumi";
import { kubeconfigOf } from "../cloud/kubeconfig";
import { type Site } from "./site";

/** How to reach a cluster and to know it again. */
export interface Endpoint {
  /** Address of the private endpoint without its port: what machines join by. */
  readonly privateAddress: pulumi.Output<string>;
  /** PEM in base64. */
  readonly certificateAuthority: pulumi.Output<string>;
  /** Secret. */
  readonly kubeconfig: pulumi.Output<string>;
}

export function endpointOf(site: Site, cluster: Cluster): Endpoint {
  const { plan, provider, parent, name } = site;
  const kind = plan.endpoint.public ? "publicEndpoint" : "privateEndpoint";
  const address = (which: typeof kind) =>
    cluster.endpoints.apply((endpoints) => orUnknown(endpoints[0]?.[which], which));
  const { content } = getClusterKubeConfigOutput(
    { clusterId: cluster.id, tokenVersion: "2.0.0" },
    { provider, parent },
  );
  const certificateAuthority = content.apply((text) => orUnknown(authorityIn(text), "certificate authority"));
  const kubeconfig = pulumi
    .all([cluster.id, address(kind), certificateAuthority])
    .apply(([clusterId, server, authority]) =>
      kubeconfigOf({
        name,
        server: `https://${server}`,
        certificateAuthority: authority,
        user: { exec: tokenCommand(clusterId, plan.region) },
      }),
    );
  return {
    privateAddress: address("privateEndpoint").apply((endpoint) => endpoint.split(":")[0] ?? endpoint),
    certificateAuthority,
    kubeconfig: pulumi.secret(kubeconfig),
  };
}

/** Of a kubeconfig as OKE writes it. */
const authorityIn = (kubeconfig: string | undefined): string | undefined =>
  /^\s*certificate-authority-data:\s*"?([A-Za-z0-9+/=]+)/m.exec(kubeconfig ?? "")?.[1];

/** OKE knows no lasting credential: a token is a request signed for some minutes, which Oracle's CLI makes. */
const tokenCommand = (clusterId: string, region: string) => ({
  command: "oci",
  args: ["ce", "cluster", "generate-token", "--cluster-id", clusterId, "--region", region],
  installHint: "Tokens for OKE come from Oracle's CLI: pip install oci-cli, then oci setup config",
});

function orUnknown(value: string | undefined, what: string): string {
  if (value !== undefined && value !== "") return value;
  // A preview may run without the cloud.
  if (pulumi.runtime.isDryRun()) return pulumi.unknown as unknown as string;
  throw new pulumi.RunError(`the cluster has no ${what}; wait until it is active and run again`);
}

/** A program that prints a token, called whenever one is needed: no secret stays in the file. */
export interface ExecCredential {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** How to get the program. */
  readonly installHint: string;
}

/** How to get in: by a program that prints a token, by a token, or by a client certificate (PEM in base64). */
export type ClusterUser =
  | { readonly exec: ExecCredential }
  | { readonly token: string }
  | { readonly certificate: string; readonly key: string };

export interface KubeconfigParts {
  readonly name: string;
  /** `https://…` */
  readonly server: string;
  /** PEM in base64. Without one the system's authorities count. */
  readonly certificateAuthority?: string;
  readonly user: ClusterUser;
}

/** A kubeconfig with one context. It is JSON, which every reader of kubeconfigs takes as YAML. */
export function kubeconfigOf({ name, server, certificateAuthority, user }: KubeconfigParts): string {
  return JSON.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name,
          cluster: {
            server,
            ...(certificateAuthority !== undefined && { "certificate-authority-data": certificateAuthority }),
          },
        },
      ],
      users: [{ name, user: userOf(user) }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      "current-context": name,
    },
    undefined,
    2,
  );
}

/**
 * The older version of the protocol: Google's and Oracle's programs answer in no other, Amazon's and Microsoft's in the one that they are
 * asked in, and clients refuse an answer in another (cloud-provider-gcp 4e24531 gke-gcloud-auth-plugin, 2026-08; oci-cli 3.89.3, 2026-07).
 */
const PROTOCOL = "client.authentication.k8s.io/v1beta1";

function userOf(user: ClusterUser): object {
  if ("token" in user) return { token: user.token };
  if ("certificate" in user) return { "client-certificate-data": user.certificate, "client-key-data": user.key };
  const { command, args, env = {}, installHint } = user.exec;
  return {
    exec: {
      apiVersion: PROTOCOL,
      command,
      args,
      env: Object.entries(env).map(([name, value]) => ({ name, value })),
      installHint,
      interactiveMode: "Never",
      provideClusterInfo: false,
    },
  };
}

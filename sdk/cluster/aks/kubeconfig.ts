import {
  listManagedClusterAdminCredentials,
  listManagedClusterUserCredentials,
  type ManagedCluster,
} from "@pulumi/azure-native/containerservice";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { CairnError } from "../../errors";
import { type ClusterUser, kubeconfigOf } from "../cloud/kubeconfig";
import { type Context } from "./context";
import { type AccessPlan } from "./plan-types";

/** AKS's own application in every tenant: whom the token is for (Azure/kubelogin docs/book/src/concepts/aks.md, 2026). */
const SERVER_ID = "6dae42f8-4368-4678-94ff-3960e28e3630";

const INSTALL_HINT =
  "kubelogin is not installed: az aks install-cli, or https://azure.github.io/kubelogin/install.html";

/**
 * Address and authority come from AKS, and how to get in from the plan. It waits for `ready`: a role on a cluster takes minutes to count,
 * as long as a GPU pool takes to come up.
 */
export function kubeconfig(
  context: Context,
  cluster: ManagedCluster,
  tenantId: pulumi.Output<string>,
  ready: readonly pulumi.CustomResource[],
): pulumi.Output<string> {
  const { provider, parent, plan } = context;
  const { login } = plan.access;
  const list = login === "certificate" ? listManagedClusterAdminCredentials : listManagedClusterUserCredentials;
  const of = pulumi.output({
    resourceGroupName: context.resourceGroup,
    resourceName: cluster.name,
    tenantId,
    ready: ready.map(({ id }) => id),
  });
  const text = of.apply(async ({ resourceGroupName, resourceName, tenantId }) => {
    const { kubeconfigs } = await list({ resourceGroupName, resourceName }, { provider, parent });
    return rewrite(resourceName, kubeconfigs[0]?.value ?? "", login, tenantId);
  });
  return pulumi.secret(text);
}

/** Azure's kubeconfig, in base64, with the way in of our own. */
export function rewrite(name: string, encoded: string, login: AccessPlan["login"], tenantId: string): string {
  const given = entriesOf(Buffer.from(encoded, "base64").toString("utf8"));
  const { server, "certificate-authority-data": certificateAuthority } = given.cluster;
  if (server === undefined || certificateAuthority === undefined)
    throw new CairnError("CLUSTER_UNREACHABLE", `Azure's kubeconfig for ${name} has no server or no authority`);
  const user = login === "certificate" ? certificateOf(name, given.user) : kubelogin(login, tenantId);
  return kubeconfigOf({ name, server, certificateAuthority, user });
}

type Strings = Readonly<Record<string, string | undefined>>;

function entriesOf(text: string): { readonly cluster: Strings; readonly user: Strings } {
  const config = parse(text) as {
    readonly clusters?: readonly { readonly cluster?: Strings }[];
    readonly users?: readonly { readonly user?: Strings }[];
  } | null;
  return { cluster: config?.clusters?.[0]?.cluster ?? {}, user: config?.users?.[0]?.user ?? {} };
}

function certificateOf(name: string, user: Strings): ClusterUser {
  const { "client-certificate-data": certificate, "client-key-data": key } = user;
  if (certificate === undefined || key === undefined)
    throw new CairnError("CLUSTER_UNREACHABLE", `Azure's kubeconfig for ${name} has no certificate`, {
      hint: 'its local accounts are off: use another access.login than "certificate"',
    });
  return { certificate, key };
}

function kubelogin(login: string, tenantId: string): ClusterUser {
  const args = ["get-token", "--login", login, "--server-id", SERVER_ID, "--tenant-id", tenantId];
  return { exec: { command: "kubelogin", args, installHint: INSTALL_HINT } };
}

import { getClientConfig } from "@pulumi/azure-native/authorization";
import { type ManagedCluster } from "@pulumi/azure-native/containerservice";
import { FederatedIdentityCredential, UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import type * as pulumi from "@pulumi/pulumi";
import { child } from "../cloud/child";
import { type Context, grant, optionsOf, placeOf } from "./context";
import { REWRITTEN } from "./rewritten";
import { ROLES } from "./roles";

/** Whose tokens Microsoft Entra takes from a cluster (azure-aks-docs workload-identity-overview.md fb060ab, 2026-08). */
const AUDIENCE = "api://AzureADTokenExchange";

export function controlPlaneIdentity(context: Context): UserAssignedIdentity {
  const { name, transform } = context;
  return child(UserAssignedIdentity, `${name}-identity`, placeOf(context), optionsOf(context), transform.identity);
}

/** Administrators of the Kubernetes API, by Azure RBAC on this cluster only. */
export function admins(context: Context, cluster: ManagedCluster): readonly pulumi.CustomResource[] {
  const common = { role: ROLES.clusterAdmin, scope: cluster.id };
  const named = context.plan.access.admins;
  if (named)
    return named.map(({ objectId, kind }) =>
      grant(context, { ...common, child: `admin-${objectId}`, principalId: objectId, principalType: kind }),
    );
  const { provider, parent } = context;
  // Asked once there is a cluster: a first preview needs no credentials.
  const principalId = cluster.id.apply(async () => (await getClientConfig({ provider, parent })).objectId);
  const deployer = { ...common, child: "admin-deployer", principalId, principalType: "unknown" } as const;
  return [grant(context, deployer, { ignoreChanges: [...REWRITTEN.deployer] })];
}

/** Nodes pull with the identity that AKS made for the kubelet. */
export function pullers(context: Context, cluster: ManagedCluster): readonly pulumi.Resource[] {
  const principalId = cluster.identityProfile.apply((profile) => profile?.["kubeletidentity"]?.objectId ?? "");
  return Object.entries(context.plan.registries).map(([name, scope]) =>
    grant(context, { child: `pull-${name}`, principalId, role: ROLES.acrPull, scope }),
  );
}

/** What a pod of a service account needs to know. */
export interface WorkloadIdentities {
  /** Client identifiers, for the annotation `azure.workload.identity/client-id`, by name. */
  readonly clientIds: Readonly<Record<string, pulumi.Output<string>>>;
  readonly ready: readonly pulumi.Resource[];
}

export function workloadIdentities(context: Context, cluster: ManagedCluster): WorkloadIdentities {
  const made = Object.entries(context.plan.identities).map(([name, workload]) => {
    const identity = child(
      UserAssignedIdentity,
      `${context.name}-${name}-identity`,
      placeOf(context),
      optionsOf(context),
      context.transform.identity,
    );
    const credential = child(
      FederatedIdentityCredential,
      `${context.name}-${name}-credential`,
      {
        resourceGroupName: context.resourceGroup,
        resourceName: identity.name,
        issuer: cluster.oidcIssuerProfile.apply((profile) => profile?.issuerURL ?? ""),
        subject: `system:serviceaccount:${workload.namespace}:${workload.serviceAccount}`,
        audiences: [AUDIENCE],
      },
      optionsOf(context),
      context.transform.federatedCredential,
    );
    const roles = workload.roles.map(({ role, scope }, i) =>
      grant(context, { child: `${name}-${i}`, principalId: identity.principalId, role, scope }),
    );
    return { name, identity, ready: [credential, ...roles] };
  });
  return {
    clientIds: Object.fromEntries(made.map(({ name, identity }) => [name, identity.clientId])),
    ready: made.flatMap(({ ready }) => ready),
  };
}

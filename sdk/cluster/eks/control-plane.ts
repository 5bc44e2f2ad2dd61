import { createHash } from "node:crypto";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { AccessEntry } from "@pulumi/aws/eks/accessEntry";
import { AccessPolicyAssociation } from "@pulumi/aws/eks/accessPolicyAssociation";
import { Addon } from "@pulumi/aws/eks/addon";
import { Cluster } from "@pulumi/aws/eks/cluster";
import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation";
import type * as pulumi from "@pulumi/pulumi";
import { KubernetesVersion } from "../cloud/kubernetes-version";
import { make, type Scope, tagsOf } from "./children";
import { COMPONENT_IDENTITIES, podRole, type ReadyRole, VPC_CNI } from "./identities";
import { logGroupName } from "./keys";
import { type Network } from "./network";
import { type EksAddon } from "./versions";

/** The control plane. It depends on its log group, so that the group goes last: EKS writes until the end. */
export function makeCluster(
  scope: Scope,
  network: Network,
  { role, rights }: ReadyRole,
  key: pulumi.Input<string>,
): Cluster {
  const { plan, clusterName } = scope;
  const logs = make(scope, "logGroup", LogGroup, "logs", {
    name: logGroupName(clusterName),
    retentionInDays: plan.logRetentionDays,
    kmsKeyId: key,
    tags: tagsOf(scope, "logs"),
  });
  const open = plan.publicRanges.length > 0;
  const args = {
    name: clusterName,
    version: plan.kubernetesVersion,
    roleArn: role.arn,
    bootstrapSelfManagedAddons: false,
    deletionProtection: plan.protect.cluster,
    accessConfig: {
      authenticationMode: "API",
      bootstrapClusterCreatorAdminPermissions: plan.creatorIsAdmin,
    },
    vpcConfig: {
      subnetIds: [...network.systemSubnetIds],
      endpointPrivateAccess: true,
      endpointPublicAccess: open,
      ...(open && { publicAccessCidrs: [...plan.publicRanges] }),
    },
    encryptionConfig: { provider: { keyArn: key }, resources: ["secrets"] },
    enabledClusterLogTypes: [...plan.logTypes],
    kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: plan.network.serviceCidr },
    upgradePolicy: { supportType: plan.support },
    tags: tagsOf(scope, ""),
  };
  const version = new KubernetesVersion(scope.name, plan.facts, scope.options.parent);
  return make(scope, "cluster", Cluster, "", args, {
    dependsOn: [logs, version, ...rights],
    // The provider would change subnets in place, and EKS refuse those of another network.
    replacementTrigger: network.vpcId,
    // Its name is taken until it is gone.
    deleteBeforeReplace: true,
  });
}

/** Administrators beside the creator. */
export function makeAccess(scope: Scope, cluster: Cluster): readonly pulumi.Resource[] {
  const { admins, partition } = scope.plan;
  const taken = new Set<string>();
  return admins.map((principalArn) => {
    const readable = `admin-${principalArn.slice(principalArn.indexOf(":iam::") + 6).replaceAll(/[^A-Za-z0-9]+/g, "-")}`;
    // team-a and team_a are two roles.
    const digest = createHash("sha256").update(principalArn).digest("hex").slice(0, 8);
    const suffix = taken.has(readable) ? `${readable}-${digest}` : readable;
    taken.add(suffix);
    const own = { clusterName: cluster.name, principalArn };
    const options = { deletedWith: cluster };
    const entry = make(scope, "accessEntry", AccessEntry, suffix, { ...own, tags: tagsOf(scope, suffix) }, options);
    return make(
      scope,
      "accessPolicy",
      AccessPolicyAssociation,
      suffix,
      {
        ...own,
        policyArn: `arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
        accessScope: { type: "cluster" },
      },
      { ...options, dependsOn: [entry] },
    );
  });
}

/** Add-ons that have to run before a node can. On destroy they go after the nodes, which would leave network interfaces behind. */
export function makeNodeAddons(scope: Scope, cluster: Cluster): readonly Addon[] {
  const { role, rights } = podRole(scope, VPC_CNI);
  const identity = makeAddon(scope, cluster, "eks-pod-identity-agent");
  const network = makeAddon(
    scope,
    cluster,
    "vpc-cni",
    {
      configurationValues: canonical({
        enableNetworkPolicy: "true",
        // One interface has addresses for all pods of a node, whose others are EFA.
        env: { ENABLE_PREFIX_DELEGATION: "true", WARM_PREFIX_TARGET: "1" },
      }),
      podIdentityAssociations: [{ roleArn: role.arn, serviceAccount: VPC_CNI.serviceAccount }],
    },
    [identity, ...rights],
  );
  return [identity, network, makeAddon(scope, cluster, "kube-proxy")];
}

/** Add-ons whose pods need a node to become healthy. */
export function makePodAddons(scope: Scope, cluster: Cluster, nodes: readonly pulumi.Resource[]): readonly Addon[] {
  return [
    makeAddon(scope, cluster, "coredns", {}, nodes),
    makeAddon(scope, cluster, "eks-node-monitoring-agent", {}, nodes),
  ];
}

type AddonSettings = Pick<ConstructorParameters<typeof Addon>[1], "configurationValues" | "podIdentityAssociations">;

function makeAddon(
  scope: Scope,
  cluster: Cluster,
  addonName: EksAddon,
  settings: AddonSettings = {},
  dependsOn: readonly pulumi.Resource[] = [],
): Addon {
  const args = {
    clusterName: cluster.name,
    addonName,
    addonVersion: scope.plan.addons[addonName],
    resolveConflictsOnCreate: "OVERWRITE",
    resolveConflictsOnUpdate: "OVERWRITE",
    ...settings,
    tags: tagsOf(scope, addonName),
  };
  return make(scope, "addon", Addon, addonName, args, { dependsOn: [...dependsOn] });
}

/** EKS keeps settings as text and compares it as such. */
function canonical(value: { readonly [key: string]: string | { readonly [key: string]: string } }): string {
  return JSON.stringify(value);
}

/** Identities of the stack's components. */
export function makeIdentities(scope: Scope, cluster: Cluster): readonly pulumi.Resource[] {
  return COMPONENT_IDENTITIES.map((identity) => {
    const { name, namespace, serviceAccount } = identity;
    const { role, rights } = podRole(scope, identity);
    const args = {
      clusterName: cluster.name,
      namespace,
      serviceAccount,
      roleArn: role.arn,
      tags: tagsOf(scope, name),
    };
    const options = { dependsOn: [...rights], deletedWith: cluster };
    return make(scope, "podIdentity", PodIdentityAssociation, name, args, options);
  });
}

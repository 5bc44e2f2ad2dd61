import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import type * as pulumi from "@pulumi/pulumi";
import { make, type Scope, tagsOf } from "./children";
import { PARTITIONS } from "./regions";

/** A service account that talks to AWS, with no more rights than it needs. EKS Pod Identity hands it the role's credentials. */
export interface PodIdentity {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** A policy of Amazon's, or what a policy of its own allows on everything. */
  readonly rights: { readonly managed: string } | { readonly actions: readonly string[] };
}

/** The network plugin, whose add-on takes the role itself. Source: Amazon EKS user guide, VPC CNI, 2026. */
export const VPC_CNI: PodIdentity = {
  name: "vpc-cni",
  namespace: "kube-system",
  serviceAccount: "aws-node",
  rights: { managed: "AmazonEKS_CNI_Policy" },
};

/**
 * Components of recipes that talk to AWS. An association may be there before its service account is.
 *
 * Sources: kubernetes-sigs/aws-ebs-csi-driver, installation, 2026-08-19; NVIDIA/topograph, AWS provider, 2026.
 */
export const COMPONENT_IDENTITIES: readonly PodIdentity[] = [
  {
    name: "ebs-csi",
    namespace: "kube-system",
    serviceAccount: "ebs-csi-controller-sa",
    rights: { managed: "service-role/AmazonEBSCSIDriverPolicyV2" },
  },
  {
    name: "topograph",
    namespace: "topograph",
    serviceAccount: "topograph",
    // EC2 knows no resource to narrow it to.
    rights: { actions: ["ec2:DescribeInstanceTopology"] },
  },
];

/** A role with its rights. Who uses it waits for the rights too, and on destroy loses them last. */
export interface ReadyRole {
  readonly role: Role;
  readonly rights: readonly pulumi.Resource[];
}

/** For the control plane. */
export function clusterRole(scope: Scope): ReadyRole {
  return serviceRole(scope, "cluster-role", "eks.amazonaws.com", ["AmazonEKSClusterPolicy"]);
}

/** For nodes: they join and pull images; everything else has an identity of its own (Amazon EKS user guide, node IAM role, 2026). */
export function nodeRole(scope: Scope): ReadyRole {
  const { ec2Principal } = PARTITIONS[scope.plan.partition];
  const policies = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"];
  return serviceRole(scope, "node-role", ec2Principal, policies);
}

function serviceRole(scope: Scope, suffix: string, service: string, policies: readonly string[]): ReadyRole {
  const role = make(scope, "role", Role, suffix, {
    assumeRolePolicy: trust(service, ["sts:AssumeRole"]),
    tags: tagsOf(scope, suffix),
  });
  return { role, rights: policies.map((policy) => attach(scope, role, suffix, policy)) };
}

/** For one service account of this cluster, and nobody else. */
export function podRole(scope: Scope, identity: PodIdentity): ReadyRole {
  const { name, namespace, serviceAccount, rights } = identity;
  const suffix = `${name}-role`;
  const role = make(scope, "role", Role, suffix, {
    // The tags that EKS sends along (Amazon EKS user guide, Pod Identity session tags, 2026).
    assumeRolePolicy: trust("pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"], {
      StringEquals: {
        "aws:RequestTag/eks-cluster-name": scope.clusterName,
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": serviceAccount,
      },
    }),
    tags: tagsOf(scope, suffix),
  });
  if ("managed" in rights) return { role, rights: [attach(scope, role, suffix, rights.managed)] };
  const policy = policyDocument([{ Effect: "Allow", Action: rights.actions, Resource: "*" }]);
  return { role, rights: [make(scope, "rolePolicy", RolePolicy, `${suffix}-policy`, { role: role.name, policy })] };
}

function attach(scope: Scope, role: Role, suffix: string, policy: string): RolePolicyAttachment {
  const policyArn = `arn:${scope.plan.partition}:iam::aws:policy/${policy}`;
  const name = `${suffix}-${policy.slice(policy.lastIndexOf("/") + 1)}`;
  return make(scope, "rolePolicyAttachment", RolePolicyAttachment, name, { role: role.name, policyArn });
}

function trust(service: string, actions: readonly string[], condition?: object): string {
  const statement = { Effect: "Allow", Principal: { Service: service }, Action: actions };
  return policyDocument([{ ...statement, ...(condition && { Condition: condition }) }]);
}

/** An IAM policy as text. */
export function policyDocument(statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

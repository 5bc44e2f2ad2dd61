import { Alias } from "@pulumi/aws/kms/alias";
import { Key } from "@pulumi/aws/kms/key";
import type { Role } from "@pulumi/aws/iam/role";
import type * as pulumi from "@pulumi/pulumi";
import { make, type Scope, tagsOf } from "./children";
import { policyDocument } from "./identities";
import { PARTITIONS } from "./regions";

/**
 * The key of everything at rest.
 *
 * @param role - Any role of the account, from which the account's number is read, so that nobody has to be asked for it.
 */
export function makeKey(scope: Scope, role: Role): pulumi.Output<string> {
  const key = make(scope, "key", Key, "key", {
    description: `EKS cluster ${scope.clusterName}: Secrets, volumes and logs`,
    enableKeyRotation: true,
    // Volumes and logs outlive the cluster; a key that waits to be deleted costs nothing.
    deletionWindowInDays: 30,
    policy: role.arn.apply((arn) => keyPolicy(scope, arn.split(":")[4] ?? "")),
    tags: tagsOf(scope, "key"),
  });
  make(scope, "keyAlias", Alias, "key-alias", { name: `alias/${scope.clusterName}`, targetKeyId: key.keyId });
  return key.arn;
}

const USE = [
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:ReEncrypt*",
  "kms:GenerateDataKey*",
  "kms:CreateGrant",
  "kms:DescribeKey",
];

/**
 * The account decides by IAM policies; whoever may use EBS in the account may use the key through EBS, as with Amazon's own key, so that
 * EC2 Auto Scaling can start nodes (AWS KMS developer guide, key policies of Amazon EBS, 2026); CloudWatch Logs for this cluster's group.
 */
function keyPolicy({ clusterName, plan }: Scope, account: string): string {
  const { region, partition } = plan;
  const { dnsSuffix } = PARTITIONS[partition];
  const logGroup = `arn:${partition}:logs:${region}:${account}:log-group:${logGroupName(clusterName)}`;
  return policyDocument([
    {
      Sid: "Account",
      Effect: "Allow",
      Principal: { AWS: `arn:${partition}:iam::${account}:root` },
      Action: "kms:*",
      Resource: "*",
    },
    {
      Sid: "Volumes",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: USE,
      Resource: "*",
      Condition: { StringEquals: { "kms:ViaService": `ec2.${region}.${dnsSuffix}`, "kms:CallerAccount": account } },
    },
    {
      Sid: "Logs",
      Effect: "Allow",
      Principal: { Service: `logs.${region}.${dnsSuffix}` },
      Action: USE.filter((action) => action !== "kms:CreateGrant"),
      Resource: "*",
      Condition: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": logGroup } },
    },
  ]);
}

/** Where EKS writes; the name is its own. */
export function logGroupName(clusterName: string): string {
  return `/aws/eks/${clusterName}/cluster`;
}

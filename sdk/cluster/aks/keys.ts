import { createHash } from "node:crypto";
import { DiskEncryptionSet } from "@pulumi/azure-native/compute";
import { Key, Vault } from "@pulumi/azure-native/keyvault";
import { type UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import type * as pulumi from "@pulumi/pulumi";
import { child } from "../cloud/child";
import { type AksExistingKey } from "./args";
import { type Context, grant, optionsOf, placeOf } from "./context";
import { REWRITTEN } from "./rewritten";
import { ROLES } from "./roles";

/** How a cluster encrypts what it keeps. */
export interface Keys {
  readonly key: Required<AksExistingKey>;
  /** The target's own. */
  readonly vault?: Vault;
  readonly diskEncryptionSet: DiskEncryptionSet;
  readonly ready: readonly pulumi.Resource[];
}

/**
 * One key for Secrets in etcd, OS disks and volumes. AKS makes its own private endpoint at the vault, so the control plane's identity is
 * Key Vault Contributor there, which reads no key (azure-aks-docs use-kms-etcd-encryption.md fb060ab, 2026-08).
 */
export function keys(context: Context, identity: UserAssignedIdentity): Keys {
  const { name, plan, transform } = context;
  const { key: existing } = plan.encryption;
  const own = existing === undefined ? ownKey(context, identity) : undefined;
  const key = { network: "private" as const, ...(own?.key ?? (existing as AksExistingKey)) };
  const diskEncryptionSet = child(
    DiskEncryptionSet,
    `${name}-disks`,
    {
      ...placeOf(context),
      encryptionType: "EncryptionAtRestWithCustomerKey",
      activeKey: { keyUrl: key.url, sourceVault: { id: key.vault } },
      identity: { type: "SystemAssigned" },
      rotationToLatestKeyVersionEnabled: false,
    },
    optionsOf(context, { protect: plan.protect.keys, ...(own && { dependsOn: [own.resource] }) }),
    transform.diskEncryptionSet,
  );
  const disks = diskEncryptionSet.identity.apply((it) => it?.principalId ?? "");
  const { principalId } = identity;
  const ready = [
    grant(context, { child: "secrets-key", principalId, role: ROLES.cryptoUser, scope: key.vault }),
    grant(context, { child: "secrets-vault", principalId, role: ROLES.vaultContributor, scope: key.vault }),
    grant(context, { child: "disks-key", principalId: disks, role: ROLES.cryptoServiceUser, scope: key.vault }),
    grant(context, { child: "disks", principalId, role: ROLES.reader, scope: diskEncryptionSet.id }),
  ];
  return { key, diskEncryptionSet, ready, ...(own && { vault: own.vault }) };
}

function ownKey(context: Context, identity: UserAssignedIdentity) {
  const { name, plan, transform } = context;
  const vault = child(
    Vault,
    `${name}-vault`,
    {
      ...placeOf(context),
      vaultName: identity.principalId.apply((principal) => vaultName(name, principal)),
      properties: {
        tenantId: identity.tenantId,
        sku: { family: "A", name: "standard" },
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        softDeleteRetentionInDays: 90,
        enablePurgeProtection: true,
        publicNetworkAccess: "Disabled",
        // Disks' service and Azure's own management come in by the bypass.
        networkAcls: { bypass: "AzureServices", defaultAction: "Deny" },
      },
    },
    optionsOf(context, { protect: plan.protect.keys, ignoreChanges: [...REWRITTEN.vault] }),
    transform.vault,
  );
  const resource = child(
    Key,
    `${name}-key`,
    {
      resourceGroupName: context.resourceGroup,
      vaultName: vault.name,
      keyName: "cluster",
      properties: { kty: "RSA", keySize: 3072, keyOps: ["encrypt", "decrypt", "wrapKey", "unwrapKey"] },
      tags: plan.tags,
    },
    // Azure's management API cannot delete a key: it goes with its vault.
    optionsOf(context, { protect: plan.protect.keys, deletedWith: vault }),
    transform.key,
  );
  return { vault, resource, key: { vault: vault.id, url: resource.keyUriWithVersion } };
}

/** Unique in the world, and another one for the next cluster: a vault's name stays taken for 90 days after it is gone. */
export function vaultName(name: string, principal: string): string {
  const suffix = createHash("sha256").update(principal).digest("hex").slice(0, 8);
  return `${name.slice(0, 15).replace(/-+$/, "")}-${suffix}`.replaceAll(/-{2,}/g, "-");
}

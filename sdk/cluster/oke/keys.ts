import { Key } from "@pulumi/oci/kms/key";
import { Vault } from "@pulumi/oci/kms/vault";
import * as pulumi from "@pulumi/pulumi";
import { make, placed, type Site } from "./site";

/**
 * The key that encrypts Secrets, boot volumes and claims: the given one, or one of our own. Both vault and key outlive the stack, because
 * Oracle deletes them only after days, and what they encrypted cannot be read again.
 */
export function encryptionKey(site: Site): pulumi.Output<string> {
  const { args, plan, name } = site;
  if (args.encryption?.key !== undefined) return pulumi.output(args.encryption.key);
  const opts = { protect: plan.protect.keys, retainOnDelete: true };
  const vault = make(
    site,
    Vault,
    "vault",
    { ...placed(site), displayName: name, vaultType: "DEFAULT" },
    args.transform?.vault,
    opts,
  );
  const key = make(
    site,
    Key,
    "key",
    {
      ...placed(site),
      displayName: name,
      managementEndpoint: vault.managementEndpoint,
      keyShape: { algorithm: "AES", length: 32 },
      protectionMode: "HSM",
    },
    args.transform?.key,
    opts,
  );
  return key.id;
}

import { readFile } from "node:fs/promises";
import { messageOf } from "../errors";
import { sigstoreError } from "./errors";
import { openPrivateKey } from "./keys";
import { type Signer } from "./types";

/**
 * A signing key in a file, as plain data, so that it can be an input of a resource.
 *
 * @typeParam Password - `string`, or a Pulumi secret.
 */
export interface KeyFile<Password = string> {
  readonly kind: "key-file";
  /** Encrypted private key, as `cosign generate-key-pair` writes it. */
  readonly path: string;
  readonly password: Password;
}

/**
 * Signs with a key in a file.
 *
 * @example
 * evidence: { signer: keyFile({ path: "cosign.key", password: config.requireSecret("cosignPassword") }) }
 */
export function keyFile<Password>(options: Omit<KeyFile<Password>, "kind">): KeyFile<Password> {
  return { kind: "key-file", path: options.path, password: options.password };
}

/**
 * Opens a signer for use.
 *
 * @throws CairnError `SIGSTORE_KEY_INVALID` or `SIGSTORE_PASSWORD_WRONG`
 */
export async function openSigner(key: KeyFile): Promise<Signer> {
  let pem: string;
  try {
    pem = await readFile(key.path, "utf8");
  } catch (cause) {
    throw sigstoreError("SIGSTORE_KEY_INVALID", `the signing key ${key.path} cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: "make one with `cosign generate-key-pair`",
    });
  }
  return openPrivateKey(pem, key.password);
}

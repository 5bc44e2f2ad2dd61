import { messageOf } from "../errors";
import { readTextFile } from "../files";
import { sigstoreError } from "./errors";
import { openPrivateKey } from "./keys";
import { type Signer } from "./types";

/** Where the password of a key file comes from. An environment variable keeps it out of programs and state altogether. */
export type KeyFileOptions<Password = string> = {
  /** Encrypted private key, as `cosign generate-key-pair` writes it. */
  readonly path: string;
} & ({ readonly password: Password } | { readonly passwordEnv?: string });

/**
 * A signing key in a file, as plain data, so that it can be an input of a resource.
 *
 * @typeParam Password - `string`, or a Pulumi secret.
 */
export type KeyFile<Password = string> = { readonly kind: "key-file" } & KeyFileOptions<Password>;

/** What cosign itself reads. */
const DEFAULT_PASSWORD_ENV = "COSIGN_PASSWORD";

/**
 * Signs with a key in a file. The password is given, or read from the environment when signing (`COSIGN_PASSWORD` unless named otherwise).
 *
 * @example
 * evidence: { signer: keyFile({ path: "cosign.key", password: config.requireSecret("cosignPassword") }) }
 */
export function keyFile<Password = string>(options: KeyFileOptions<Password>): KeyFile<Password> {
  return { kind: "key-file", ...options };
}

/**
 * Opens a signer for use.
 *
 * @throws CairnError `SIGSTORE_KEY_INVALID` or `SIGSTORE_PASSWORD_WRONG`
 */
export async function openSigner(key: KeyFile): Promise<Signer> {
  let pem: string;
  try {
    pem = readTextFile(key.path);
  } catch (cause) {
    throw sigstoreError("SIGSTORE_KEY_INVALID", `the signing key ${key.path} cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: "make one with `cosign generate-key-pair`",
    });
  }
  return openPrivateKey(pem, passwordOf(key));
}

function passwordOf(key: KeyFile): string {
  if ("password" in key) return key.password;
  const name = key.passwordEnv ?? DEFAULT_PASSWORD_ENV;
  const password = process.env[name];
  if (password !== undefined) return password;
  throw sigstoreError("SIGSTORE_PASSWORD_WRONG", `the password of ${key.path} is not given`, { hint: `set ${name}` });
}

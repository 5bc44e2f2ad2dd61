import { CairnError } from "../errors";
import { type OciClient } from "../oci";
import { attachBundle, attachedBundles, type DigestedReference } from "./attach";
import { parseBundle, parseStatement, STATEMENT_V1 } from "./bundle";
import { sigstoreError } from "./errors";
import { parsePublicKey } from "./keys";
import { signStatement } from "./sign";
import { type Signer, type Statement, type VerifiedStatement } from "./types";
import { verifyBundle } from "./verify";

/** What cosign 3 states about an image that it signs. */
export const IMAGE_SIGNATURE = "https://sigstore.dev/cosign/sign/v1";

/** What was found beside an image. `key` is the fingerprint of the key that verified it, `bundle` its JSON. */
export type ImageSignature =
  | { readonly status: "verified"; readonly key: string; readonly bundle: string }
  | { readonly status: "unverified"; readonly reason: string; readonly bundle?: string }
  | { readonly status: "none" };

/**
 * Signs an image so that `cosign verify --key` accepts it. An image that this key has signed already is left as it is.
 *
 * @returns the bundle, as JSON
 */
export async function signImage(client: OciClient, ref: DigestedReference, signer: Signer): Promise<string> {
  const existing = await findImageSignature(client, ref, [signer.publicKey]);
  if (existing.status === "verified") return existing.bundle;
  const statement: Statement = {
    _type: STATEMENT_V1,
    subject: [{ digest: { sha256: hexOf(ref.digest) } }],
    predicateType: IMAGE_SIGNATURE,
    predicate: {},
  };
  const bundle = await signStatement(statement, signer);
  await attachBundle(client, ref, bundle, IMAGE_SIGNATURE);
  return bundle;
}

/**
 * Looks for a signature of an image by one of `keys` (SPKI PEM). Attestations, evidence among them, are no signatures and do not count,
 * whoever signed them.
 *
 * Signatures in the formats before cosign 3 (`.sig` tags) are not looked for. Without keys, whatever signature there is stays `unverified`.
 *
 * @throws CairnError of kind `could-not-check` when the registry could not be asked (that is not `none`), `SIGSTORE_KEY_INVALID`
 */
export async function findImageSignature(
  client: OciClient,
  ref: DigestedReference,
  keys: readonly string[],
  signal?: AbortSignal,
): Promise<ImageSignature> {
  keys.forEach(parsePublicKey);
  let best: ImageSignature = { status: "none" };
  for await (const attached of attachedBundles(client, ref, signal)) {
    const found =
      "problem" in attached ? unverified(firstLine(attached.problem)) : judge(attached.bytes, ref.digest, keys);
    if (found.status === "verified") return found;
    if (best.status === "none") best = found;
  }
  return best;
}

/**
 * Verifies a bundle that was kept, as a lock does, offline.
 *
 * @throws CairnError `SIGSTORE_PREDICATE_TYPE` when it is not an image signature, `SIGSTORE_SUBJECT_MISMATCH` when it is of another image,
 * and what {@link verifyBundle} throws
 */
export function verifyImageBundle(bundle: string, digest: string, keys: readonly string[]): VerifiedStatement {
  const verified = verifyBundle(Buffer.from(bundle), { kind: "keys", keys });
  const { predicateType, subject } = verified.statement;
  if (predicateType !== IMAGE_SIGNATURE)
    throw sigstoreError(
      "SIGSTORE_PREDICATE_TYPE",
      `the bundle states ${predicateType}, which is not an image signature`,
    );
  const [only, ...others] = subject;
  if (others.length > 0 || only?.digest["sha256"] !== hexOf(digest))
    throw sigstoreError("SIGSTORE_SUBJECT_MISMATCH", `the signature is of another image than ${digest}`);
  return verified;
}

function judge(bytes: Buffer, digest: string, keys: readonly string[]): ImageSignature {
  const bundle = bytes.toString("utf8");
  try {
    return { status: "verified", key: verifyImageBundle(bundle, digest, keys).key, bundle };
  } catch (error) {
    if (!(error instanceof CairnError)) throw error;
    return claimsImageSignature(bytes) ? unverified(firstLine(error.message), bundle) : { status: "none" };
  }
}

/** Tells a signature that does not verify from an attestation, which is none. Decides nothing that is trusted. */
function claimsImageSignature(bytes: Buffer): boolean {
  try {
    return parseStatement(parseBundle(bytes).payload).predicateType === IMAGE_SIGNATURE;
  } catch {
    return true;
  }
}

const unverified = (reason: string, bundle?: string): ImageSignature => ({
  status: "unverified",
  reason,
  ...(bundle !== undefined && { bundle }),
});

const firstLine = (message: string): string => message.split("\n", 1)[0] ?? message;
const hexOf = (digest: string): string => digest.replace(/^sha256:/, "");

import { verify as verifySignature, type KeyObject } from "node:crypto";
import { dsse } from "@sigstore/core";
import { CairnError } from "../errors";
import { PAYLOAD_TYPE, parseBundle, parseStatement, type KeyBundle } from "./bundle";
import { sigstoreError } from "./errors";
import { keyFingerprint, keyHint, parsePublicKey } from "./keys";
import { type SignerPolicy, type VerifiedStatement } from "./types";

/**
 * Proves who signed a statement, and reads it only then.
 *
 * It does not say what the statement is about: the caller compares `subject` and `predicateType` with what it expects.
 *
 * @throws CairnError with a `SIGSTORE_…` code, for anything that is not a valid signature by a key of the policy
 */
export function verifyBundle(bytes: Buffer, policy: SignerPolicy): VerifiedStatement {
  return failClosed(() => {
    const keys = readPolicy(policy);
    const bundle = parseBundle(bytes);
    checkPayloadType(bundle);
    const signer = selectKey(bundle, keys);
    checkSignature(bundle, signer);
    return { statement: parseStatement(bundle.payload), payload: bundle.payload, key: signer.fingerprint };
  });
}

interface TrustedKey {
  readonly key: KeyObject;
  readonly hint: string;
  readonly fingerprint: string;
}

/** Whatever a library throws at hostile bytes is a refusal with a code, never a crash and never a pass. */
function failClosed<T>(prove: () => T): T {
  try {
    return prove();
  } catch (error) {
    if (error instanceof CairnError) throw error;
    throw sigstoreError("SIGSTORE_UNEXPECTED", "the bundle could not be verified", { cause: error });
  }
}

function readPolicy(policy: SignerPolicy): readonly TrustedKey[] {
  if (policy.keys.length === 0)
    throw sigstoreError("SIGSTORE_POLICY_EMPTY", "no signer is trusted, so nothing can be verified", {
      hint: "name at least one public key",
    });
  return policy.keys.map((pem) => {
    const key = parsePublicKey(pem);
    return { key, hint: keyHint(key), fingerprint: keyFingerprint(pem) };
  });
}

function checkPayloadType(bundle: KeyBundle): void {
  if (bundle.payloadType === PAYLOAD_TYPE) return;
  throw sigstoreError("SIGSTORE_PAYLOAD_TYPE", `the bundle's payload is not ${PAYLOAD_TYPE}`);
}

function selectKey(bundle: KeyBundle, keys: readonly TrustedKey[]): TrustedKey {
  const signer = keys.find(({ hint }) => hint === bundle.hint);
  if (signer !== undefined) return signer;
  throw sigstoreError("SIGSTORE_KEY_UNKNOWN", "the bundle is signed with a key that is not trusted here", {
    hint: `trusted: ${keys.map(({ fingerprint }) => fingerprint).join(", ")}`,
  });
}

function checkSignature(bundle: KeyBundle, signer: TrustedKey): void {
  const signed = dsse.preAuthEncoding(bundle.payloadType, bundle.payload);
  if (verifySignature("sha256", signed, signer.key, bundle.signature)) return;
  throw sigstoreError("SIGSTORE_SIGNATURE_INVALID", "the signature does not match the statement: one was changed");
}

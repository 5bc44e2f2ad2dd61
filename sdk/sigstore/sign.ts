import { bundleToJSON, BUNDLE_V03_MEDIA_TYPE, type BundleWithDsseEnvelope } from "@sigstore/bundle";
import { dsse } from "@sigstore/core";
import { PAYLOAD_TYPE } from "./bundle";
import { keyHint, parsePublicKey } from "./keys";
import { type Signer, type Statement } from "./types";

/**
 * Signs a statement.
 *
 * @returns a Sigstore bundle v0.3 with one DSSE signature, as JSON
 */
export async function signStatement(statement: Statement, signer: Signer): Promise<string> {
  const payload = Buffer.from(JSON.stringify(statement));
  const sig = await signer.sign(dsse.preAuthEncoding(PAYLOAD_TYPE, payload));
  const bundle: BundleWithDsseEnvelope = {
    mediaType: BUNDLE_V03_MEDIA_TYPE,
    verificationMaterial: {
      content: { $case: "publicKey", publicKey: { hint: keyHint(parsePublicKey(signer.publicKey)) } },
      tlogEntries: [],
      timestampVerificationData: undefined,
    },
    content: {
      $case: "dsseEnvelope",
      // No keyid: cosign 3.1 passes over a signature whose keyid is not its own name for the key.
      dsseEnvelope: { payloadType: PAYLOAD_TYPE, payload, signatures: [{ sig, keyid: "" }] },
    },
  };
  return JSON.stringify(bundleToJSON(bundle));
}

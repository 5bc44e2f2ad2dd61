import { type JsonObject } from "../json";

/** Signs bytes. P-256 with SHA-256 and DER signatures, which is what every verifier of the field takes. */
export interface Signer {
  /** Over the DSSE pre-authentication encoding. */
  sign(bytes: Buffer): Promise<Buffer>;
  /** SPKI PEM. */
  readonly publicKey: string;
}

/** in-toto Statement v1. */
export interface Statement extends JsonObject {
  readonly _type: string;
  readonly subject: readonly Subject[];
  readonly predicateType: string;
  readonly predicate: JsonObject;
}

export interface Subject extends JsonObject {
  readonly digest: { readonly [algorithm: string]: string };
}

/** Who may have signed. Never empty: a policy that would accept anybody is refused. */
export type SignerPolicy = {
  readonly kind: "keys";
  /** SPKI PEM, one or more. */
  readonly keys: readonly string[];
};

/** What a bundle proved. */
export interface VerifiedStatement {
  readonly statement: Statement;
  /** The payload's exact bytes, over which the signature was checked. */
  readonly payload: Buffer;
  /** `sha256:…` of the signer's SPKI DER. */
  readonly key: string;
}

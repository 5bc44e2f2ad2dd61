/**
 * Plumbing: statements and keys go in, Sigstore bundles (v0.3, DSSE) come out; bundles and a signer policy go in, proven statements come out.
 * Images are signed and found signed in the format of `cosign sign --key`.
 */
export { attachBundle, attachedBundles, type AttachedBundle, type DigestedReference } from "./attach";
export { BUNDLE_MEDIA_TYPE, STATEMENT_V1 } from "./bundle";
export { type SigstoreError, type SigstoreErrorCode } from "./errors";
export { findImageSignature, IMAGE_SIGNATURE, signImage, verifyImageBundle, type ImageSignature } from "./image";
export { generateKeyPair, keyFingerprint, openPrivateKey, type KeyPair } from "./keys";
export { signStatement } from "./sign";
export { keyFile, openSigner, type KeyFile, type KeyFileOptions } from "./signer";
export { verifyBundle } from "./verify";
export type * from "./types";

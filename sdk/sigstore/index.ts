/**
 * Plumbing: statements and keys go in, Sigstore bundles (v0.3, DSSE) come out; bundles and a signer policy go in, proven statements come out.
 */
export type * from "./types";

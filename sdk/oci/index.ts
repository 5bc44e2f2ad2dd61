/**
 * Plumbing: references go in, digest-checked manifests and blobs come out; artifacts are pushed with their referrers.
 */
export type * from "./types";

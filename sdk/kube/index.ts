/**
 * Plumbing: a kubeconfig goes in, a thin client for one Kubernetes API server comes out.
 */
export type * from "./types";

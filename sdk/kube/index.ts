/**
 * Plumbing: a kubeconfig goes in, a thin client for one Kubernetes API server comes out. Also tells from an object alone whether it is
 * ready, in the words of kstatus.
 */
export { connect, type ConnectOptions } from "./client";
export { isKubeError, KubeError, type FieldConflict, type KubeErrorCode, type StatusCause } from "./errors";
export { type HealthStatus, readiness, type Readiness } from "./health";
export { findKubeconfig, type KubeconfigOptions, type KubeconfigSource } from "./kubeconfig";
export { describeRef, refOf } from "./objects";
export { waitFor, type WaitOptions } from "./wait";
export type * from "./types";

/**
 * A locked recipe and a cluster go in; Kubernetes resources in dependency order, with readiness gates between components, come out.
 */
export * from "./types";

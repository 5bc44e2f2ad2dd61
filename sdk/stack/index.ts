/**
 * A locked recipe and a cluster go in; Kubernetes resources in dependency order, with readiness gates between components, come out.
 */
export * from "./types";
export { type StackComponent } from "./component";
export { destroyStepProvider } from "./destroy-run";
export { drainProvider } from "./drain-run";
export { gateProvider } from "./gate-run";
export { type CrdPolicy } from "./kubernetes-object";
export { RecipeStack, type RecipeStackArgs } from "./recipe-stack";
export { schedulingOf } from "./scheduling";

/**
 * A locked recipe and a cluster go in; Kubernetes resources in dependency order, with readiness gates between components, come out.
 */
export * from "./types";
export { type StackComponent } from "./component";
export { runDestroyStep } from "./destroy-run";
export { runDrain } from "./drain-run";
export { gateChanged, passGate } from "./gate-run";
export { type CrdPolicy } from "./kubernetes-object";
export { RecipeStack, type RecipeStackArgs } from "./recipe-stack";
export { schedulingOf } from "./scheduling";

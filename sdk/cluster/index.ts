/**
 * Where a stack runs. A target's settings go in; a kubeconfig, node pools with their labels and taints, and facts for the recipe come out.
 */
export { kubernetesVersionProvider } from "./cloud/kubernetes-version";
export type * from "./types";

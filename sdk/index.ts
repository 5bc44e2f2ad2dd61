/**
 * The public surface of Cairn: two cluster components, the stack for whoever has a cluster already, and signers. Targets are imported by
 * name (`@cairn/sdk/local`, `@cairn/sdk/existing`), so that one cloud never loads another.
 */
export { type ClusterFacts, type ClusterTarget, type NodePool, type ProvisionedCluster, type Taint } from "./cluster";
export { CairnError, type Finding } from "./errors";
export { GpuInferenceCluster, GpuTrainingCluster, type EvidenceSettings, type GpuClusterArgs } from "./gpu-cluster";
export { keyFile, type KeyFile } from "./sigstore";
export { RecipeStack } from "./stack";

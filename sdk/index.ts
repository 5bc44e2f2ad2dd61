/**
 * The public surface of Cairn: two cluster components, their parts (stack, validation, evidence) for whoever has a cluster already, and
 * signers. Targets are imported by name (`@cairn/sdk/local`, `@cairn/sdk/existing`), so that one cloud never loads another.
 */
export { type ClusterFacts, type ClusterTarget, type NodePool, type ProvisionedCluster, type Taint } from "./cluster";
export { CairnError, type Finding } from "./errors";
export { Evidence, type EvidenceArgs } from "./evidence/resource";
export {
  GpuInferenceCluster,
  GpuTrainingCluster,
  type CoveredArgs,
  type EvidenceSettings,
  type GpuClusterArgs,
} from "./gpu-cluster";
export { keyFile, type KeyFile } from "./sigstore";
export { RecipeStack, type RecipeStackArgs } from "./stack";
export { ValidationPhase, type ValidationPhaseArgs } from "./validation/phase";

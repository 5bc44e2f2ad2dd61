/**
 * Results go in, a signed bundle in a registry comes out; a bundle, a directory or a pointer and a signer policy go in, a verdict comes out.
 * The format is specified in docs/evidence-format.md. Nothing here needs Pulumi: its resource is `resource.ts` beside this.
 */
export { emitEvidence, type EmittedEvidence, type EvidenceInput } from "./emit";
export { evidenceProvider, type EvidenceInputs, type EvidenceOutputs } from "./evidence-provider";
export { type EvidenceErrorCode } from "./errors";
export { PREDICATE_TYPE, PredicateSchema, recipeName, type PhaseSummary, type Predicate } from "./predicate";
export {
  publishEvidence,
  signEvidence,
  type PublishedEvidence,
  type PublishOptions,
  type SignedEvidence,
} from "./publish";
export { formatVerdict, type StepResult, type StepStatus, type Verdict } from "./verdict";
export { verifyEvidence, type VerifyOptions } from "./verify";

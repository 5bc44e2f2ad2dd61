import { CairnError, type CairnErrorOptions } from "../errors";

/** What evidence failed at. */
export type EvidenceErrorCode =
  | "EVIDENCE_INPUT_INVALID"
  | "EVIDENCE_RESULTS_FAILED"
  | "EVIDENCE_SOURCE_INVALID"
  | "EVIDENCE_UNSIGNED"
  | "EVIDENCE_NOT_VERIFIED"
  | "EVIDENCE_PREDICATE_TYPE"
  | "EVIDENCE_PREDICATE_INVALID"
  | "EVIDENCE_SUBJECT_MISMATCH"
  | "EVIDENCE_FILES_MISMATCH"
  | "EVIDENCE_NOT_FRESH"
  | "EVIDENCE_POINTER_INVALID"
  | "EVIDENCE_POINTER_MISMATCH"
  | "EVIDENCE_RECIPE_MISMATCH"
  | "EVIDENCE_LOCK_MISMATCH"
  | "EVIDENCE_BOM_MISMATCH"
  | "EVIDENCE_RESULTS_MISMATCH"
  | "EVIDENCE_CLUSTER_MISMATCH"
  | "EVIDENCE_TIER_MISMATCH";

export function evidenceError(
  code: EvidenceErrorCode,
  summary: string,
  options: CairnErrorOptions = {},
): CairnError<EvidenceErrorCode> {
  return new CairnError(code, summary, options);
}

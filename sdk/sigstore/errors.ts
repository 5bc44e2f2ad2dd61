import { CairnError, type CairnErrorOptions } from "../errors";

/** What a key, a bundle or a policy failed at. Always of kind `invalid`: nothing here asks a network. */
export type SigstoreErrorCode =
  | "SIGSTORE_POLICY_EMPTY"
  | "SIGSTORE_KEY_INVALID"
  | "SIGSTORE_PASSWORD_WRONG"
  | "SIGSTORE_BUNDLE_MALFORMED"
  | "SIGSTORE_BUNDLE_VERSION"
  | "SIGSTORE_PAYLOAD_TYPE"
  | "SIGSTORE_KEY_UNKNOWN"
  | "SIGSTORE_SIGNATURE_INVALID"
  | "SIGSTORE_STATEMENT_INVALID"
  | "SIGSTORE_PREDICATE_TYPE"
  | "SIGSTORE_SUBJECT_MISMATCH"
  | "SIGSTORE_UNEXPECTED";

export type SigstoreError = CairnError<SigstoreErrorCode>;

export function sigstoreError(
  code: SigstoreErrorCode,
  summary: string,
  options: Omit<CairnErrorOptions, "kind"> = {},
): SigstoreError {
  return new CairnError(code, summary, options);
}

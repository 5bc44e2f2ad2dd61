import { CairnError, type CairnErrorOptions, type ErrorKind } from "../errors";

/** Why a registry operation failed. The code decides the kind: a refusal is `invalid`, an unanswered question `could-not-check`. */
export type OciErrorCode = keyof typeof KIND;

const KIND = {
  OCI_REFERENCE_INVALID: "invalid",
  OCI_CONFIG_INVALID: "invalid",
  OCI_NOT_FOUND: "invalid",
  OCI_UNAUTHORIZED: "could-not-check",
  OCI_UNREACHABLE: "could-not-check",
  OCI_HTTP_STATUS: "could-not-check",
  OCI_RESPONSE_INVALID: "invalid",
  OCI_DIGEST_MISMATCH: "invalid",
  OCI_TOO_LARGE: "invalid",
  OCI_REDIRECT_REFUSED: "invalid",
  OCI_REALM_REFUSED: "invalid",
  OCI_LOCATION_REFUSED: "invalid",
  OCI_REFERRER_INVALID: "invalid",
  OCI_LOST_UPDATE: "could-not-check",
  OCI_ARCHIVE_INVALID: "invalid",
} as const satisfies Record<string, ErrorKind>;

/** An error of this room. */
export type OciError = CairnError<OciErrorCode>;

export function ociError(code: OciErrorCode, summary: string, options: Omit<CairnErrorOptions, "kind"> = {}): OciError {
  return new CairnError(code, summary, { ...options, kind: KIND[code] });
}

/** Whether `error` is this room's error with one of `codes`. */
export function isOciError(error: unknown, ...codes: readonly OciErrorCode[]): error is OciError {
  return error instanceof CairnError && (codes as readonly string[]).includes(error.code);
}

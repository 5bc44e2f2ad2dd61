import { CairnError, type CairnErrorOptions, type ErrorKind } from "../errors";

/** Why a registry operation failed. The code decides the kind: a refusal is `invalid`, an unanswered question `could-not-check`. */
export type OciErrorCode = keyof typeof KIND;

const KIND = {
  OCI_REFERENCE_INVALID: "invalid",
  OCI_CONFIG_INVALID: "invalid",
  OCI_NOT_FOUND: "invalid",
  OCI_UNAUTHORIZED: "could-not-check",
  OCI_INTERRUPTED: "interrupted",
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

/** Whether `error` is this room's error; with `codes`, one of those. */
export function isOciError(error: unknown, ...codes: readonly OciErrorCode[]): error is OciError {
  const accepted: readonly string[] = codes.length === 0 ? Object.keys(KIND) : codes;
  return error instanceof CairnError && accepted.includes(error.code);
}

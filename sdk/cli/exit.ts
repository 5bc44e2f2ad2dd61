import { type ErrorKind } from "../errors";

/** Exit codes of `cairn` (docs/architecture.md, "Errors and exit codes"). */
export const EXIT = { ok: 0, checkFailed: 1, invalid: 2, couldNotCheck: 3, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_OF_KIND: Readonly<Record<ErrorKind, ExitCode>> = {
  "check-failed": EXIT.checkFailed,
  invalid: EXIT.invalid,
  "could-not-check": EXIT.couldNotCheck,
  interrupted: EXIT.interrupted,
};

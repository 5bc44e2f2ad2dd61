/** One thing that is wrong with an input, and where. */
export interface Finding {
  readonly message: string;
  /** File as the user named it. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** Dotted path inside the document. */
  readonly path?: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** What the caller's exit code should say (docs/architecture.md, "Exit codes"). */
export type ErrorKind = "check-failed" | "invalid" | "could-not-check" | "interrupted";

export interface CairnErrorOptions {
  readonly cause?: unknown;
  /** Everything that is wrong, not only the first thing. */
  readonly findings?: readonly Finding[];
  /** The next command to run or the change to make. */
  readonly hint?: string;
  /** @default "invalid" */
  readonly kind?: ErrorKind;
}

/**
 * The one error class that leaves a room. `code` is stable and for machines; `message` is one complete text for people:
 * what is wrong, every finding with its place, and what to do next.
 *
 * @example
 * throw new CairnError("LOCK_STALE", "cairn.lock.yaml was made for another recipe", { hint: "run `cairn lock`" });
 */
export class CairnError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly findings: readonly Finding[];
  readonly hint: string | undefined;
  readonly kind: ErrorKind;

  constructor(code: Code, summary: string, options: CairnErrorOptions = {}) {
    const findings = options.findings ?? [];
    const lines = [
      summary,
      ...findings.map((f) => `  ${formatFinding(f)}`),
      ...(options.hint ? [`→ ${options.hint}`] : []),
    ];
    super(printable(lines.join("\n")), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "CairnError";
    this.code = code;
    this.findings = findings;
    this.hint = options.hint;
    this.kind = options.kind ?? "invalid";
  }

  /** The mark of a `RunError` of Pulumi's SDK: its runner prints such an error by its message alone, without a stack. */
  get __pulumiRunError(): true {
    return true;
  }
}

/** `file:line:column: path: message (hint)`, leaving out what is not known. */
export function formatFinding(finding: Finding): string {
  const place = [finding.file, finding.line, finding.line === undefined ? undefined : finding.column]
    .filter((part) => part !== undefined)
    .join(":");
  const parts = [place, finding.path ?? "", finding.message].filter((part) => part !== "");
  return parts.join(": ") + (finding.hint ? ` (${finding.hint})` : "");
}

/** By file, line and column; what has no line first. For `sort`. */
export function byPlace(a: Finding, b: Finding): number {
  const [left, right] = [a.file ?? "", b.file ?? ""];
  if (left !== right) return left < right ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

/** Text that may come from strangers, for a terminal: control characters and what cannot be seen are written out as `\u{1b}`. */
export function printable(text: string): string {
  return text.replace(/[^\P{C}\n\t]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { printable } from "../errors";
import { type Predicate } from "./predicate";

/** `could-not-check` is never taken for a pass. */
export type StepStatus = "verified" | "failed" | "could-not-check";

/** One thing that was checked, in the order in which it was. */
export interface StepResult {
  readonly name: string;
  readonly status: StepStatus;
  /** What was found, in one or more lines. */
  readonly detail: string;
  /** Code of the error, when it did not pass. */
  readonly code?: string;
}

/** What evidence proves. */
export interface Verdict {
  /** `verified` only when every step is. */
  readonly status: StepStatus;
  /** Where the evidence was found. */
  readonly source: string;
  readonly steps: readonly StepResult[];
  /** What the signer states; present only when its signature and everything that it lists was verified. */
  readonly proven?: {
    /** Digest of the evidence's manifest. */
    readonly digest: string;
    /** Fingerprint of the signer's key. */
    readonly key: string;
    readonly predicate: Predicate;
  };
}

/** Code of a step whose prerequisite did not pass. */
export const NOT_REACHED = "EVIDENCE_NOT_REACHED";

const MARK: Readonly<Record<StepStatus, string>> = { verified: "ok", failed: "FAILED", "could-not-check": "unknown" };

const CONCLUSION: Readonly<Record<StepStatus, string>> = {
  verified: "verified",
  failed: "REFUSED",
  "could-not-check": "NOT VERIFIED: something could not be checked",
};

const TIER_NOTE: Readonly<Record<Predicate["tier"], string>> = {
  simulated: "tier simulated: no kubelet ran, so this never counts as conformance",
  cluster: "tier cluster: real kubelets, no device was exercised",
  accelerator: "tier accelerator: ran on a real device",
};

/** A verdict for people: a line for each step, then the conclusion. Control characters of the evidence are shown escaped. */
export function formatVerdict(verdict: Verdict): string {
  const width = Math.max(...verdict.steps.map(({ name }) => name.length));
  const reached = verdict.steps.filter(({ code }) => code !== NOT_REACHED);
  const rest = verdict.steps.filter(({ code }) => code === NOT_REACHED).map(({ name }) => name);
  const lines = reached.map(({ name, status, detail }) => {
    const [first = "", ...rest] = detail.split("\n");
    const head = `  ${MARK[status].padEnd(7)} ${name.padEnd(width)}  ${first}`;
    return [head, ...rest.map((line) => `${" ".repeat(width + 12)}${line.trim()}`)].join("\n");
  });
  if (rest.length > 0) lines.push(`  ${"".padEnd(7)} not reached: ${rest.join(", ")}`);
  const { proven } = verdict;
  const note = proven === undefined ? [] : [TIER_NOTE[proven.predicate.tier]];
  return printable([`evidence ${verdict.source}`, ...lines, CONCLUSION[verdict.status], ...note].join("\n"));
}

import { type CTRFReport, type Summary, type Test, type TestStatus } from "ctrf";
import { type Phase } from "../recipe";
import { TIER_NOTE } from "./tier";
import { type CheckStatus, type Outcome, type Tier } from "./types";

/** A CTRF report (https://ctrf.io, specification 0.0.0). */
export type PhaseReport = CTRFReport;

/** CTRF has no "could not decide": such a test is `other`, with our word in `rawStatus`. */
const STATUS: Readonly<Record<CheckStatus, TestStatus>> = {
  passed: "passed",
  failed: "failed",
  skipped: "skipped",
  error: "other",
};

/**
 * One CTRF test for each check and each constraint, so that durations are real and the totals are those that a recipe names. Each
 * assertion is a step of its test, with `control`, `expected` and `observed` in the step's `extra`.
 */
export function toCtrf(
  phase: { readonly phase: Phase; readonly tier: Tier; readonly outcomes: readonly Outcome[] },
  time: { readonly start: number; readonly stop: number },
): PhaseReport {
  const tests = phase.outcomes.map((outcome) => toTest(outcome, phase.phase, phase.tier));
  return {
    reportFormat: "CTRF",
    specVersion: "0.0.0",
    timestamp: new Date(time.stop).toISOString(),
    generatedBy: "cairn",
    results: {
      tool: { name: "cairn", extra: { phase: phase.phase, tier: phase.tier, note: TIER_NOTE[phase.tier] } },
      summary: summaryOf(tests, time),
      tests,
    },
  };
}

function toTest(outcome: Outcome, phase: Phase, tier: Tier): Test {
  const message = failureOf(outcome);
  return {
    name: outcome.name,
    status: STATUS[outcome.status],
    rawStatus: outcome.status,
    duration: outcome.stop - outcome.start,
    start: outcome.start,
    stop: outcome.stop,
    suite: ["cairn", phase, outcome.kind],
    type: outcome.kind,
    ...(message !== "" && { message }),
    steps: outcome.assertions.map(({ name, passed, control, expected, observed }) => ({
      name,
      status: passed ? ("passed" as const) : ("failed" as const),
      extra: { control, expected, observed },
    })),
    extra: { tier, simulated: tier === "simulated", description: outcome.description },
  };
}

/** What went wrong, one statement a line; empty when nothing did. */
export function failureOf(outcome: Outcome): string {
  const failed = outcome.assertions.filter((a) => !a.passed);
  const lines = failed.map((a) => `${a.name}: expected ${a.expected}, observed ${a.observed}`);
  return [...lines, ...(outcome.message === undefined ? [] : [outcome.message])].join("\n");
}

function summaryOf(
  tests: readonly Test[],
  { start, stop }: { readonly start: number; readonly stop: number },
): Summary {
  const count = (status: TestStatus): number => tests.filter((t) => t.status === status).length;
  return {
    tests: tests.length,
    passed: count("passed"),
    failed: count("failed"),
    skipped: count("skipped"),
    pending: count("pending"),
    other: count("other"),
    start,
    stop,
  };
}

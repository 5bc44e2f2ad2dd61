import { type Phase, type PhaseSpec, type Recipe } from "../recipe";
import { digestOf } from "../oci";
import { CtrfView, readJson, type CtrfStatus } from "./documents";
import { evidenceError } from "./errors";
import { ctrfFile } from "./format";
import { weakest, type PhaseSummary, type Predicate } from "./predicate";

type Tier = Predicate["tier"];

/** What a CTRF report comes to when it is counted again. */
export interface PhaseResults {
  readonly summary: PhaseSummary;
  /** The weakest tier of its tests; `simulated` when a test does not say. */
  readonly tier: Tier;
  /** Names of its tests. */
  readonly tests: readonly string[];
  /** Tests that failed or could not decide. */
  readonly bad: readonly string[];
}

const STATUSES = ["passed", "failed", "skipped", "pending", "other"] as const satisfies readonly CtrfStatus[];
const BAD: readonly CtrfStatus[] = ["failed", "pending", "other"];

/**
 * Reads a phase's CTRF report and counts for itself.
 *
 * @throws CairnError `EVIDENCE_RESULTS_MISMATCH` when it is malformed, has no tests, names a test twice, or its own summary is not its tests
 */
export function readResults(phase: Phase, bytes: Buffer): PhaseResults {
  const file = ctrfFile(phase);
  const { summary, tests } = readJson(CtrfView, bytes, file, "EVIDENCE_RESULTS_MISMATCH").results;
  const mismatch = (why: string): Error => evidenceError("EVIDENCE_RESULTS_MISMATCH", `${file} ${why}`);
  if (tests.length === 0) throw mismatch("has no tests");

  const ids = tests.map((test) => JSON.stringify([test.type ?? "", test.name]));
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw mismatch(`has the test ${twice} twice`);

  const counted = Object.fromEntries(
    STATUSES.map((status) => [status, tests.filter((test) => test.status === status).length]),
  ) as Record<CtrfStatus, number>;
  const said = [...STATUSES.filter((status) => summary[status] !== counted[status])];
  if (said.length > 0 || summary.tests !== tests.length) throw mismatch(`says other totals than its tests (${said})`);

  return {
    summary: { ctrf: digestOf(bytes), tests: tests.length, ...counted },
    tier: weakest(tests.map((test) => test.extra?.tier ?? "simulated")),
    tests: tests.map((test) => test.name),
    bad: tests.filter((test) => BAD.includes(test.status)).map((test) => `${phase}: ${test.name} ${test.status}`),
  };
}

/** Whether there is anything for a phase to test. The readiness phase tests the recipe's own constraints too. */
export function asksFor(recipe: Pick<Recipe, "constraints" | "validation">, phase: Phase): boolean {
  const spec = recipe.validation[phase];
  const own = phase === "readiness" ? recipe.constraints.length : 0;
  return (spec?.checks.length ?? 0) + (spec?.constraints.length ?? 0) + own > 0;
}

/** Checks that a recipe asks of a phase and that its report does not have. */
export function missingChecks(spec: PhaseSpec | undefined, results: PhaseResults): readonly string[] {
  return (spec?.checks ?? []).filter((name) => !results.tests.includes(name));
}

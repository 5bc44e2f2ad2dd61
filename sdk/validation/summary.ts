import { failureOf } from "./ctrf";
import { TIER_NOTE } from "./tier";
import { type Phase } from "../recipe";
import { type CheckStatus, type Outcome, type Tier } from "./types";

/**
 * A phase in words: one line with the totals and the tier, then what did not pass, each with what was expected and what was seen.
 */
export function summarise(result: {
  readonly phase: Phase;
  readonly tier: Tier;
  readonly status: CheckStatus;
  readonly outcomes: readonly Outcome[];
}): string {
  const { phase, tier, status, outcomes } = result;
  if (outcomes.length === 0) return `${phase}: the recipe asks for nothing (${TIER_NOTE[tier]})`;
  const passed = outcomes.filter((o) => o.status === "passed").length;
  const head = `${phase} ${status}: ${passed} of ${outcomes.length} passed (${TIER_NOTE[tier]})`;
  const rest = outcomes.filter((o) => o.status !== "passed").flatMap(describe);
  return [head, ...rest].join("\n");
}

function describe(outcome: Outcome): readonly string[] {
  const reasons = failureOf(outcome).split("\n").filter(Boolean);
  return [`  ${outcome.name}: ${outcome.status}`, ...reasons.map((reason) => `    ${reason}`)];
}

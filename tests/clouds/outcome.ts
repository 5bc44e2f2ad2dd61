import assert from "node:assert/strict";
import { type Outcome } from "./cloud";

/** What a run changed, which has to have come to its end. */
export function done(outcome: Outcome): readonly string[] {
  assert.equal(outcome.ok, true, outcome.errors.join("\n"));
  return outcome.steps;
}

/** Why a run was refused, which it has to have been. */
export function refusalOf(outcome: Outcome): string {
  assert.equal(outcome.ok, false, outcome.steps.join("\n"));
  return outcome.errors.join("\n");
}

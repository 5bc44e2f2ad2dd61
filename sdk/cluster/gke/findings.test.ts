import assert from "node:assert/strict";
import { CairnError } from "../../errors";
import { type GkeSettings } from "./args";
import { planGke } from "./plan";

/** What a plan says against settings, a hint in brackets behind its message. */
export function findingsOf(args: GkeSettings) {
  try {
    planGke(args);
  } catch (error) {
    assert.ok(error instanceof CairnError, String(error));
    assert.equal(error.code, "CLUSTER_SETTINGS");
    return error.findings.map(({ path, message, hint }) => ({ path, text: `${message} (${hint ?? ""})` }));
  }
  return [];
}

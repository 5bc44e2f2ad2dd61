import assert from "node:assert/strict";
import { CairnError } from "../../errors";
import { type GkeSettings } from "./args";
import { planGke } from "./plan";
import { type Loose, settings } from "./settings.test";

/** Settings and pool settings with one mistake, the path of the one finding, and what it says. */
export type Mistake = readonly [what: string, changes: Loose, gpus: Loose, path: string, says: RegExp];

/** That each of them is refused, for itself alone. */
export function refuse(mistakes: readonly Mistake[]): void {
  for (const [what, changes, gpus, path, says] of mistakes)
    it(`refuse ${what}`, () => {
      const found = findingsOf(settings(changes, gpus));
      assert.deepEqual(
        found.map((finding) => finding.path),
        [path],
        JSON.stringify(found),
      );
      assert.match(found[0]?.text ?? "", says);
    });
}

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

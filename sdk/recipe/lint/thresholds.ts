import { type Finding } from "../../errors";
import { nearest } from "../../nearest";
import { parseComparison } from "../comparison";
import { THRESHOLDS } from "../files";
import { type ThresholdDocument } from "../schema";
import { agrees } from "../thresholds";
import { type Recipe, type Resolution } from "../types";
import { finding, type LintSubject, type Rule } from "./rule";
import { type Part, phasesOf, thresholdsOf } from "./walk";

const unusedThreshold: Rule = {
  name: "unused-threshold",
  severity: "warning",
  why: `A row of \`${THRESHOLDS}\` is for a check that the performance phase of some overlay lists; any other decides nothing.`,
  check: ({ catalog }) => {
    const listed = new Set(performanceChecks({ catalog }).map(({ value }) => value));
    return thresholdsOf(catalog)
      .filter(({ value }) => !listed.has(value.check))
      .map(({ document, path, value: { check } }) => {
        const [candidate] = nearest(check, listed);
        const hint =
          candidate === undefined ? "list it in an overlay, or remove the row" : `did you mean "${candidate}"?`;
        return finding(document, [...path, "check"], `no overlay lists the performance check "${check}"`, hint);
      });
  },
};

const missingThreshold: Rule = {
  name: "missing-threshold",
  severity: "error",
  why: `A performance check has a threshold wherever it is listed, from \`${THRESHOLDS}\` or as a constraint; without one it could not fail.`,
  check: (subject) => {
    const listed = performanceChecks(subject);
    const rows = thresholdsOf(subject.catalog).map(({ value }) => value);
    return subject.coordinates.resolved.flatMap((resolution) => {
      const { recipe } = resolution;
      return (recipe.validation.performance?.checks ?? [])
        .filter((check) => !hasThreshold(check, recipe, rows))
        .flatMap((check): readonly Finding[] => {
          // A trace is made when it is asked for, and takes longer than the recipe.
          const part = whereListed(check, resolution.trace, listed);
          if (part === undefined) return [];
          const message = `nothing tells what ${check} must reach for ${subjectOf(recipe)}`;
          const hint = `add a row to ${THRESHOLDS}, or a constraint beside the check`;
          return [finding(part.document, part.path, message, hint)];
        });
    });
  },
};

function performanceChecks({ catalog }: Pick<LintSubject, "catalog">): readonly Part<string>[] {
  return phasesOf(catalog)
    .filter(({ phase }) => phase === "performance")
    .flatMap(({ document, path, value: { checks } }) =>
      (checks ?? []).map((value, i) => ({ document, path: [...path, "checks", i], value })),
    );
}

function hasThreshold(check: string, recipe: Recipe, rows: readonly ThresholdDocument[]): boolean {
  const { checks = [], constraints = [] } = recipe.validation.performance ?? {};
  const own = rows.filter((row) => row.check === check);
  const names = new Set([check, ...own.map(({ constraint }) => constraint ?? check)]);
  if (constraints.some(({ name }) => names.has(name))) return true;
  // Which check a constraint of another name belongs to is known to the check alone.
  const unclaimed = constraints.filter(
    ({ name, value }) => !checks.includes(name) && parseComparison(value).operator !== "=",
  );
  if (own.length === 0) return unclaimed.length > 0;
  // How many GPUs there are is known once somebody states the number of nodes.
  const { criteria, hardware } = recipe;
  return own.some(({ gpus, ...row }) => gpus != null && agrees(row, { ...criteria, ...hardware }));
}

function whereListed(
  check: string,
  trace: Resolution["trace"],
  listed: readonly Part<string>[],
): Part<string> | undefined {
  const files = new Set(
    trace
      .filter(({ path, value }) => path.startsWith("validation.performance.checks.") && value === check)
      .map(({ file }) => file),
  );
  return listed.find(({ document, value }) => value === check && files.has(document.file));
}

/** What thresholds are looked up by. */
function subjectOf({ criteria: { service, accelerator }, hardware }: Recipe): string {
  const facts = { service, accelerator, ...hardware };
  const stated = Object.entries(facts).filter(([, value]) => value !== "any");
  return stated.map(([name, value]) => `${name}=${value}`).join(", ") || "any cluster";
}

export const THRESHOLD_RULES: readonly Rule[] = [unusedThreshold, missingThreshold];

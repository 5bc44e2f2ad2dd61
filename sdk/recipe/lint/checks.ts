import { type Finding } from "../../errors";
import { nearest } from "../../nearest";
import { type Catalog, type Validator } from "../catalog";
import { VALIDATORS } from "../files";
import { finding, type Rule } from "./rule";
import { type Part, phasesOf } from "./walk";

const unknownCheck: Rule = {
  name: "unknown-check",
  severity: "error",
  why: `A check that recipes list is in \`${VALIDATORS}\`, where the catalogue has one; nobody could run another.`,
  check: ({ catalog }) =>
    listedChecks(catalog).flatMap(({ document, path, value, validator }): readonly Finding[] => {
      if (validator !== undefined) return [];
      const [candidate] = nearest(value, catalog.validators.keys());
      const hint = candidate === undefined ? `describe it in ${VALIDATORS}` : `did you mean "${candidate}"?`;
      return [finding(document, path, `there is no check "${value}"`, hint)];
    }),
};

const checkPhase: Rule = {
  name: "check-phase",
  severity: "error",
  why: `A check stands in the phase that \`${VALIDATORS}\` gives it; in another it does not run.`,
  check: ({ catalog }) =>
    listedChecks(catalog).flatMap(({ document, path, value, phase, validator }): readonly Finding[] => {
      if (validator === undefined || validator.value.phase === phase) return [];
      const message = `"${value}" is a check of the ${validator.value.phase} phase, not of ${phase}`;
      return [finding(document, path, message, `move it to validation.${validator.value.phase}.checks`)];
    }),
};

interface ListedCheck extends Part<string> {
  readonly phase: string;
  readonly validator: Validator | undefined;
}

/** None without a validator catalogue to compare them with. */
function listedChecks(catalog: Catalog): readonly ListedCheck[] {
  if (catalog.validators.size === 0) return [];
  return phasesOf(catalog).flatMap(({ document, path, phase, value: { checks } }) =>
    (checks ?? []).map((value, i) => ({
      document,
      path: [...path, "checks", i],
      phase,
      value,
      validator: catalog.validators.get(value),
    })),
  );
}

export const CHECKS: readonly Rule[] = [unknownCheck, checkPhase];

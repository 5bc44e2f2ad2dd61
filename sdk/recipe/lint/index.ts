import { byPlace, CairnError, type Finding } from "../../errors";
import { suggestion } from "../../nearest";
import { type Catalog } from "../catalog";
import { CHARTS } from "./charts";
import { CHECKS } from "./checks";
import { COMPOSITION } from "./composition";
import { CONSTRAINTS } from "./constraints";
import { composeAll } from "./coordinates";
import { EVIDENCE_RULES } from "./evidence";
import { FILES } from "./files";
import { MANIFESTS } from "./manifests";
import { NAMING } from "./naming";
import { REASONS } from "./reasons";
import { type LintSubject, type Rule, type Severity } from "./rule";
import { THRESHOLD_RULES } from "./thresholds";

/** Every authoring rule that is tried once a catalogue loads. */
export const RULES: readonly Rule[] = [
  ...NAMING,
  ...FILES,
  ...COMPOSITION,
  ...CONSTRAINTS,
  ...CHECKS,
  ...THRESHOLD_RULES,
  ...CHARTS,
  ...MANIFESTS,
  ...REASONS,
  ...EVIDENCE_RULES,
];

/** Under this name stands what loading refuses. */
export const LOADS: Omit<Rule, "check"> = {
  name: "loads",
  severity: "error",
  why: "The catalogue can be read: known fields, documents and files that exist, no circle of bases. Nothing else is tried before.",
};

export type { Severity };

export interface LintFinding extends Finding {
  readonly rule: string;
  readonly severity: Severity;
}

export interface LintReport {
  /** By file, line and column. */
  readonly findings: readonly LintFinding[];
  /** How many were composed. */
  readonly recipes: number;
}

export interface LintOptions {
  /** Another severity for a rule, or none at all, by the rule's name. @default each rule's own */
  readonly rules?: Readonly<Record<string, Severity | "off">>;
}

/** See `lintCatalog` in `authoring.ts`. */
export function lint(load: () => Catalog, { rules = {} }: LintOptions): LintReport {
  requireKnown(Object.keys(rules));
  try {
    const subject = subjectOf(load());
    const findings = RULES.flatMap((rule) => {
      const severity = Object.hasOwn(rules, rule.name) ? rules[rule.name]! : rule.severity;
      return severity === "off" ? [] : rule.check(subject).map((found) => ({ ...found, rule: rule.name, severity }));
    });
    return { findings: sorted(findings), recipes: subject.coordinates.resolved.length };
  } catch (error) {
    if (!(error instanceof CairnError) || error.code !== "CATALOG_INVALID") throw error;
    const findings = error.findings.map((found) => ({ ...found, rule: LOADS.name, severity: LOADS.severity }));
    return { findings: sorted(findings), recipes: 0 };
  }
}

/** Recipes are composed when the first rule asks for them. */
function subjectOf(catalog: Catalog): LintSubject {
  let composed: LintSubject["coordinates"] | undefined;
  return {
    catalog,
    get coordinates() {
      return (composed ??= composeAll(catalog));
    },
  };
}

/** Each once: the same document is part of many recipes. */
function sorted(findings: readonly LintFinding[]): readonly LintFinding[] {
  const distinct = new Map(findings.map((found) => [keyOf(found), found]));
  return [...distinct.values()].sort((a, b) => byPlace(a, b) || (keyOf(a) < keyOf(b) ? -1 : 1));
}

const keyOf = ({ rule, file, line, column, message }: LintFinding): string =>
  JSON.stringify([rule, file, line, column, message]);

function requireKnown(names: readonly string[]): void {
  const known = RULES.map(({ name }) => name);
  const findings = names
    .filter((name) => !known.includes(name))
    .map((name) =>
      name === LOADS.name
        ? { message: `the rule "${name}" cannot be changed` }
        : { message: `there is no rule "${name}"`, ...suggestion(name, known) },
    );
  if (findings.length > 0)
    throw new CairnError("LINT_RULE_UNKNOWN", "these rules cannot be set", {
      findings,
      hint: 'docs/recipes.md, "Lint", lists them',
    });
}

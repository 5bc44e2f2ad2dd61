import { formatFinding, type Finding } from "../errors";
import { parseComparison, relate, type Relation } from "./comparison";
import { type Path } from "./path";
import { type ConstraintDocument } from "./schema";
import { type Origin, placeOf, type Trace } from "./trace";
import { type Constraint } from "./types";
import { present } from "./values";

/** Where a composition in progress reports to. */
export interface Notes {
  /** Absent when nobody has asked who set what. */
  readonly trace?: Trace | undefined;
  readonly findings: Finding[];
  readonly warnings: Finding[];
}

export interface ConstraintDraft {
  readonly constraint: Constraint;
  readonly origin: Origin;
}

export interface ConstraintRules {
  /** Where the constraints stand in the recipe. */
  readonly at: Path;
  /** In a phase of checks a bare value is a parameter of a check, such as a model's name, and the later one counts. */
  readonly bareValuesAreParameters: boolean;
}

/**
 * Adds a document's constraints. One that demands more replaces the earlier one, one that demands less, or only warns where the earlier
 * one fails, has no effect unless it says why (`relax`), and two that cannot be compared are a conflict.
 */
export function mergeConstraints(
  into: Map<string, ConstraintDraft>,
  documents: readonly ConstraintDocument[],
  origin: Origin,
  rules: ConstraintRules,
  notes: Notes,
): void {
  documents.forEach((document, i) => {
    const at: Origin = { document: origin.document, path: [...origin.path, i] };
    const { relax, ...fields } = document;
    const next: ConstraintDraft = { constraint: present(fields) as Constraint, origin: at };
    const accept = (rule: string): void => {
      into.set(document.name, next);
      notes.trace?.set([...rules.at, document.name], document.value, { ...at, path: [...at.path, "value"] }, rule);
    };
    const before = into.get(document.name);
    if (before === undefined) return accept("set");

    const comparison = parseComparison(document.value);
    const earlierComparison = parseComparison(before.constraint.value);
    const areBare = comparison.operator === "=" && earlierComparison.operator === "=";
    if (rules.bareValuesAreParameters && areBare) return accept("replaced");
    const relation = withSeverity(
      relate(earlierComparison, comparison),
      isWarning(before.constraint),
      isWarning(next.constraint),
    );
    if (relation === "tighter") return accept("tightened");
    if (relation === "same") return accept("restated");
    if (relax) return accept(`relaxed: ${relax}`);
    const earlier = `"${before.constraint.value}" of ${where(before.origin)}`;
    if (relation === "looser") {
      const less =
        isWarning(next.constraint) && !isWarning(before.constraint) ? "only warns, unlike" : "demands less than";
      notes.warnings.push({
        ...findingAt(at),
        message: `${document.name} "${document.value}" ${less} ${earlier} and has no effect`,
        hint: "add `relax: <reason>` to mean it, or drop it",
      });
      return;
    }
    notes.findings.push({
      ...findingAt(at),
      message: `${document.name} "${document.value}" cannot be combined with ${earlier}`,
      hint: "give them one value, or add `relax: <reason>` to replace the earlier one",
    });
  });
}

/** Whether validation goes on when it does not hold. */
export const isWarning = ({ severity }: Pick<Constraint, "severity">): boolean => severity === "warning";

/** A demand that only warns is less than the same one that fails. One that is less and more at once cannot be compared. */
function withSeverity(relation: Relation, before: boolean, after: boolean): Relation {
  if (before === after || relation === "incompatible") return relation;
  const bySeverity = after ? "looser" : "tighter";
  return relation === "same" || relation === bySeverity ? bySeverity : "incompatible";
}

/** The constraints of a recipe, sorted by name. */
export function finishConstraints(drafts: ReadonlyMap<string, ConstraintDraft>): readonly Constraint[] {
  return [...drafts.values()].map(({ constraint }) => constraint).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `file:line` of an origin. */
export function where(origin: Origin): string {
  return formatFinding({ file: origin.document.file, line: placeOf(origin)[0], message: "" });
}

/** A finding's place. */
export function findingAt(origin: Origin): Pick<Finding, "file" | "line" | "column"> {
  const [line, column] = placeOf(origin);
  return { file: origin.document.file, line, column };
}

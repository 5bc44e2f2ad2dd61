import { type ConstraintDraft, finishConstraints, mergeConstraints, type Notes } from "./constraints";
import { type PhaseDocument } from "./schema";
import { type Origin } from "./trace";
import { type NodeSelection, type Phase, PHASES, type PhaseSpec, type Recipe } from "./types";
import { present } from "./values";

/** A validation phase while documents are laid on one another. */
export interface PhaseDraft {
  readonly checks: Set<string>;
  readonly constraints: Map<string, ConstraintDraft>;
  timeout?: string;
  infrastructure?: string;
  nodeSelection?: NodeSelection;
}

/**
 * Lays one document's phase on what was there before, field by field: checks and constraints add up, an explicit empty list clears them,
 * an absent one inherits; everything else is replaced where it is given.
 */
export function mergePhase(
  drafts: Map<Phase, PhaseDraft>,
  phase: Phase,
  document: PhaseDocument,
  origin: Origin,
  notes: Notes,
): void {
  const draft: PhaseDraft = drafts.get(phase) ?? { checks: new Set(), constraints: new Map() };
  drafts.set(phase, draft);
  const at = (...path: (string | number)[]): Origin => ({ document: origin.document, path: [...origin.path, ...path] });
  const recipePath = ["validation", phase];
  const set = (field: string, value: unknown): void =>
    notes.trace?.set([...recipePath, field], value, at(field), "set");

  for (const list of ["checks", "constraints"] as const) {
    if (document[list]?.length !== 0) continue;
    draft[list].clear();
    notes.trace?.remove([...recipePath, list]);
  }
  (document.checks ?? []).forEach((check, i) => {
    if (draft.checks.has(check)) return;
    draft.checks.add(check);
    notes.trace?.set([...recipePath, "checks", check], check, at("checks", i), "added");
  });
  const rules = { at: [...recipePath, "constraints"], bareValuesAreParameters: phase !== "readiness" };
  mergeConstraints(draft.constraints, document.constraints ?? [], at("constraints"), rules, notes);
  for (const field of ["timeout", "infrastructure"] as const) {
    const value = document[field];
    if (!value) continue;
    draft[field] = value;
    set(field, value);
  }
  if (document.nodeSelection) {
    draft.nodeSelection = present(document.nodeSelection) as NodeSelection;
    set("nodeSelection", draft.nodeSelection);
  }
}

export function finishPhases(drafts: ReadonlyMap<Phase, PhaseDraft>): Recipe["validation"] {
  return Object.fromEntries(
    PHASES.flatMap((phase) => {
      const draft = drafts.get(phase);
      return draft === undefined ? [] : [[phase, finishPhase(draft)]];
    }),
  );
}

function finishPhase({ checks, constraints, timeout, infrastructure, nodeSelection }: PhaseDraft): PhaseSpec {
  return {
    ...(timeout === undefined ? {} : { timeout }),
    constraints: finishConstraints(constraints),
    checks: [...checks],
    ...(nodeSelection === undefined ? {} : { nodeSelection }),
    ...(infrastructure === undefined ? {} : { infrastructure }),
  };
}

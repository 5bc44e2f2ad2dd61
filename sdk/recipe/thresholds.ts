import { type Catalog } from "./catalog";
import { parseComparison, relate } from "./comparison";
import { type PhaseDraft } from "./phases";
import { type ThresholdDocument } from "./schema";
import { type Origin, type Trace } from "./trace";
import { type Constraint, type Criteria, type Hardware } from "./types";

/** What a row must agree with to count; a field that it leaves out agrees with everything. */
type Subject = Pick<Criteria, "service" | "accelerator"> & Hardware & { readonly gpus?: number };

/**
 * Adds the performance thresholds of the catalogue for the checks of a phase: per constraint the row that says most about the hardware. What
 * an overlay demands by itself stays.
 */
export function addThresholds(
  { checks, constraints: into }: PhaseDraft,
  catalog: Catalog,
  criteria: Criteria,
  hardware: Hardware,
  trace: Trace | undefined,
): void {
  const { gpusPerNode } = hardware;
  const gpus = gpusPerNode !== undefined && criteria.nodes > 0 ? { gpus: criteria.nodes * gpusPerNode } : {};
  const subject: Subject = { ...criteria, ...hardware, ...gpus };
  const best = new Map<string, { readonly row: ThresholdDocument; readonly origin: Origin }>();
  for (const document of catalog.thresholds) {
    (document.value.thresholds ?? []).forEach((row, i) => {
      const name = row.constraint ?? row.check;
      if (!checks.has(row.check) || into.has(name) || !agrees(row, subject)) return;
      const before = best.get(name);
      if (before !== undefined && detail(before.row) >= detail(row)) return;
      best.set(name, { row, origin: { document, path: ["thresholds", i] } });
    });
  }
  for (const [name, { row, origin }] of best) {
    const { value, unit, source } = row;
    const constraint: Constraint = { name, value, ...(unit ? { unit } : {}), source };
    into.set(name, { constraint, origin });
    const at = { ...origin, path: [...origin.path, "value"] };
    trace?.set(["validation", "performance", "constraints", name], value, at, "threshold");
  }
}

const FIELDS = ["service", "accelerator", "fabric", "gpusPerNode"] as const;

/** Whether a row is for this hardware. */
export function agrees(row: ThresholdDocument, subject: Subject): boolean {
  const { gpus } = row;
  return (
    FIELDS.every((field) => row[field] == null || row[field] === subject[field]) &&
    (gpus == null || (subject.gpus !== undefined && within(subject.gpus, gpus)))
  );
}

function within(count: number, comparison: string): boolean {
  const relation = relate(parseComparison(comparison), { operator: "==", operand: String(count) });
  return relation === "same" || relation === "tighter";
}

/** How much a row says about the hardware. */
const detail = (row: ThresholdDocument): number =>
  [...FIELDS, "gpus" as const].filter((field) => row[field] != null).length;

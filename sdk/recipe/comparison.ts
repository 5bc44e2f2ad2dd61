/** What a constraint says: an operator and what it compares with. `=` stands for "exactly this text". */
export interface Comparison {
  readonly operator: "=" | "==" | "!=" | ">=" | "<=" | ">" | "<";
  readonly operand: string;
}

/** How a demand relates to an earlier one of the same name. */
export type Relation = "same" | "tighter" | "looser" | "incompatible";

/** Reads `>= 1.34`, `== ubuntu` or a bare value. */
export function parseComparison(text: string): Comparison {
  const match = /^(>=|<=|==|!=|>|<)\s*(.*)$/s.exec(text.trim());
  if (match === null) return { operator: "=", operand: text.trim() };
  return { operator: match[1] as Comparison["operator"], operand: (match[2] ?? "").trim() };
}

/**
 * Whether `next` demands at least what `before` demands, as validation judges both (`validation/constraints.ts`): versions are compared at
 * the shorter precision, so that `<= 1.33` holds for 1.33.9 and is less than `<= 1.33.4`; equality is of the very same value.
 */
export function relate(before: Comparison, next: Comparison): Relation {
  if (before.operator === "!=" || next.operator === "!=") return relateExclusion(before, next);
  if (isEquality(before) && isEquality(next)) return before.operand === next.operand ? "same" : "incompatible";
  const a = rangeOf(before);
  const b = rangeOf(next);
  if (a === undefined || b === undefined)
    return before.operator === next.operator && before.operand === next.operand ? "same" : "incompatible";
  const within = contains(a, b);
  const around = contains(b, a);
  if (within && around) return "same";
  if (within) return "tighter";
  return around ? "looser" : "incompatible";
}

const isEquality = ({ operator }: Comparison): boolean => operator === "=" || operator === "==";

/** What excludes a value already needs no `!=` to do so. */
function relateExclusion(before: Comparison, next: Comparison): Relation {
  if (before.operator === next.operator) return before.operand === next.operand ? "same" : "incompatible";
  if (before.operator === "!=") return excludes(next, before.operand) ? "tighter" : "incompatible";
  return excludes(before, next.operand) ? "looser" : "incompatible";
}

function excludes(demand: Comparison, value: string): boolean {
  if (isEquality(demand)) return demand.operand !== value;
  const range = rangeOf(demand);
  const one = rangeOf({ operator: "==", operand: value });
  return range !== undefined && one !== undefined && !contains(range, one);
}

type Version = readonly number[];

interface Bound {
  readonly version: Version;
  readonly inclusive: boolean;
}

interface Range {
  readonly from?: Bound;
  readonly to?: Bound;
}

function rangeOf({ operator, operand }: Comparison): Range | undefined {
  const version = parseVersion(operand);
  if (version === undefined || operator === "!=") return undefined;
  const closed = { version, inclusive: true };
  const after = [...version.slice(0, -1), (version.at(-1) ?? 0) + 1];
  const ranges: { readonly [O in Exclude<Comparison["operator"], "!=">]: Range } = {
    "=": { from: closed, to: closed },
    "==": { from: closed, to: closed },
    ">=": { from: closed },
    ">": { from: { version: after, inclusive: true } },
    "<=": { to: { version: after, inclusive: false } },
    "<": { to: { version, inclusive: false } },
  };
  return ranges[operator];
}

/** Whether everything in `inner` is in `outer`. */
function contains(outer: Range, inner: Range): boolean {
  return reaches(outer.from, inner.from, (order) => order > 0) && reaches(outer.to, inner.to, (order) => order < 0);
}

function reaches(outer: Bound | undefined, inner: Bound | undefined, inside: (order: number) => boolean): boolean {
  if (outer === undefined) return true;
  if (inner === undefined) return false;
  const order = compareVersions(inner.version, outer.version);
  return order === 0 ? outer.inclusive || !inner.inclusive : inside(order);
}

/** `v1.33.5-eks-3025e55` → 1, 33, 5. `undefined` for anything that is not made of numbers. */
function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+(?:\.\d+)*)(?:[-+].*)?$/.exec(text);
  return match?.[1]?.split(".").map(Number);
}

function compareVersions(a: Version, b: Version): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

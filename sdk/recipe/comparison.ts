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
 * Whether `next` demands at least what `before` demands. Operands are compared as versions where both are ones, so that `>= 1.34` and
 * `>= 1.34.0` are the same.
 */
export function relate(before: Comparison, next: Comparison): Relation {
  const a = rangeOf(before);
  const b = rangeOf(next);
  if (a === undefined || b === undefined) {
    const equality = (operator: string): boolean => operator === "=" || operator === "==";
    const alike = before.operator === next.operator || (equality(before.operator) && equality(next.operator));
    return alike && before.operand === next.operand ? "same" : "incompatible";
  }
  const within = contains(a, b);
  const around = contains(b, a);
  if (within && around) return "same";
  if (within) return "tighter";
  return around ? "looser" : "incompatible";
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
  const open = { version, inclusive: false };
  const closed = { version, inclusive: true };
  const ranges: { readonly [O in Exclude<Comparison["operator"], "!=">]: Range } = {
    "=": { from: closed, to: closed },
    "==": { from: closed, to: closed },
    ">=": { from: closed },
    ">": { from: open },
    "<=": { to: closed },
    "<": { to: open },
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

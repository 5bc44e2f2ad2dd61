import { type Constraint, isWarning, type MEASURED } from "../recipe";
import { nearest } from "../nearest";
import { osReleaseId } from "./hardware";
import { type NodeGroup, type Snapshot } from "./snapshot";
import { type Assertion, type Outcome } from "./types";
import { compareVersions, looksLikeVersion, parseVersion } from "./version";

/** One value, or one for each kind of node. An empty value was not found. */
type Measurement = (found: Snapshot) => readonly string[];

const ofNodes =
  (value: (group: NodeGroup) => string | undefined): Measurement =>
  ({ nodes }) =>
    nodes.map((group) => value(group) ?? "");

const ofGpuNodes =
  (value: (group: NodeGroup) => string | undefined): Measurement =>
  ({ nodes }) =>
    nodes.filter((group) => group.gpus > 0).map((group) => value(group) ?? "");

const total = (groups: readonly NodeGroup[], per: (group: NodeGroup) => number): string =>
  String(groups.reduce((sum, group) => sum + per(group), 0));

/** What constraints can be compared with, by the path that recipes use. */
const MEASUREMENTS: Readonly<Record<(typeof MEASURED)[number], Measurement>> = {
  "K8s.server.version": ({ kubernetes }) => [kubernetes.version],
  "K8s.server.service": ofNodes((group) => group.service),
  "OS.release.ID": ofNodes((group) => osReleaseId(group.os.id)),
  "OS.release.VERSION_ID": ofNodes((group) => group.os.version),
  "OS.sysctl./proc/sys/kernel/osrelease": ofNodes((group) => group.kernel),
  "GPU.hardware.model": ofGpuNodes((group) => group.accelerator),
  "GPU.hardware.gpu-count": ofGpuNodes((group) => String(group.gpus)),
  "NodeTopology.summary.node-count": ({ nodes }) => [total(nodes, (group) => group.nodes)],
  "NodeTopology.summary.gpu-node-count": ({ nodes }) => [total(nodes, (group) => (group.gpus > 0 ? group.nodes : 0))],
};

const isMeasurement = (name: string): name is keyof typeof MEASUREMENTS => Object.hasOwn(MEASUREMENTS, name);

/**
 * Compares one constraint with a snapshot. Fails closed: a path that nothing measures, a value that is missing on some node, an
 * expression or a version that cannot be read are failures, each with its reason. One of severity `warning` is skipped in place of failed.
 */
export function evaluateConstraint(constraint: Constraint, found: Snapshot): Outcome {
  const now = Date.now();
  const assertion = compare(constraint, found);
  return {
    name: `${constraint.name} ${constraint.value}`,
    kind: "constraint",
    description: "a requirement of the recipe on the cluster",
    start: now,
    stop: now,
    // What was seen is in the report either way; a warning stops nobody and proves nothing.
    status: assertion.passed ? "passed" : isWarning(constraint) ? "skipped" : "failed",
    assertions: [assertion],
    ...(!assertion.passed && constraint.remediation !== undefined && { message: constraint.remediation }),
  };
}

/**
 * The same for several, each once: a recipe may state one for itself and again for its readiness phase. What fails counts before what only
 * warns.
 */
export function evaluateConstraints(constraints: readonly Constraint[], found: Snapshot): readonly Outcome[] {
  const outcomes = constraints.map((constraint) => evaluateConstraint(constraint, found));
  const failed = outcomes.filter(({ status }) => status === "failed");
  return [...new Map([...outcomes, ...failed].map((outcome) => [outcome.name, outcome])).values()];
}

function compare({ name, value }: Constraint, found: Snapshot): Assertion {
  const verdict = (passed: boolean, observed: string): Assertion => ({
    name,
    control: "positive",
    passed,
    expected: value,
    observed,
  });
  const declared = found.declared ?? {};
  const measured = isMeasurement(name)
    ? MEASUREMENTS[name](found)
    : Object.hasOwn(declared, name)
      ? [declared[name] ?? ""]
      : undefined;
  if (measured !== undefined) {
    const { passed, observed } = judge(value, measured);
    return verdict(passed, observed);
  }
  const near = nearest(name, [...Object.keys(MEASUREMENTS), ...Object.keys(declared)]);
  const hint = near.length > 0 ? `; nearest: ${near.join(", ")}` : "";
  return verdict(false, `cannot be evaluated: nothing measures ${name}${hint}`);
}

/** Compares what was measured, which is one value or one for each kind of node, with a constraint. An empty value was not found. */
export function judge(constraint: string, measured: readonly string[]): Pick<Assertion, "passed" | "observed"> {
  const fails = (observed: string) => ({ passed: false, observed });
  const expression = parseExpression(constraint);
  if (expression === undefined) return fails(`cannot be evaluated: "${constraint}" is not a constraint`);
  const values = [...new Set(measured)].sort();
  if (values.length === 0) return fails("cannot be evaluated: the cluster has no node that shows it");
  if (values.includes("")) return fails("cannot be evaluated: not every node shows it");
  const unreadable = values.filter((actual) => holds(expression, actual) === undefined);
  if (unreadable.length > 0) return fails(`cannot be evaluated: ${unreadable.join(", ")} is not a version`);
  return { passed: values.every((actual) => holds(expression, actual) === true), observed: values.join(", ") };
}

const OPERATORS = [">=", "<=", "!=", "==", ">", "<"] as const;

interface Expression {
  readonly operator: (typeof OPERATORS)[number] | "exactly";
  readonly operand: string;
}

/** `[operator] value`; without an operator the value must be the very same text. */
function parseExpression(text: string): Expression | undefined {
  const trimmed = text.trim();
  const operator = OPERATORS.find((candidate) => trimmed.startsWith(candidate));
  const operand = trimmed.slice(operator?.length ?? 0).trim();
  return operand === "" ? undefined : { operator: operator ?? "exactly", operand };
}

const ORDER: Readonly<Record<">=" | "<=" | ">" | "<", (sign: number) => boolean>> = {
  ">=": (sign) => sign >= 0,
  "<=": (sign) => sign <= 0,
  ">": (sign) => sign > 0,
  "<": (sign) => sign < 0,
};

/** Undefined when the two cannot be compared. */
function holds({ operator, operand }: Expression, actual: string): boolean | undefined {
  if (operator === "exactly") return actual === operand;
  const [wanted, seen] = [parseVersion(operand), parseVersion(actual)];
  if (operator === "==" || operator === "!=") {
    const asVersions = looksLikeVersion(operand) && wanted !== undefined && seen !== undefined;
    const equal = asVersions
      ? wanted.length === seen.length && compareVersions(seen, wanted) === 0
      : actual === operand;
    return (operator === "==") === equal;
  }
  if (wanted === undefined || seen === undefined) return undefined;
  return ORDER[operator](compareVersions(seen, wanted));
}

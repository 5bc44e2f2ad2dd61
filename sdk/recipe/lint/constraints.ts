import { type Finding } from "../../errors";
import { nearest } from "../../nearest";
import { parseComparison } from "../comparison";
import { isMeasured, MEASURED_TYPES, meantMeasurement } from "../measurements";
import { finding, type Rule } from "./rule";
import { type ConstraintPart, constraintsOf, thresholdsOf } from "./walk";

/** What checks look at themselves, such as `Deployment.gpu-operator.version`. */
const DEPLOYED = "Deployment";

const PATH = /^[^.\s]+\.[^.\s]+\.\S+$/;
/** A parameter or threshold of a check. */
const PARAMETER = /^[a-z0-9]+(-[a-z0-9]+)*$/;

const constraintPath: Rule = {
  name: "constraint-path",
  severity: "error",
  why: "A constraint names a measurement, `<Type>.<Subtype>.<Key>`, or in a phase a parameter of a check; what nothing measures fails on every cluster.",
  check: ({ catalog }) =>
    constraintsOf(catalog).flatMap((part): readonly Finding[] => {
      const problem = pathProblem(part);
      if (problem === undefined) return [];
      return [finding(part.document, [...part.path, "name"], problem.message, problem.hint)];
    }),
};

interface Problem {
  readonly message: string;
  readonly hint: string;
}

function pathProblem({ value: { name }, phase }: ConstraintPart): Problem | undefined {
  const [type = "", ...rest] = name.split(".");
  const ofCheck = phase !== undefined && phase !== "readiness";
  if (rest.length === 0 && ofCheck) {
    if (PARAMETER.test(name)) return undefined;
    return { message: `"${name}" is not the name of a parameter`, hint: "write it like nccl-all-reduce-bw" };
  }
  const types = ofCheck ? [...MEASURED_TYPES, DEPLOYED] : MEASURED_TYPES;
  if (type === DEPLOYED && !ofCheck) {
    const hint = "move it to validation.deployment.constraints";
    return { message: `${name} is known only while a deployment is checked`, hint };
  }
  if (!types.includes(type)) {
    const [candidate] = nearest(
      type.toLowerCase(),
      types.map((known) => known.toLowerCase()),
    );
    const meant = types.find((known) => known.toLowerCase() === candidate);
    const hint = meant === undefined ? `known: ${types.join(", ")}` : `did you mean ${[meant, ...rest].join(".")}?`;
    return { message: `nothing measures "${type}"`, hint };
  }
  const meantPath = meantMeasurement(name);
  if (PATH.test(name))
    return meantPath === undefined
      ? undefined
      : { message: `nothing measures ${name}`, hint: `did you mean ${meantPath}?` };
  return { message: `"${name}" is not a measurement`, hint: "write <Type>.<Subtype>.<Key>, as in K8s.server.version" };
}

const unmeasured: Rule = {
  name: "unmeasured",
  severity: "warning",
  why: "What Cairn does not measure holds only on a target of one's own that declares it, and fails on every other cluster.",
  check: ({ catalog }) =>
    constraintsOf(catalog).flatMap((part): readonly Finding[] => {
      const { name } = part.value;
      const isMeasurement = MEASURED_TYPES.includes(name.split(".")[0] ?? "") && PATH.test(name);
      if (!isMeasurement || isMeasured(name) || pathProblem(part) !== undefined) return [];
      const hint = "declare it in the facts of your target (`measurements`), or drop it";
      return [finding(part.document, [...part.path, "name"], `Cairn does not measure ${name}`, hint)];
    }),
};

const VERSION = /^v?\d+(\.\d+)*([-+][0-9A-Za-z.+-]+)?$/;
/** Several demands in one, or the ranges of package managers. */
const RANGE = /^[~^]\s*v?\d|&&|\|\||,\s*[<>=!]|\s[<>=!]=?\s*v?\d/;

const constraintValue: Rule = {
  name: "constraint-value",
  severity: "error",
  why: "A constraint is one value, or one of `>= <= > < == !=` and a value, and only versions and numbers have an order; anything else never holds.",
  check: ({ catalog }) =>
    [...constraintsOf(catalog), ...thresholdsOf(catalog)].flatMap(({ document, path, value }): readonly Finding[] => {
      const problem = valueProblem(value.value);
      return problem === undefined ? [] : [finding(document, [...path, "value"], problem.message, problem.hint)];
    }),
};

function valueProblem(value: string): Problem | undefined {
  const { operator, operand } = parseComparison(value);
  if (RANGE.test(operand))
    return {
      message: `"${value}" is a range`,
      hint: "write one comparison, such as >= 1.34; a tighter one can follow",
    };
  const hasOrder = operator === "=" || operator === "==" || operator === "!=" || VERSION.test(operand);
  if (hasOrder) return undefined;
  const hint = "compare with a version or number, or use == for text";
  return { message: `"${operand}" has no order that ${operator} could ask for`, hint };
}

export const CONSTRAINTS: readonly Rule[] = [constraintPath, unmeasured, constraintValue];

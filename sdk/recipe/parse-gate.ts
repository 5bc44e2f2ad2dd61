import { search } from "jmespath";
import * as z from "zod";
import { DURATION, parseDuration } from "../duration";
import { CairnError, type Finding } from "../errors";
import { type JsonObject, type JsonValue } from "../json";
import { DEFAULT_GATE_TIMEOUT_MS, expressionOf, type Gate } from "./gate";
import { readYaml } from "./read-yaml";
import { type RecipeFile } from "./types";

const tree = z
  .looseObject({
    apiVersion: z.string().describe("API version of the objects."),
    kind: z.string().describe("Kind of the objects; further fields as in the object."),
  })
  .superRefine((value, context) => {
    for (const { path, message } of badExpressions(value as JsonObject))
      context.addIssue({ code: "custom", path, message });
  });

const step = z.union([
  z.strictObject({
    assert: tree.describe("A tree that looks like the object: there is one, and every selected one fits."),
  }),
  z.strictObject({ error: tree.describe("A tree that looks like the object: none fits.") }),
]);

const spec = z.strictObject({
  timeout: z
    .string()
    .regex(DURATION, "must be a duration such as `90s` or `5m`")
    .optional()
    .describe("How long the steps may take to hold. By default `5m`."),
  steps: z.array(step).min(1).describe("What must hold, all at the same time; each is an `assert` or an `error`."),
});

/** docs/recipe-reference.md is printed from the descriptions. */
export const gateSchema = z
  .strictObject({
    apiVersion: z.literal("cairn.dev/v1").describe("Version of the document's format."),
    kind: z.literal("ReadinessGate").describe("Kind of the document."),
    metadata: z
      .looseObject({ name: z.string().describe("Name of the document.") })
      .optional()
      .describe("For people; no effect. Other fields are let through."),
    spec: spec.describe("What is waited for."),
  })
  .describe("When those that depend on a component may start: `components/<name>/readiness.yaml`.");

/** See `parseGate` in `gate.ts`. */
export function parseGateFile(file: RecipeFile): Gate {
  const findings: Finding[] = [];
  const document = readYaml(file.content, file.path, findings);
  if (document === undefined) throw invalid(file, findings);
  const result = gateSchema.safeParse(document.value);
  if (!result.success) throw invalid(file, document.findingsFor(result.error.issues.flatMap(flatten)));
  const { timeout, steps } = result.data.spec;
  return {
    timeout: timeout === undefined ? DEFAULT_GATE_TIMEOUT_MS : parseDuration(timeout),
    steps: steps as unknown as Gate["steps"],
  };
}

function badExpressions(
  value: JsonValue,
  path: readonly (string | number)[] = [],
): { path: (string | number)[]; message: string }[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    const expression = Array.isArray(value) ? undefined : expressionOf(key);
    const problem = expression === undefined ? undefined : problemOf(expression);
    return [
      ...(problem === undefined ? [] : [{ path: at, message: problem }]),
      ...badExpressions(item as JsonValue, at),
    ];
  });
}

/** Tries the expression on nothing: only what is wrong with the expression itself counts. */
function problemOf(expression: string): string | undefined {
  try {
    search(null, expression);
    return undefined;
  } catch (error) {
    const isExpression =
      error instanceof Error && (/^(Parser|Lexer)Error$/.test(error.name) || /^Unknown function/.test(error.message));
    return isExpression ? `not a JMESPath expression: ${error.message}` : undefined;
  }
}

/** A step that fits neither form is reported by what is wrong with the form that it resembles most. */
function flatten(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const options = issue.errors.map((issues) =>
    issues.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
  );
  const best = options.sort(
    (a, b) => Math.max(0, ...b.map(({ path }) => path.length)) - Math.max(0, ...a.map(({ path }) => path.length)),
  )[0];
  return best ?? [issue];
}

function invalid(file: RecipeFile, findings: readonly Finding[]): CairnError {
  return new CairnError("GATE_INVALID", `${file.path} is not a readiness gate`, { findings });
}

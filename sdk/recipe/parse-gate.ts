import { search } from "jmespath";
import { z } from "zod";
import { DURATION, parseDuration } from "../duration";
import { CairnError, type Finding } from "../errors";
import { type JsonObject, type JsonValue } from "../json";
import { DEFAULT_GATE_TIMEOUT_MS, expressionOf, type Gate } from "./gate";
import { readYaml } from "./read-yaml";
import { type RecipeFile } from "./types";

const tree = z.looseObject({ apiVersion: z.string(), kind: z.string() }).superRefine((value, context) => {
  for (const { path, message } of badExpressions(value as JsonObject))
    context.addIssue({ code: "custom", path, message });
});

const schema = z.strictObject({
  apiVersion: z.literal("cairn.dev/v1"),
  kind: z.literal("ReadinessGate"),
  metadata: z.looseObject({ name: z.string() }).optional(),
  spec: z.strictObject({
    timeout: z.string().regex(DURATION, "must be a duration such as `90s` or `5m`").optional(),
    steps: z.array(z.union([z.strictObject({ assert: tree }), z.strictObject({ error: tree })])).min(1),
  }),
});

/** See `parseGate` in `gate.ts`. */
export function parseGateFile(file: RecipeFile): Gate {
  const findings: Finding[] = [];
  const document = readYaml(file.content, file.path, findings);
  if (document === undefined) throw invalid(file, findings);
  const result = schema.safeParse(document.value);
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

import { search } from "jmespath";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { DURATION, parseDuration } from "../duration";
import { CairnError, type Finding, messageOf } from "../errors";
import { type JsonObject, type JsonValue } from "../json";
import { type RecipeFile } from "../recipe";
import { type Gate } from "./types";

/** For a component that has expected resources and no file. */
export const DEFAULT_TIMEOUT_MS = 5 * 60_000;

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

/**
 * Reads a component's `readiness.yaml`.
 *
 * @throws CairnError `GATE_INVALID` with every finding and its line; a malformed JMESPath expression is found here, not on the cluster
 */
export function parseGate(file: RecipeFile): Gate {
  const lines = new LineCounter();
  const document = readable(file, () => parseDocument(file.content, { lineCounter: lines, prettyErrors: false }));
  const at = (offset: number): Pick<Finding, "line" | "column"> => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length > 0)
    throw invalid(
      file,
      document.errors.map(({ pos, message }) => ({ file: file.path, ...at(pos[0]), message })),
    );
  // Aliases would let a small file become a large one, and nobody needs them in a gate.
  const result = gateSchema.safeParse(readable(file, (): unknown => document.toJS({ maxAliasCount: 0 })));
  if (!result.success)
    throw invalid(
      file,
      result.error.issues.flatMap(flatten).map(({ path, message }) => {
        const place = at(offsetOf(document, path));
        return { file: file.path, ...place, path: path.join("."), message };
      }),
    );
  const { timeout, steps } = result.data.spec;
  return {
    timeout: timeout === undefined ? DEFAULT_TIMEOUT_MS : parseDuration(timeout),
    steps: steps as unknown as Gate["steps"],
  };
}

/** Of a value or, when it is missing, of what is around it. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isNode(node) && node.range) return node.range[0];
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1));
}

/** A key in parentheses is an expression. */
export function expressionOf(key: string): string | undefined {
  return /^\((.*)\)$/s.exec(key)?.[1];
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
function flatten(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string }[] {
  if (issue.code !== "invalid_union") return [issue];
  const options = issue.errors.map((issues) =>
    issues.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
  );
  const best = options.sort(
    (a, b) => Math.max(0, ...b.map(({ path }) => path.length)) - Math.max(0, ...a.map(({ path }) => path.length)),
  )[0];
  return best ?? [issue];
}

function readable<T>(file: RecipeFile, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const message = error instanceof RangeError ? "is nested too deep" : messageOf(error);
    throw invalid(file, [{ file: file.path, message }]);
  }
}

function invalid(file: RecipeFile, findings: readonly Finding[]): CairnError {
  return new CairnError("GATE_INVALID", `${file.path} is not a readiness gate`, { findings });
}

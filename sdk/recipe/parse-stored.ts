import * as z from "zod";
import { byPlace, CairnError, type Finding } from "../errors";
import { mapOf } from "../map-of";
import { suggestion } from "../nearest";
import { formatPath, type Path, placeIn } from "./path";
import { PHASES, type Recipe } from "./types";
import { parseYaml } from "./yaml";

const text = z.string();
const named = z.looseObject({ name: text });
const constraints = eachOnce(named.extend({ value: text }));
const files = z.array(z.looseObject({ path: text, content: text }));
const phase = z.looseObject({ constraints, checks: z.array(text) });

/** What every reader relies on; the rest is taken as it stands. */
const StoredRecipe = z.looseObject({
  kind: z.literal("RecipeResult"),
  metadata: z.looseObject({ version: text, appliedOverlays: z.array(text) }),
  criteria: mapOf(z.union([text, z.number()])),
  constraints,
  componentRefs: eachOnce(
    named.extend({
      type: text,
      namespace: text,
      values: mapOf(z.unknown()),
      dependencyRefs: z.array(text),
      preManifests: files,
      manifests: files,
    }),
  ),
  deploymentOrder: z.array(text),
  validation: z.strictObject(Object.fromEntries(PHASES.map((name) => [name, phase.optional()]))),
});

/** See `parseRecipe` in `stored.ts`. */
export function parseStored(source: string, file: string): Recipe {
  const findings: Finding[] = [];
  const parsed = parseYaml(source, file, findings);
  if (parsed === undefined) throw invalid(file, findings);
  const result = StoredRecipe.safeParse(parsed.value);
  // Not what zod returns: it drops keys named `__proto__`.
  if (result.success) return parsed.value as unknown as Recipe;
  throw invalid(
    file,
    result.error.issues.flatMap((issue) => {
      const at = (path: Path, message: string): Finding => {
        const [line, column] = placeIn(parsed.places, path);
        return { file, line, column, path: formatPath(path), message };
      };
      const path = issue.path as Path;
      if (issue.code !== "unrecognized_keys") return [at(path, issue.message)];
      return issue.keys.map((key) => ({ ...at([...path, key], "unknown phase"), ...suggestion(key, PHASES) }));
    }),
  );
}

/** A list whose items are known by their names. */
function eachOnce<Item extends z.ZodType<{ readonly name: string }>>(item: Item) {
  return z.array(item).superRefine((items, context) => {
    const seen = new Set<string>();
    items.forEach(({ name }, i) => {
      if (seen.has(name))
        context.addIssue({ code: "custom", path: [i, "name"], message: `${JSON.stringify(name)} is listed twice` });
      seen.add(name);
    });
  });
}

function invalid(file: string, findings: readonly Finding[]): CairnError {
  return new CairnError("RECIPE_FILE_INVALID", `${file} is not a stored recipe`, {
    findings: [...findings].sort(byPlace).slice(0, 20),
    hint: "write one with `cairn recipe --output json`",
  });
}

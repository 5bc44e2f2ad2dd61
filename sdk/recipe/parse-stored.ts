import { z } from "zod";
import { CairnError, type Finding } from "../errors";
import { placeOf } from "./trace";
import { type Recipe } from "./types";
import { parseYaml } from "./yaml";

const text = z.string();
const constraints = z.array(z.looseObject({ name: text, value: text }));
const files = z.array(z.looseObject({ path: text, content: text }));

/** What every reader relies on; the rest is taken as it stands. */
const StoredRecipe = z.looseObject({
  kind: z.literal("RecipeResult"),
  metadata: z.looseObject({ version: text, appliedOverlays: z.array(text) }),
  criteria: z.record(text, z.union([text, z.number()])),
  constraints,
  componentRefs: z.array(
    z.looseObject({
      name: text,
      type: text,
      namespace: text,
      values: z.record(text, z.unknown()),
      dependencyRefs: z.array(text),
      preManifests: files,
      manifests: files,
    }),
  ),
  deploymentOrder: z.array(text),
  validation: z.record(text, z.looseObject({ constraints, checks: z.array(text) })),
});

/** See `parseRecipe` in `stored.ts`. */
export function parseStored(source: string, file: string): Recipe {
  const findings: Finding[] = [];
  const parsed = parseYaml(source, file, findings);
  if (parsed === undefined) throw invalid(file, findings);
  const result = StoredRecipe.safeParse(parsed.value);
  // Not what zod returns: it drops keys named `__proto__`.
  if (result.success) return parsed.value as unknown as Recipe;
  const { places } = parsed;
  throw invalid(
    file,
    result.error.issues.map(({ path, message }) => {
      const [line, column] = placeOf({
        document: { places },
        path: path.map((key) => (typeof key === "symbol" ? "" : key)),
      });
      return { file, line, column, path: path.join("."), message };
    }),
  );
}

function invalid(file: string, findings: readonly Finding[]): CairnError {
  return new CairnError("RECIPE_FILE_INVALID", `${file} is not a stored recipe`, {
    findings: findings.slice(0, 20),
    hint: "write one with `cairn recipe --output json`",
  });
}

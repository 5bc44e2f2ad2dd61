import { CairnError, type Finding } from "../../errors";
import { suggestion } from "../../nearest";
import { type Catalog, type Pointer } from "../catalog";
import { criteriaOf, knownValues } from "../criteria";
import { recipeDigest } from "../digest";
import { recipeName } from "../evidence-pointer";
import { resolve } from "../resolve";
import { isCovered } from "../select";
import { type Criteria, type Dimension, type RecipeChoices } from "../types";
import { present } from "../values";
import { ORDER } from "./naming";
import { finding, type Rule } from "./rule";

const evidenceRecipe: Rule = {
  name: "evidence-recipe",
  severity: "error",
  why: "A pointer to evidence is called like a recipe of the catalogue; evidence of anything else tells its readers nothing.",
  check: ({ catalog, coordinates }) =>
    [...catalog.pointers.values()].flatMap((pointer): readonly Finding[] => {
      if (criteriaFor(pointer.name, catalog) !== undefined) return [];
      const names = coordinates.resolved.map(({ recipe }) => recipeName(recipe.criteria));
      const { hint = "call it <accelerator>-<service>-<os>-<intent>-<platform>" } = suggestion(pointer.name, names);
      return [finding(pointer, ["recipe", "name"], `there is no recipe "${pointer.name}"`, hint)];
    }),
};

const staleEvidence: Rule = {
  name: "stale-evidence",
  severity: "warning",
  why: "Evidence is about the recipe as it is now: a pointer has the digest that the catalogue gives for its name and choices.",
  check: ({ catalog }) =>
    [...catalog.pointers.values()].flatMap((pointer): readonly Finding[] => {
      const criteria = criteriaFor(pointer.name, catalog);
      if (criteria === undefined) return [];
      const digest = digestNow(pointer, criteria, catalog);
      if (digest === pointer.value.recipe.digest) return [];
      const message = `the recipe "${pointer.name}" ${digest === undefined ? "cannot be made with these choices" : `is ${digest}`} now`;
      return [finding(pointer, ["recipe", "digest"], message, "validate it again and publish new evidence")];
    }),
};

function digestNow({ value }: Pointer, criteria: Criteria, catalog: Catalog): string | undefined {
  const { nodes, ...choices } = value.recipe.choices ?? {};
  try {
    const { recipe } = resolve(catalog, { ...criteria, nodes: nodes ?? 0 }, present(choices) as RecipeChoices);
    return recipeDigest(recipe);
  } catch (error) {
    if (error instanceof CairnError) return undefined;
    throw error;
  }
}

/** What a name says, when the catalogue has a recipe for it. Values may hold dashes themselves. */
function criteriaFor(name: string, catalog: Catalog): Criteria | undefined {
  const [first] = readings(name === recipeName(criteriaOf({})) ? "" : name, ORDER, catalog)
    .map((said) => criteriaOf(said))
    .filter((criteria) => isCovered(catalog, criteria));
  return first;
}

type Said = { readonly [D in Dimension]?: string };

function readings(text: string, order: readonly Dimension[], catalog: Catalog): readonly Said[] {
  const [dimension, ...rest] = order;
  if (text === "") return [{}];
  if (dimension === undefined) return [];
  const stated = knownValues(catalog, dimension)
    .filter((value) => text === value || text.startsWith(`${value}-`))
    .flatMap((value) =>
      readings(text.slice(value.length + 1), rest, catalog).map((said) => ({ ...said, [dimension]: value })),
    );
  return [...stated, ...readings(text, rest, catalog)];
}

export const EVIDENCE_RULES: readonly Rule[] = [evidenceRecipe, staleEvidence];

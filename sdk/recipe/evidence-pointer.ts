import { type Finding } from "../errors";
import { lazyParse } from "./lazy";
import { type PointerDocument } from "./schema";
import { type Criteria, type Recipe, type RecipeChoices } from "./types";

/** Type of the statement about a validated recipe (docs/evidence-format.md). */
export const VALIDATION_PREDICATE = "https://cairn.dev/attestation/recipe-validation/v1";

/** What a recipe was validated on, from the weakest: no kubelet, real kubelets, a device. */
export const TIERS = ["simulated", "cluster", "accelerator"] as const;

/** Where the evidence of a recipe is; a document of the catalogue that says so. */
export type EvidencePointer = PointerDocument;

/**
 * Reads a pointer as catalogues are read.
 *
 * @param file - For findings.
 * @returns `undefined` when it cannot be read; then `findings` says why, with every place.
 */
export function parsePointer(text: string, file: string, findings: Finding[]): EvidencePointer | undefined {
  return lazyParse().parsePointer(text, file, findings);
}

/** `h100-local-training`: the criteria that say something, in the order in which the field names recipes. */
export function recipeName(criteria: Criteria): string {
  const { accelerator, service, os, intent, platform } = criteria;
  const said = [accelerator, service, os, intent, platform].filter((value) => value !== "any" && value !== "");
  return said.length === 0 ? "any" : said.join("-");
}

/** What a recipe was made with, beside its criteria. */
export function choicesOf({ metadata: { profiles, region, values, dynamic } }: Recipe): RecipeChoices {
  return {
    ...(profiles && { profiles }),
    ...(region && { region }),
    ...(values && { values }),
    ...(dynamic && { dynamic }),
  };
}

/** The same with what a recipe's name does not say of its criteria; nothing when there was nothing. */
export function pointerChoices(recipe: Recipe): EvidencePointer["recipe"]["choices"] {
  const { nodes } = recipe.criteria;
  const choices = { ...(nodes > 0 && { nodes }), ...choicesOf(recipe) };
  return Object.keys(choices).length === 0 ? undefined : choices;
}

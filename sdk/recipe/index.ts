/**
 * Criteria and a catalogue go in, a resolved recipe comes out: which components, in which order, with which values, constraints and
 * checks, and who said so. Pure: no network, no clock, no Pulumi.
 */
export type * from "./covered";
export * from "./types";
export { lintCatalog, type LintFinding, type LintReport, type Severity } from "./authoring";
export { builtinCatalog, loadCatalog } from "./builtin";
export { type Catalog } from "./catalog";
export { isWarning } from "./constraints";
export { coverageOf, coveredCriteria, type CoveredProduct } from "./coverage";
export { coverageModule } from "./coverage-types";
export { parseCriteria } from "./criteria";
export { resolveDetected } from "./detected";
export { parseDynamic, splitDynamic, withDynamicValues } from "./dynamic";
export { diffRecipes, type RecipeChange } from "./diff";
export { recipeDigest } from "./digest";
export { explain } from "./explain";
export { DEFAULT_GATE_TIMEOUT_MS, expressionOf, parseGate, type Gate, type GateStep } from "./gate";
export { deploymentLevels, recipeGraph, type GraphFormat } from "./graph";
export {
  choicesOf,
  type EvidencePointer,
  parsePointer,
  pointerChoices,
  recipeName,
  TIERS,
  VALIDATION_PREDICATE,
} from "./evidence-pointer";
export { type MEASURED } from "./measurements";
export { query } from "./query";
export { readYaml } from "./read-yaml";
export { resolve } from "./resolve";
export { parseSetting, settingsOf, type SettingForm } from "./settings";
export { applyScheduling } from "./scheduling";
export { parseRecipe } from "./stored";
export { CoverageError, type Uncovered } from "./select";

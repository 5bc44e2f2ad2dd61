import * as z from "zod";
import { mapOf } from "../map-of";
import {
  anything,
  apiVersion,
  COMPARISON,
  duration,
  filled,
  kind,
  metadata,
  name,
  optionalText,
  strict,
  text,
  texts,
} from "./schema-fields";
import { PHASES } from "./types";

/* What is looked up: checks by name, values by region, thresholds by hardware. */

const FROM_AN_IMAGE = "For catalogues whose checks run from an image; Cairn's own do not, so it has no effect.";

const variable = strict({
  name: text.min(1).describe("Name of the variable."),
  value: optionalText.describe("Its value."),
});

export const validator = strict({
  name: name.describe("Name by which recipes list the check."),
  phase: z.enum(PHASES).describe("Phase that the check runs in; lint compares it."),
  description: optionalText.describe("What a pass proves, for people."),
  image: optionalText.describe(FROM_AN_IMAGE),
  timeout: duration.describe("How long the check may take, for people: the check itself sets its limit."),
  args: texts.describe(FROM_AN_IMAGE),
  env: z.array(variable).nullish().describe(FROM_AN_IMAGE),
  resources: anything.describe(FROM_AN_IMAGE),
  requirements: texts.describe("What a conformance programme calls the requirements that a pass proves, for people."),
  dependencyAffinity: anything.describe(FROM_AN_IMAGE),
});

const catalogMetadata = strict({
  name: name.describe("Name of the document."),
  version: optionalText.describe("Version of the document."),
});

export const validatorsSchema = strict({
  kind: kind("ValidatorCatalog"),
  apiVersion: apiVersion("cairn.dev/v1", "validator.nvidia.com/v1alpha1", "aicr.nvidia.com/v1"),
  metadata: catalogMetadata.nullish().describe("For people; no effect."),
  validators: z.array(validator).nullish().describe("Checks that recipes may list, each once."),
}).describe("The checks that recipes may list: `validators/catalog.yaml`. Lint compares recipes with it.");

const regionalSpec = strict({
  path: filled.describe("Path in the component's values."),
  regions: mapOf(filled).describe("The value at that path, by region. `--region` or the target chooses."),
});

export const regionsSchema = strict({
  kind: kind("RegionalValue"),
  apiVersion: apiVersion("cairn.dev/v1"),
  metadata: metadata.nullish().describe("For people; no effect."),
  spec: regionalSpec.describe("What depends on the region."),
}).describe("A value that depends on where the cluster is: `components/<name>/regions.yaml`.");

const MONTH_OR_DAY = /^\d{4}-\d{2}(-\d{2})?$/;

const source = strict({
  document: filled.describe("Document that the number is from."),
  date: text.regex(MONTH_OR_DAY, "must be a date such as 2026-09").describe("Date of that document."),
});

export const threshold = strict({
  check: filled.describe("The row counts where a recipe's performance phase runs this check."),
  constraint: optionalText.describe("The check's constraint that it sets. By default the check's name."),
  service: optionalText.describe("Only for this service."),
  accelerator: optionalText.describe("Only for this accelerator."),
  fabric: optionalText.describe("Only for this transport between nodes."),
  gpusPerNode: z.int().min(1).nullish().describe("Only for nodes with so many GPUs."),
  gpus: text
    .regex(COMPARISON, "must be a comparison such as `>= 16`")
    .nullish()
    .describe("Only for clusters with so many GPUs altogether; such a row needs `--nodes`."),
  value: text.regex(COMPARISON, "must be a value, or a comparison such as `>= 300`").describe("What must be reached."),
  unit: optionalText.describe("Unit of the value, kept in the recipe for readers."),
  source: source.describe("Where the number is from; kept in the recipe, not in its digest."),
  measured: optionalText.describe("What was measured where, for people."),
});

export const thresholdsSchema = strict({
  kind: kind("PerformanceThresholds"),
  apiVersion: apiVersion("cairn.dev/v1"),
  metadata: metadata.nullish().describe("For people; no effect."),
  thresholds: z.array(threshold).nullish().describe("One row each; of those that fit the one that states most wins."),
}).describe("What performance checks must reach, by hardware: `thresholds.yaml`.");

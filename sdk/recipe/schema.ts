import { z } from "zod";
import { DURATION } from "../duration";
import { type JsonObject, type JsonValue } from "../json";
import { elementOf, mapOf } from "../map-of";
import { type Path } from "./path";
import { PHASES } from "./types";

/*
 * The documents of a catalogue. Every object is strict: an unknown field is a finding. An empty field (`checks:`) means the same as an
 * absent one, as in the tools whose folders we read. Schemas only judge; the data stays what the parser made of it.
 */

const strict = z.strictObject;

const text = z.string();
const filled = text.regex(/./s, "must not be empty");
const texts = z.array(filled).nullish();
const optionalText = text.nullish();
const flag = z.boolean().nullish();
const anything = z.unknown().optional();
const values = mapOf(z.custom<JsonValue>()).nullish();
const textMap = mapOf(text).nullish();

const NAME = /^[a-z0-9]([-a-z0-9.]{0,98}[a-z0-9])?$/;
const name = text.regex(NAME, "must be lower-case letters, digits, dashes and dots");
const COMPARISON = /^(>=|<=|==|!=|>|<)?\s*[^\s<>=!].*$/s;
const RELATIVE_PATH = /^(?!\/)(?!.*(^|\/)\.\.(\/|$))(?!.*\\).+$/;
const file = text.regex(RELATIVE_PATH, "must be a path inside the catalogue");

const constraint = strict({
  name: filled,
  value: text.regex(COMPARISON, "must be a value, or a comparison such as `>= 1.34`"),
  severity: optionalText,
  remediation: optionalText,
  unit: optionalText,
  /** Why this document may demand less than the ones that it builds on. */
  relax: filled.nullish(),
});

const expectedResource = strict({ kind: filled, name: filled, namespace: optionalText });

const hooks = mapOf(z.enum(["skip", "resource", "job", "lift", "destroy-step"])).nullish();

const componentRef = strict({
  name,
  namespace: optionalText,
  chart: optionalText,
  type: z.enum(["Helm", "Kustomize", "Manifest"]).nullish(),
  source: optionalText,
  version: optionalText,
  tag: optionalText,
  path: optionalText,
  valuesFile: file.nullish(),
  overrides: values,
  dependencyRefs: texts,
  manifestFiles: z.array(file).nullish(),
  preManifestFiles: z.array(file).nullish(),
  expectedResources: z.array(expectedResource).nullish(),
  hooks,
  cleanup: flag,
  healthCheckAsserts: optionalText,
  healthCheckSkip: flag,
});

const phase = strict({
  timeout: text.regex(DURATION, "must be a duration such as `10m`").nullish(),
  constraints: z.array(constraint).nullish(),
  checks: texts,
  nodeSelection: strict({
    selector: textMap,
    maxNodes: z.int().min(0).nullish(),
    excludeNodes: texts,
  }).nullish(),
  infrastructure: optionalText,
});

const criteria = strict({
  service: optionalText,
  accelerator: optionalText,
  intent: optionalText,
  os: optionalText,
  platform: optionalText,
  nodes: z.int().min(0).nullish(),
});

const metadata = strict({
  name,
  displayName: optionalText,
  description: optionalText,
  labels: textMap,
  annotations: textMap,
});

const profileValue = strict({
  description: optionalText,
  constraints: z.array(constraint).nullish(),
  componentRefs: z
    .array(strict({ name, overrides: values, dependencyRefs: texts, manifestFiles: z.array(file).nullish() }))
    .nullish(),
});

const profile = strict({
  name: text.regex(/^[A-Za-z][A-Za-z0-9-]*$/, "must be letters, digits and dashes"),
  description: optionalText,
  default: text,
  values: mapOf(profileValue),
  /** Paths beside those that the values set, by component. */
  ownedPaths: mapOf(z.array(filled)).nullish(),
});

const hardware = strict({ fabric: optionalText, gpusPerNode: z.int().min(1).nullish() });

const overlaySpec = strict({
  base: optionalText,
  criteria: criteria.nullish(),
  mixins: texts,
  hardware: hardware.nullish(),
  profile: profile.nullish(),
  profiles: z.array(profile).nullish(),
  constraints: z.array(constraint).nullish(),
  componentRefs: z.array(componentRef).nullish(),
  validation: strict({
    readiness: phase.nullish(),
    deployment: phase.nullish(),
    performance: phase.nullish(),
    conformance: phase.nullish(),
  }).nullish(),
});

const mixinSpec = strict({
  constraints: z.array(constraint).nullish(),
  componentRefs: z.array(componentRef).nullish(),
});

const schedulingPaths = strict({
  nodeSelectorPaths: texts,
  tolerationPaths: texts,
  taintPaths: texts,
  taintStrPaths: texts,
  requireNodeSelector: flag,
  requireNodeSelectorIfStorageClassSet: flag,
}).nullish();

const registryEntry = strict({
  name,
  displayName: optionalText,
  description: optionalText,
  valueOverrideKeys: texts,
  helm: strict({
    defaultRepository: optionalText,
    defaultChart: optionalText,
    defaultVersion: optionalText,
    defaultNamespace: optionalText,
  }).nullish(),
  kustomize: strict({
    defaultSource: optionalText,
    defaultPath: optionalText,
    defaultTag: optionalText,
    defaultNamespace: optionalText,
  }).nullish(),
  manifest: strict({ defaultNamespace: optionalText }).nullish(),
  manifestFiles: z.array(file).nullish(),
  nodeScheduling: strict({
    system: schedulingPaths,
    accelerated: schedulingPaths,
    nodeCountPaths: texts,
  }).nullish(),
  podScheduling: strict({ workload: strict({ workloadSelectorPaths: texts }).nullish() }).nullish(),
  storageClassPaths: texts,
  sharedStorageClassPaths: texts,
  mixinSafeOverridePaths: texts,
  hooks,
  validations: anything,
  healthCheck: strict({ assertFile: file.nullish() }).nullish(),
  testTier: anything,
  gkeCriticalPriority: anything,
  hasSelfRefCRDs: anything,
  manifestsUseChartCRDs: anything,
  ownsCRDs: anything,
  upgrades: strict({ file: file.nullish() }).nullish(),
});

const apiVersion = (...allowed: readonly [string, ...string[]]) => z.enum(allowed).nullish();
const DOCUMENT_GROUPS = ["aicr.nvidia.com/v1alpha1", "aicr.run/v1alpha2", "aicr.run/v1alpha3", "cairn.dev/v1"] as const;

export const overlaySchema = strict({
  kind: z.literal("RecipeMetadata"),
  apiVersion: apiVersion(...DOCUMENT_GROUPS),
  metadata,
  spec: overlaySpec,
});

export const mixinSchema = strict({
  kind: z.literal("RecipeMixin"),
  apiVersion: apiVersion(...DOCUMENT_GROUPS),
  metadata,
  spec: mixinSpec,
});

const validator = strict({
  name,
  phase: z.enum(PHASES),
  description: optionalText,
  image: optionalText,
  timeout: text.regex(DURATION, "must be a duration such as `10m`").nullish(),
  args: texts,
  env: z.array(strict({ name: text.min(1), value: optionalText })).nullish(),
  resources: anything,
  /** What a conformance programme calls the requirements that the check proves. */
  requirements: texts,
  dependencyAffinity: anything,
});

export const validatorsSchema = strict({
  kind: z.literal("ValidatorCatalog"),
  apiVersion: apiVersion("cairn.dev/v1", "validator.nvidia.com/v1alpha1", "aicr.nvidia.com/v1"),
  metadata: strict({ name, version: optionalText }).nullish(),
  validators: z.array(validator).nullish(),
});

export const registrySchema = strict({
  kind: z.literal("ComponentRegistry"),
  apiVersion: apiVersion(...DOCUMENT_GROUPS, "aicr.run/v1beta1"),
  metadata: metadata.nullish(),
  components: z.array(registryEntry).nullish(),
});

/** A value that depends on where the cluster is: `components/<name>/regions.yaml`. */
export const regionsSchema = strict({
  kind: z.literal("RegionalValue"),
  apiVersion: apiVersion("cairn.dev/v1"),
  metadata: metadata.nullish(),
  spec: strict({ path: filled, regions: mapOf(filled) }),
});

const MONTH_OR_DAY = /^\d{4}-\d{2}(-\d{2})?$/;

const threshold = strict({
  check: filled,
  constraint: optionalText,
  service: optionalText,
  accelerator: optionalText,
  fabric: optionalText,
  gpusPerNode: z.int().min(1).nullish(),
  gpus: text.regex(COMPARISON, "must be a comparison such as `>= 16`").nullish(),
  value: text.regex(COMPARISON, "must be a value, or a comparison such as `>= 300`"),
  unit: optionalText,
  source: strict({ document: filled, date: text.regex(MONTH_OR_DAY, "must be a date such as 2026-09") }),
  measured: optionalText,
});

export const thresholdsSchema = strict({
  kind: z.literal("PerformanceThresholds"),
  apiVersion: apiVersion("cairn.dev/v1"),
  metadata: metadata.nullish(),
  thresholds: z.array(threshold).nullish(),
});

export type OverlayDocument = DeepReadonly<z.infer<typeof overlaySchema>>;
export type MixinDocument = DeepReadonly<z.infer<typeof mixinSchema>>;
export type RegistryDocument = DeepReadonly<z.infer<typeof registrySchema>>;
export type ComponentRefDocument = DeepReadonly<z.infer<typeof componentRef>>;
export type ConstraintDocument = DeepReadonly<z.infer<typeof constraint>>;
export type HardwareDocument = DeepReadonly<z.infer<typeof hardware>>;
export type ProfileDocument = DeepReadonly<z.infer<typeof profile>>;
export type RegionsDocument = DeepReadonly<z.infer<typeof regionsSchema>>;
export type ThresholdsDocument = DeepReadonly<z.infer<typeof thresholdsSchema>>;
export type ThresholdDocument = DeepReadonly<z.infer<typeof threshold>>;
export type PhaseDocument = DeepReadonly<z.infer<typeof phase>>;
export type ValidatorsDocument = DeepReadonly<z.infer<typeof validatorsSchema>>;
export type ValidatorEntry = DeepReadonly<z.infer<typeof validator>>;
export type RegistryEntry = DeepReadonly<z.infer<typeof registryEntry>>;

type DeepReadonly<T> = T extends JsonObject
  ? T
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** The fields that the model has at a path. */
export function fieldsAt(schema: z.ZodType, path: Path): readonly string[] {
  const end = path.reduce<unknown>((at, key) => {
    const outer = unwrapped(at);
    return outer instanceof z.ZodArray ? outer.element : (elementOf(outer) ?? shapeOf(outer)[key]);
  }, schema);
  return Object.keys(shapeOf(unwrapped(end)));
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? unwrapped(schema.unwrap()) : schema;
}

const shapeOf = (schema: unknown): Readonly<Record<string, unknown>> =>
  schema instanceof z.ZodObject ? schema.shape : {};

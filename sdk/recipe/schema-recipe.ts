import * as z from "zod";
import { mapOf } from "../map-of";
import {
  apiVersion,
  COMPARISON,
  DOCUMENT_GROUPS,
  duration,
  file,
  files,
  filled,
  flag,
  hooks,
  kind,
  metadata,
  name,
  optionalText,
  strict,
  text,
  textMap,
  texts,
  values,
} from "./schema-fields";

/* What recipes are made of: overlays and mixins. */

export const constraint = strict({
  name: filled.describe("A measurement, `<Type>.<Subtype>.<Key>`; in a validation phase also a parameter of a check."),
  value: text
    .regex(COMPARISON, "must be a value, or a comparison such as `>= 1.34`")
    .describe("What the measurement must be. A version or number may be compared; text must be equal."),
  severity: optionalText.describe(
    "With `warning` validation tells when it does not hold, and goes on; otherwise it fails.",
  ),
  remediation: optionalText.describe("What to do when it does not hold; validation prints it."),
  unit: optionalText.describe("Unit of the value, kept in the recipe for readers."),
  relax: filled
    .nullish()
    .describe("Why this document may demand less than those it builds on. Without it such a demand has no effect."),
});

const expectedResource = strict({
  kind: filled.describe("Kind of the object."),
  name: filled.describe("Name of the object."),
  namespace: optionalText.describe("Namespace of the object; none for what belongs to the whole cluster."),
});

export const componentRef = strict({
  name: name.describe("A component of the registry."),
  namespace: optionalText.describe("Namespace that it is installed in. By default the registry's."),
  chart: optionalText.describe("Name of the Helm chart. By default the registry's."),
  type: z
    .enum(["Helm", "Kustomize", "Manifest"])
    .nullish()
    .describe("What it is. By default it follows from the other fields and the registry."),
  source: optionalText.describe(
    "Helm repository (`https://`) or registry (`oci://`); of a kustomization its git repository. By default the registry's.",
  ),
  version: optionalText.describe("Version of the chart. By default the registry's."),
  tag: optionalText.describe("Tag or whole commit of the kustomization. By default the registry's."),
  path: optionalText.describe("Folder of the kustomization in its repository. By default the registry's."),
  valuesFile: file.nullish().describe("Values file, laid on the component's own `values.yaml` and below `overrides`."),
  overrides: values.describe(
    "Values for the chart; a kustomization has none. Maps merge, lists and scalars are replaced, `null` deletes the chart's default. " +
      "`enabled: false` or `install: false` switches the component off.",
  ),
  dependencyRefs: texts.describe("Components whose readiness gates must have passed before this one starts."),
  manifestFiles: files.describe("Manifests that are applied with the component."),
  preManifestFiles: files.describe("Manifests that are applied before its chart."),
  expectedResources: z
    .array(expectedResource)
    .nullish()
    .describe("Objects that must exist and be healthy. The stack waits for them, `expected-resources` checks them."),
  hooks: hooks.describe("What becomes of each Helm hook, by `<Kind>/<name>`; laid on the registry's."),
  cleanup: flag.describe("Accepted for AICR folders; no effect."),
  healthCheckAsserts: optionalText.describe("Accepted for AICR folders; no effect. Write a readiness gate."),
  healthCheckSkip: flag.describe("Accepted for AICR folders; no effect."),
});

const nodeSelection = strict({
  selector: textMap.describe("Labels of the nodes."),
  maxNodes: z.int().min(0).nullish().describe("At most so many nodes."),
  excludeNodes: texts.describe("Nodes that are left out, by name."),
});

export const phase = strict({
  timeout: duration.describe("How long the checks of the phase may take altogether."),
  constraints: z
    .array(constraint)
    .nullish()
    .describe("Thresholds and parameters of the checks. An explicit `[]` clears what was there."),
  checks: texts.describe("Checks that run, by name. An explicit `[]` clears what was there."),
  nodeSelection: nodeSelection.nullish().describe("Nodes to run on. Kept in the recipe; no check reads it yet."),
  infrastructure: optionalText.describe("Kept in the recipe; nothing acts on it."),
});

const criterion = (what: string) => optionalText.describe(`${what} Left out or \`any\`: all of them.`);

const criteria = strict({
  service: criterion("Where the cluster runs, such as `eks`."),
  accelerator: criterion("GPU model, such as `h100`."),
  intent: criterion("What the cluster is for: `training` or `inference`."),
  os: criterion("Operating system of the nodes, such as `ubuntu`."),
  platform: criterion("Workload platform, such as `kubeflow`."),
  nodes: z.int().min(0).nullish().describe("Number of GPU nodes. A note; it never selects."),
});

const profileComponent = strict({
  name: name.describe("A component of the recipe."),
  overrides: values.describe("Values for its chart. The profile owns every path that one of its values sets."),
  dependencyRefs: texts.describe("Components that it waits for, besides its others."),
  manifestFiles: files.describe("Manifests that are applied with it, besides its others."),
});

const profileValue = strict({
  description: optionalText.describe("Why somebody would choose it; stands for the comments that lint asks for."),
  constraints: z.array(constraint).nullish().describe("What the cluster must be for this choice."),
  componentRefs: z.array(profileComponent).nullish().describe("What the choice sets."),
});

export const profile = strict({
  name: text
    .regex(/^[A-Za-z][A-Za-z0-9-]*$/, "must be letters, digits and dashes")
    .describe("Name by which `--profile` finds it."),
  description: optionalText.describe("For people; no effect."),
  default: text.describe("The value that counts when nobody chooses."),
  values: mapOf(profileValue).describe("What can be chosen, by name."),
  ownedPaths: mapOf(z.array(filled))
    .nullish()
    .describe("Paths, by component, that nobody else may set either, besides those that the values set."),
});

export const hardware = strict({
  fabric: optionalText.describe("Transport between nodes, such as `efa`. Thresholds are looked up by it."),
  gpusPerNode: z.int().min(1).nullish().describe("GPUs of a node. Thresholds are looked up by it."),
});

const validation = strict({
  readiness: phase.nullish().describe("Whether the cluster fits: the recipe's `constraints` and these."),
  deployment: phase.nullish().describe("Whether what was installed works."),
  performance: phase.nullish().describe("Whether the hardware does what it should."),
  conformance: phase.nullish().describe("Whether the cluster behaves as the conformance programme asks."),
});

const constraints = z.array(constraint).nullish().describe("What the cluster must be. May only be tightened.");

const overlaySpec = strict({
  base: optionalText.describe("Overlay that this one builds on."),
  criteria: criteria.nullish().describe("Which clusters it is for. Without any it is there for others to build on."),
  mixins: texts.describe("Fragments to lay after all overlays, by name."),
  hardware: hardware.nullish().describe("What performance thresholds are looked up by."),
  profile: profile.nullish().describe("A single profile; the same as `profiles` with one."),
  profiles: z
    .array(profile)
    .nullish()
    .describe("Choices that touch several components at once. By name, replaced whole."),
  constraints,
  componentRefs: z.array(componentRef).nullish().describe("What is installed. By name, then field by field."),
  validation: validation.nullish().describe("What is checked, by phase."),
});

const mixinSpec = strict({
  constraints,
  componentRefs: z
    .array(componentRef)
    .nullish()
    .describe(
      "What the mixin brings. Of a component that is already there it may touch [little](recipes.md#laying-documents-on-one-another).",
    ),
});

export const overlaySchema = strict({
  kind: kind("RecipeMetadata"),
  apiVersion: apiVersion(...DOCUMENT_GROUPS),
  metadata: metadata.describe("How `base` and traces name the overlay."),
  spec: overlaySpec.describe("What it adds to recipes."),
}).describe("An overlay: `overlays/*.yaml`. What recipes are made of, chosen by criteria.");

export const mixinSchema = strict({
  kind: kind("RecipeMixin"),
  apiVersion: apiVersion(...DOCUMENT_GROUPS),
  metadata: metadata.describe("How overlays name the mixin. Those named `os-…` exclude each other."),
  spec: mixinSpec.describe("What it adds to recipes."),
}).describe("A fragment that overlays ask for by name: `mixins/*.yaml`.");

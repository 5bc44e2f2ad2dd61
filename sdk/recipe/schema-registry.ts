import * as z from "zod";
import {
  anything,
  apiVersion,
  DOCUMENT_GROUPS,
  file,
  files,
  flag,
  hooks,
  kind,
  metadata,
  name,
  optionalText,
  strict,
  texts,
} from "./schema-fields";

/* What components are, for every recipe that has them. */

const FOR_AICR = "Accepted for AICR folders; no effect.";

export const schedulingPaths = strict({
  nodeSelectorPaths: texts.describe("Paths in the values that get the pool's node selector."),
  tolerationPaths: texts.describe("Paths in the values that get tolerations for the pool's taints."),
  taintPaths: texts.describe(FOR_AICR),
  taintStrPaths: texts.describe(FOR_AICR),
  requireNodeSelector: flag.describe(FOR_AICR),
  requireNodeSelectorIfStorageClassSet: flag.describe(FOR_AICR),
});

const helm = strict({
  defaultRepository: optionalText.describe("`source` of the component."),
  defaultChart: optionalText.describe("`chart` of the component; of `<repository>/<chart>` the last part."),
  defaultVersion: optionalText.describe("`version` of the component."),
  defaultNamespace: optionalText.describe("`namespace` of the component."),
});

const kustomize = strict({
  defaultSource: optionalText.describe("`source` of the component."),
  defaultPath: optionalText.describe("`path` of the component."),
  defaultTag: optionalText.describe("`tag` of the component."),
  defaultNamespace: optionalText.describe("`namespace` of the component."),
});

const nodeScheduling = strict({
  system: schedulingPaths.nullish().describe("What runs on the system pool."),
  accelerated: schedulingPaths.nullish().describe("What runs on the GPU nodes."),
  nodeCountPaths: texts.describe("Paths in the values that get the number of GPU nodes."),
});

export const registryEntry = strict({
  name: name.describe("Name by which overlays and mixins name the component."),
  displayName: optionalText.describe("For people; no effect."),
  description: optionalText.describe("For people; no effect."),
  valueOverrideKeys: texts.describe("Other names by which `--set` and `values` of a program find the component."),
  helm: helm.nullish().describe("It is a Helm chart, with these defaults."),
  kustomize: kustomize
    .nullish()
    .describe("It is a kustomization, a folder of a git repository, with these defaults. It reads no values."),
  manifest: strict({ defaultNamespace: optionalText.describe("`namespace` of the component.") })
    .nullish()
    .describe("It consists of manifests only."),
  manifestFiles: files.describe("Manifests that are applied with the component in every recipe."),
  nodeScheduling: nodeScheduling.nullish().describe("Where the cluster's pools enter the values."),
  podScheduling: strict({
    workload: strict({ workloadSelectorPaths: texts.describe(FOR_AICR) })
      .nullish()
      .describe(FOR_AICR),
  })
    .nullish()
    .describe(FOR_AICR),
  storageClassPaths: texts.describe(FOR_AICR),
  sharedStorageClassPaths: texts.describe(FOR_AICR),
  mixinSafeOverridePaths: texts.describe(
    "Paths in the values that a mixin may set though an overlay has the component.",
  ),
  hooks: hooks.describe("What becomes of each Helm hook, by `<Kind>/<name>`. One that nobody decided is an error."),
  validations: anything.describe(FOR_AICR),
  healthCheck: strict({ assertFile: file.nullish().describe("The file must exist; nothing runs it.") })
    .nullish()
    .describe("Accepted for AICR folders. Write a readiness gate."),
  testTier: anything.describe(FOR_AICR),
  gkeCriticalPriority: anything.describe(FOR_AICR),
  hasSelfRefCRDs: anything.describe(FOR_AICR),
  manifestsUseChartCRDs: anything.describe(FOR_AICR),
  ownsCRDs: anything.describe(FOR_AICR),
  upgrades: strict({ file: file.nullish().describe("Lint counts the file as used; nothing else reads it.") })
    .nullish()
    .describe("Accepted for AICR folders."),
});

export const registrySchema = strict({
  kind: kind("ComponentRegistry"),
  apiVersion: apiVersion(...DOCUMENT_GROUPS, "aicr.run/v1beta1"),
  metadata: metadata.nullish().describe("For people; no effect."),
  components: z.array(registryEntry).nullish().describe("Components that recipes may name, each once."),
}).describe("The components that recipes may name, with defaults: `registry.yaml`.");

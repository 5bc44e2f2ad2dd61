import { type Broken, inMixin, inOverlay, inRegistry } from "./corpus.test";

/** Documents in which every field holds a value of another type. */
export const TYPES: readonly Broken[] = [
  inOverlay(
    "an overlay in which every field is of another type",
    {
      "overlays/x.yaml": `
apiVersion: [cairn.dev/v1]
kind: 5
metadata:
  name: []
  displayName: {}
  description: [long]
  labels: [a]
  annotations: text
spec:
  base: { name: base }
  criteria: { service: [], accelerator: {}, intent: [x], os: {}, platform: [], nodes: many }
  mixins: { a: b }
  constraints:
    - text
    - { name: [], value: {}, severity: [], remediation: {}, unit: [], relax: {} }
  componentRefs:
    - a
    - name: {}
      namespace: []
      chart: {}
      type: []
      source: {}
      version: [1]
      tag: {}
      path: []
      valuesFile: {}
      overrides: [1]
      dependencyRefs: a
      manifestFiles: { a: b }
      preManifestFiles: m.yaml
      expectedResources: { kind: Pod }
      hooks: [skip]
      cleanup: "yes"
      healthCheckAsserts: []
      healthCheckSkip: 1
  validation:
    readiness: [a]
    deployment:
      timeout: 10
      constraints: { a: b }
      checks: a
      nodeSelection: { selector: [], maxNodes: few, excludeNodes: a }
      infrastructure: {}
    performance: text
    conformance: 3
`,
    },
    '2:1: apiVersion: Invalid option: expected one of "aicr.nvidia.com/v1alpha1"|"aicr.run/v1alpha2"|"aicr.run/v1alpha3"|"cairn.dev/v1"',
    '3:1: kind: Invalid input: expected "RecipeMetadata"',
    "5:3: metadata.name: Invalid input: expected string, received array",
    "6:3: metadata.displayName: Invalid input: expected string, received object",
    "7:3: metadata.description: Invalid input: expected string, received array",
    "8:3: metadata.labels: must be a map",
    "9:3: metadata.annotations: must be a map",
    "11:3: spec.base: Invalid input: expected string, received object",
    "12:15: spec.criteria.service: Invalid input: expected string, received array",
    "12:28: spec.criteria.accelerator: Invalid input: expected string, received object",
    "12:45: spec.criteria.intent: Invalid input: expected string, received array",
    "12:58: spec.criteria.os: Invalid input: expected string, received object",
    "12:66: spec.criteria.platform: Invalid input: expected string, received array",
    "12:80: spec.criteria.nodes: Invalid input: expected number, received string",
    "13:3: spec.mixins: Invalid input: expected array, received object",
    "15:7: spec.constraints.0: Invalid input: expected object, received string",
    "16:9: spec.constraints.1.name: Invalid input: expected string, received array",
    "16:19: spec.constraints.1.value: Invalid input: expected string, received object",
    "16:30: spec.constraints.1.severity: Invalid input: expected string, received array",
    "16:44: spec.constraints.1.remediation: Invalid input: expected string, received object",
    "16:61: spec.constraints.1.unit: Invalid input: expected string, received array",
    "16:71: spec.constraints.1.relax: Invalid input: expected string, received object",
    "18:7: spec.componentRefs.0: Invalid input: expected object, received string",
    "19:7: spec.componentRefs.1.name: Invalid input: expected string, received object",
    "20:7: spec.componentRefs.1.namespace: Invalid input: expected string, received array",
    "21:7: spec.componentRefs.1.chart: Invalid input: expected string, received object",
    '22:7: spec.componentRefs.1.type: Invalid option: expected one of "Helm"|"Kustomize"|"Manifest"',
    "23:7: spec.componentRefs.1.source: Invalid input: expected string, received object",
    "24:7: spec.componentRefs.1.version: Invalid input: expected string, received array",
    "25:7: spec.componentRefs.1.tag: Invalid input: expected string, received object",
    "26:7: spec.componentRefs.1.path: Invalid input: expected string, received array",
    "27:7: spec.componentRefs.1.valuesFile: Invalid input: expected string, received object",
    "28:7: spec.componentRefs.1.overrides: must be a map",
    "29:7: spec.componentRefs.1.dependencyRefs: Invalid input: expected array, received string",
    "30:7: spec.componentRefs.1.manifestFiles: Invalid input: expected array, received object",
    "31:7: spec.componentRefs.1.preManifestFiles: Invalid input: expected array, received string",
    "32:7: spec.componentRefs.1.expectedResources: Invalid input: expected array, received object",
    "33:7: spec.componentRefs.1.hooks: must be a map",
    "34:7: spec.componentRefs.1.cleanup: Invalid input: expected boolean, received string",
    "35:7: spec.componentRefs.1.healthCheckAsserts: Invalid input: expected string, received array",
    "36:7: spec.componentRefs.1.healthCheckSkip: Invalid input: expected boolean, received number",
    "38:5: spec.validation.readiness: Invalid input: expected object, received array",
    "40:7: spec.validation.deployment.timeout: must be a duration such as `10m`",
    "41:7: spec.validation.deployment.constraints: Invalid input: expected array, received object",
    "42:7: spec.validation.deployment.checks: Invalid input: expected array, received string",
    "43:24: spec.validation.deployment.nodeSelection.selector: must be a map",
    "43:38: spec.validation.deployment.nodeSelection.maxNodes: Invalid input: expected number, received string",
    "43:53: spec.validation.deployment.nodeSelection.excludeNodes: Invalid input: expected array, received string",
    "44:7: spec.validation.deployment.infrastructure: Invalid input: expected string, received object",
    "45:5: spec.validation.performance: Invalid input: expected object, received string",
    "46:5: spec.validation.conformance: Invalid input: expected object, received number",
  ),
  inRegistry(
    "a registry in which every field is of another type",
    {
      "registry.yaml": `
kind: RecipeMetadata
apiVersion: cairn.dev/v2
metadata: text
components:
  - a
  - name: A_B
    displayName: []
    description: {}
    valueOverrideKeys: a
    helm: { defaultRepository: [], defaultChart: {}, defaultVersion: [], defaultNamespace: {} }
    kustomize: { defaultSource: [], defaultPath: {}, defaultTag: [], defaultNamespace: {} }
    manifest: { defaultNamespace: [] }
    manifestFiles: m.yaml
    nodeScheduling:
      system: { nodeSelectorPaths: a, tolerationPaths: {}, taintPaths: a, taintStrPaths: a, requireNodeSelector: 1, requireNodeSelectorIfStorageClassSet: "no" }
      accelerated: []
      nodeCountPaths: {}
    podScheduling: { workload: { workloadSelectorPaths: a } }
    storageClassPaths: a
    sharedStorageClassPaths: {}
    mixinSafeOverridePaths: a
    hooks: skip
    healthCheck: { assertFile: [] }
    upgrades: { file: {} }
`,
    },
    '2:1: kind: Invalid input: expected "ComponentRegistry"',
    '3:1: apiVersion: Invalid option: expected one of "aicr.nvidia.com/v1alpha1"|"aicr.run/v1alpha2"|"aicr.run/v1alpha3"|"cairn.dev/v1"|"aicr.run/v1beta1" (did you mean "cairn.dev/v1"?)',
    "4:1: metadata: Invalid input: expected object, received string",
    "6:5: components.0: Invalid input: expected object, received string",
    "7:5: components.1.name: must be lower-case letters, digits, dashes and dots",
    "8:5: components.1.displayName: Invalid input: expected string, received array",
    "9:5: components.1.description: Invalid input: expected string, received object",
    "10:5: components.1.valueOverrideKeys: Invalid input: expected array, received string",
    "11:13: components.1.helm.defaultRepository: Invalid input: expected string, received array",
    "11:36: components.1.helm.defaultChart: Invalid input: expected string, received object",
    "11:54: components.1.helm.defaultVersion: Invalid input: expected string, received array",
    "11:74: components.1.helm.defaultNamespace: Invalid input: expected string, received object",
    "12:18: components.1.kustomize.defaultSource: Invalid input: expected string, received array",
    "12:37: components.1.kustomize.defaultPath: Invalid input: expected string, received object",
    "12:54: components.1.kustomize.defaultTag: Invalid input: expected string, received array",
    "12:70: components.1.kustomize.defaultNamespace: Invalid input: expected string, received object",
    "13:17: components.1.manifest.defaultNamespace: Invalid input: expected string, received array",
    "14:5: components.1.manifestFiles: Invalid input: expected array, received string",
    "16:17: components.1.nodeScheduling.system.nodeSelectorPaths: Invalid input: expected array, received string",
    "16:39: components.1.nodeScheduling.system.tolerationPaths: Invalid input: expected array, received object",
    "16:60: components.1.nodeScheduling.system.taintPaths: Invalid input: expected array, received string",
    "16:75: components.1.nodeScheduling.system.taintStrPaths: Invalid input: expected array, received string",
    "16:93: components.1.nodeScheduling.system.requireNodeSelector: Invalid input: expected boolean, received number",
    "16:117: components.1.nodeScheduling.system.requireNodeSelectorIfStorageClassSet: Invalid input: expected boolean, received string",
    "17:7: components.1.nodeScheduling.accelerated: Invalid input: expected object, received array",
    "18:7: components.1.nodeScheduling.nodeCountPaths: Invalid input: expected array, received object",
    "19:34: components.1.podScheduling.workload.workloadSelectorPaths: Invalid input: expected array, received string",
    "20:5: components.1.storageClassPaths: Invalid input: expected array, received string",
    "21:5: components.1.sharedStorageClassPaths: Invalid input: expected array, received object",
    "22:5: components.1.mixinSafeOverridePaths: Invalid input: expected array, received string",
    "23:5: components.1.hooks: must be a map",
    "24:20: components.1.healthCheck.assertFile: Invalid input: expected string, received array",
    "25:17: components.1.upgrades.file: Invalid input: expected string, received object",
  ),
  inMixin(
    "a mixin in which every field is of another type",
    {
      "mixins/x.yaml":
        "kind: Mixin\napiVersion: v1\nmetadata: []\nspec: { constraints: text, componentRefs: { name: a } }\n",
    },
    '1:1: kind: Invalid input: expected "RecipeMixin"',
    '2:1: apiVersion: Invalid option: expected one of "aicr.nvidia.com/v1alpha1"|"aicr.run/v1alpha2"|"aicr.run/v1alpha3"|"cairn.dev/v1"',
    "3:1: metadata: Invalid input: expected object, received array",
    "4:9: spec.constraints: Invalid input: expected array, received string",
    "4:28: spec.componentRefs: Invalid input: expected array, received object",
  ),
  {
    what: "profiles, hardware, thresholds and regions in which every field is of another type",
    files: {
      "overlays/x.yaml": `kind: RecipeMetadata
metadata: { name: x }
spec:
  hardware: { fabric: [], gpusPerNode: many }
  profile: []
  profiles:
    - { name: 1.5, description: [], default: [], values: [], ownedPaths: { a: b, __proto__: c } }
    - name: gpuStack
      default: a
      values: { a: { componentRefs: [{ name: a, overrides: [], overides: 1 }] }, __proto__: , constructor: [] }
`,
      "thresholds.yaml": `kind: Thresholds
thresholds:
  - { check: "", constraint: [], service: {}, accelerator: [], fabric: {}, gpusPerNode: 0, gpus: ">=", value: [], unit: {}, source: none, measured: [] }
  - { check: a, value: 1, source: { document: "", date: yesterday } }
`,
      "components/a/regions.yaml": "kind: RegionalValue\nspec: { path: [], regions: { __proto__: {}, eu: '' } }\n",
    },
    findings: [
      "0/components/a/regions.yaml:2:9: spec.path: Invalid input: expected string, received array",
      "0/components/a/regions.yaml:2:30: spec.regions.__proto__: Invalid input: expected string, received object",
      "0/components/a/regions.yaml:2:45: spec.regions.eu: must not be empty",
      "0/overlays/x.yaml:4:15: spec.hardware.fabric: Invalid input: expected string, received array",
      "0/overlays/x.yaml:4:27: spec.hardware.gpusPerNode: Invalid input: expected number, received string",
      "0/overlays/x.yaml:5:3: spec.profile: Invalid input: expected object, received array",
      "0/overlays/x.yaml:7:9: spec.profiles.0.name: must be letters, digits and dashes",
      "0/overlays/x.yaml:7:20: spec.profiles.0.description: Invalid input: expected string, received array",
      "0/overlays/x.yaml:7:37: spec.profiles.0.default: Invalid input: expected string, received array",
      "0/overlays/x.yaml:7:50: spec.profiles.0.values: must be a map",
      "0/overlays/x.yaml:7:76: spec.profiles.0.ownedPaths.a: Invalid input: expected array, received string",
      "0/overlays/x.yaml:7:82: spec.profiles.0.ownedPaths.__proto__: Invalid input: expected array, received string",
      "0/overlays/x.yaml:10:49: spec.profiles.1.values.a.componentRefs.0.overrides: must be a map",
      '0/overlays/x.yaml:10:64: spec.profiles.1.values.a.componentRefs.0.overides: unknown field (did you mean "overrides"?)',
      "0/overlays/x.yaml:10:82: spec.profiles.1.values.__proto__: Invalid input: expected object, received null",
      "0/overlays/x.yaml:10:95: spec.profiles.1.values.constructor: Invalid input: expected object, received array",
      '0/thresholds.yaml:1:1: kind: Invalid input: expected "PerformanceThresholds"',
      "0/thresholds.yaml:3:7: thresholds.0.check: must not be empty",
      "0/thresholds.yaml:3:18: thresholds.0.constraint: Invalid input: expected string, received array",
      "0/thresholds.yaml:3:34: thresholds.0.service: Invalid input: expected string, received object",
      "0/thresholds.yaml:3:47: thresholds.0.accelerator: Invalid input: expected string, received array",
      "0/thresholds.yaml:3:64: thresholds.0.fabric: Invalid input: expected string, received object",
      "0/thresholds.yaml:3:76: thresholds.0.gpusPerNode: Too small: expected number to be >=1",
      "0/thresholds.yaml:3:92: thresholds.0.gpus: must be a comparison such as `>= 16`",
      "0/thresholds.yaml:3:104: thresholds.0.value: Invalid input: expected string, received array",
      "0/thresholds.yaml:3:115: thresholds.0.unit: Invalid input: expected string, received object",
      "0/thresholds.yaml:3:125: thresholds.0.source: Invalid input: expected object, received string",
      "0/thresholds.yaml:3:139: thresholds.0.measured: Invalid input: expected string, received array",
      "0/thresholds.yaml:4:37: thresholds.1.source.document: must not be empty",
      "0/thresholds.yaml:4:51: thresholds.1.source.date: must be a date such as 2026-09",
    ],
  },
];

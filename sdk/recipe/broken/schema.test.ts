import { type Files, mixin, overlay } from "../support.test";
import { type Broken, inMixin, inOverlay, inRegistry } from "./corpus.test";

const document = (text: string): Files => ({ "overlays/x.yaml": text });
const ref = (fields: string): Files => overlay("x", `componentRefs: [{ name: a, ${fields} }]`);
const metadata = (fields: string): Files => document(`kind: RecipeMetadata\nmetadata: ${fields}\nspec: {}\n`);
const registered = (fields: string): Files => ({
  "registry.yaml": `kind: ComponentRegistry\ncomponents:\n  - name: a\n${fields}\n`,
});

/** Documents whose fields and values are not those of the model. */
export const SCHEMA: readonly Broken[] = [
  inOverlay(
    "a document without anything",
    document("{}\n"),
    '1:1: kind: Invalid input: expected "RecipeMetadata"',
    "1:1: metadata: Invalid input: expected object, received undefined",
    "1:1: spec: Invalid input: expected object, received undefined",
  ),
  inOverlay(
    "a document with empty parts",
    document("kind:\nmetadata:\nspec:\n"),
    '1:1: kind: Invalid input: expected "RecipeMetadata"',
    "2:1: metadata: Invalid input: expected object, received null",
    "3:1: spec: Invalid input: expected object, received null",
  ),
  inOverlay(
    "a mixin among the overlays",
    document("kind: RecipeMixin\nmetadata: { name: x }\nspec: {}\n"),
    '1:1: kind: Invalid input: expected "RecipeMetadata"',
  ),
  inOverlay(
    "another program's document",
    document("apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: x, namespace: y }\nspec: { replicas: 1 }\n"),
    '1:1: apiVersion: Invalid option: expected one of "aicr.nvidia.com/v1alpha1"|"aicr.run/v1alpha2"|"aicr.run/v1alpha3"|"cairn.dev/v1"',
    '2:1: kind: Invalid input: expected "RecipeMetadata"',
    "3:22: metadata.namespace: unknown field",
    "4:9: spec.replicas: unknown field",
  ),
  inMixin(
    "fields of an overlay in a mixin",
    mixin("x", "base: base\n  validation: {}"),
    "5:3: spec.base: unknown field",
    "6:3: spec.validation: unknown field",
  ),

  inOverlay("a missing name", metadata("{}"), "2:1: metadata.name: Invalid input: expected string, received undefined"),
  inOverlay(
    "an empty name",
    metadata('{ name: "" }'),
    "2:13: metadata.name: must be lower-case letters, digits, dashes and dots",
  ),
  inOverlay(
    "a name in capitals",
    metadata("{ name: H100 }"),
    "2:13: metadata.name: must be lower-case letters, digits, dashes and dots",
  ),
  inOverlay(
    "a name that is a path",
    metadata("{ name: ../x }"),
    "2:13: metadata.name: must be lower-case letters, digits, dashes and dots",
  ),
  inOverlay(
    "a name that ends in a dash",
    metadata("{ name: x- }"),
    "2:13: metadata.name: must be lower-case letters, digits, dashes and dots",
  ),
  inOverlay(
    "a name of 101 letters",
    metadata(`{ name: ${"a".repeat(101)} }`),
    "2:13: metadata.name: must be lower-case letters, digits, dashes and dots",
  ),
  inOverlay(
    "a name of two lines",
    metadata('{ name: "a\\nb" }'),
    "2:13: metadata.name: must be lower-case letters, digits, dashes and dots",
  ),
  inOverlay(
    "a name that is a prototype's",
    metadata("{ name: __proto__ }"),
    "2:13: metadata.name: must be lower-case letters, digits, dashes and dots",
  ),
  inOverlay(
    "a label that is not text",
    metadata("{ name: x, labels: { tier: [gpu], ok: yes, empty: } }"),
    "2:32: metadata.labels.tier: Invalid input: expected string, received array",
    "2:54: metadata.labels.empty: Invalid input: expected string, received null",
  ),
  inOverlay(
    "a label of every object that is not text",
    metadata("{ name: x, labels: { __proto__: {}, constructor: [] } }"),
    "2:32: metadata.labels.__proto__: Invalid input: expected string, received object",
    "2:47: metadata.labels.constructor: Invalid input: expected string, received array",
  ),

  inOverlay("a misspelt field", overlay("x", "bsae: base"), '5:3: spec.bsae: unknown field (did you mean "base"?)'),
  inOverlay(
    "misspelt fields at every level",
    document(`knid: RecipeMetadata
kind: RecipeMetadata
metdata: {}
metadata: { name: x, lables: {} }
spec:
  criterai: {}
  criteria: { acelerator: h100 }
  constraints: [{ name: c, value: v, severty: low }]
  componentRefs:
    - { name: a, valueFile: v.yaml, expectedResources: [{ kind: Pod, name: p, namespcae: n }] }
  validation: { deploymnet: {}, deployment: { nodeSelection: { maxNode: 1 } } }
`),
    '1:1: knid: unknown field (did you mean "kind"?)',
    '3:1: metdata: unknown field (did you mean "metadata"?)',
    '4:22: metadata.lables: unknown field (did you mean "labels"?)',
    '6:3: spec.criterai: unknown field (did you mean "criteria"?)',
    '7:15: spec.criteria.acelerator: unknown field (did you mean "accelerator"?)',
    '8:38: spec.constraints.0.severty: unknown field (did you mean "severity"?)',
    '10:18: spec.componentRefs.0.valueFile: unknown field (did you mean "valuesFile"?)',
    '10:79: spec.componentRefs.0.expectedResources.0.namespcae: unknown field (did you mean "namespace"?)',
    '11:17: spec.validation.deploymnet: unknown field (did you mean "deployment"?)',
    '11:64: spec.validation.deployment.nodeSelection.maxNode: unknown field (did you mean "maxNodes"?)',
  ),
  inOverlay(
    "a field of another place",
    overlay("x", "valuesFile: v.yaml\n  helm: {}"),
    "5:3: spec.valuesFile: unknown field",
    "6:3: spec.helm: unknown field",
  ),
  inOverlay("a field that nothing resembles", overlay("x", "zzzzzzzz: 1"), "5:3: spec.zzzzzzzz: unknown field"),
  inOverlay(
    "fields that every object has",
    overlay("x", "__proto__: { polluted: yes }\n  constructor: {}\n  toString: 1\n  hasOwnProperty: 1"),
    "5:3: spec.__proto__: unknown field",
    "6:3: spec.constructor: unknown field",
    "7:3: spec.toString: unknown field",
    "8:3: spec.hasOwnProperty: unknown field",
  ),
  inOverlay(
    "a field with dots and brackets",
    overlay("x", '"spec.base[0]": 1\n  "": 2\n  "a\\nb": 3'),
    '5:3: spec."spec.base[0]": unknown field',
    '6:3: spec."": unknown field',
    '7:3: spec."a\\nb": unknown field',
  ),
  inRegistry(
    "a misspelt field of the registry",
    registered("    hlem: {}\n    helm: { defaultVerson: 1 }"),
    '4:5: components.0.hlem: unknown field (did you mean "helm"?)',
    '5:13: components.0.helm.defaultVerson: unknown field (did you mean "defaultVersion"?)',
  ),

  inOverlay(
    "text for a number of nodes",
    overlay("x", 'criteria: { nodes: "4" }'),
    "5:15: spec.criteria.nodes: Invalid input: expected number, received string",
  ),
  inOverlay(
    "a negative number of nodes",
    overlay("x", "criteria: { nodes: -1 }"),
    "5:15: spec.criteria.nodes: Too small: expected number to be >=0",
  ),
  inOverlay(
    "a fraction of a node",
    overlay("x", "criteria: { nodes: 1.5 }"),
    "5:15: spec.criteria.nodes: Invalid input: expected int, received number",
  ),
  inOverlay(
    "more nodes than can be counted",
    overlay("x", "criteria: { nodes: 12345678901234567890 }"),
    "5:15: spec.criteria.nodes: Invalid input: expected number, received string",
  ),
  inOverlay(
    "an empty mixin's name",
    overlay("x", 'mixins: ["", ~]'),
    "5:12: spec.mixins.0: must not be empty",
    "5:16: spec.mixins.1: Invalid input: expected string, received null",
  ),
  inOverlay(
    "a list in a list",
    overlay("x", "mixins: [[os-ubuntu]]"),
    "5:12: spec.mixins.0: Invalid input: expected string, received array",
  ),

  inOverlay(
    "constraints that compare with nothing",
    overlay(
      "x",
      'constraints: [{ name: a, value: ">=" }, { name: b, value: "" }, { name: c, value: "=> 1" }, { name: "", value: x }, { value: x }, { name: d }]',
    ),
    "5:28: spec.constraints.0.value: must be a value, or a comparison such as `>= 1.34`",
    "5:54: spec.constraints.1.value: must be a value, or a comparison such as `>= 1.34`",
    "5:78: spec.constraints.2.value: must be a value, or a comparison such as `>= 1.34`",
    "5:97: spec.constraints.3.name: must not be empty",
    "5:119: spec.constraints.4.name: Invalid input: expected string, received undefined",
    "5:133: spec.constraints.5.value: Invalid input: expected string, received undefined",
  ),
  inOverlay(
    "a reason that is empty",
    overlay("x", 'constraints: [{ name: a, value: x, relax: "" }]'),
    "5:38: spec.constraints.0.relax: must not be empty",
  ),

  inOverlay(
    "paths that leave the catalogue",
    ref("valuesFile: /etc/passwd, manifestFiles: [components/../../x, '..\\x', ..]"),
    "5:30: spec.componentRefs.0.valuesFile: must be a path inside the catalogue",
    "5:71: spec.componentRefs.0.manifestFiles.0: must be a path inside the catalogue",
    "5:91: spec.componentRefs.0.manifestFiles.1: must be a path inside the catalogue",
    "5:99: spec.componentRefs.0.manifestFiles.2: must be a path inside the catalogue",
  ),
  inOverlay(
    "paths that are empty or of two lines",
    ref('valuesFile: "", manifestFiles: ["a\\n../x"]'),
    "5:30: spec.componentRefs.0.valuesFile: must be a path inside the catalogue",
    "5:62: spec.componentRefs.0.manifestFiles.0: must be a path inside the catalogue",
  ),
  inRegistry(
    "a path that leaves the registry",
    registered("    manifestFiles: [../../etc/passwd]"),
    "4:21: components.0.manifestFiles.0: must be a path inside the catalogue",
  ),
  inOverlay(
    "an unknown type of component",
    ref("type: helm"),
    '5:30: spec.componentRefs.0.type: Invalid option: expected one of "Helm"|"Kustomize"|"Manifest" (did you mean "Helm"?)',
  ),
  inOverlay(
    "overrides that are text",
    ref("overrides: driver.enabled=false"),
    "5:30: spec.componentRefs.0.overrides: must be a map",
  ),
  inOverlay(
    "unknown decisions about hooks",
    ref("hooks: { Job/x: run, Job/y: [skip], __proto__: 1 }"),
    '5:39: spec.componentRefs.0.hooks.Job/x: Invalid option: expected one of "skip"|"resource"|"job"|"lift"|"destroy-step"',
    '5:51: spec.componentRefs.0.hooks.Job/y: Invalid option: expected one of "skip"|"resource"|"job"|"lift"|"destroy-step"',
    '5:66: spec.componentRefs.0.hooks.__proto__: Invalid option: expected one of "skip"|"resource"|"job"|"lift"|"destroy-step"',
  ),
  inOverlay(
    "an expected resource without a name",
    ref("expectedResources: [{ kind: Pod }, { kind: '', name: '' }]"),
    "5:50: spec.componentRefs.0.expectedResources.0.name: Invalid input: expected string, received undefined",
    "5:67: spec.componentRefs.0.expectedResources.1.kind: must not be empty",
    "5:77: spec.componentRefs.0.expectedResources.1.name: must not be empty",
  ),
  inOverlay(
    "an empty dependency",
    ref("dependencyRefs: ['']"),
    "5:47: spec.componentRefs.0.dependencyRefs.0: must not be empty",
  ),

  inOverlay(
    "durations that are none",
    overlay(
      "x",
      "validation: { readiness: { timeout: 10 minutes }, deployment: { timeout: -5m }, performance: { timeout: '' } }",
    ),
    "5:30: spec.validation.readiness.timeout: must be a duration such as `10m`",
    "5:67: spec.validation.deployment.timeout: must be a duration such as `10m`",
    "5:98: spec.validation.performance.timeout: must be a duration such as `10m`",
  ),
  inOverlay(
    "negative nodes of a phase",
    overlay("x", "validation: { performance: { nodeSelection: { maxNodes: -1, selector: { gpu: ~ } } } }"),
    "5:49: spec.validation.performance.nodeSelection.maxNodes: Too small: expected number to be >=0",
    "5:75: spec.validation.performance.nodeSelection.selector.gpu: Invalid input: expected string, received null",
  ),
];

/** A stored recipe that cannot be used, as `cairn diff` reads it. */
export interface BrokenRecipe {
  readonly what: string;
  readonly text: string;
  readonly findings: readonly string[];
}

/** A stored recipe without a mistake. */
export const SOUND_RECIPE = `kind: RecipeResult
metadata: { version: 0.1.0, appliedOverlays: [base] }
criteria: { service: local, nodes: 2 }
constraints: [{ name: k8s, value: ">= 1.34" }]
componentRefs:
  - name: a
    type: Manifest
    namespace: a
    values: { x: 1 }
    dependencyRefs: []
    preManifests: []
    manifests: [{ path: components/a/m.yaml, content: "kind: A" }]
deploymentOrder: [a]
validation: { deployment: { constraints: [], checks: [c] } }
`;

const change = (from: string, to: string): string => {
  if (!SOUND_RECIPE.includes(from)) throw new Error(`there is no ${from}`);
  return SOUND_RECIPE.replace(from, to);
};

export const STORED: readonly BrokenRecipe[] = [
  { what: "nothing", text: "", findings: ["r.yaml:1:1: Invalid input: expected object, received null"] },
  { what: "a list", text: "[]\n", findings: ["r.yaml:1:1: Invalid input: expected object, received array"] },
  {
    what: "an overlay",
    text: "kind: RecipeMetadata\nmetadata: { name: x }\nspec: {}\n",
    findings: [
      'r.yaml:1:1: kind: Invalid input: expected "RecipeResult"',
      "r.yaml:1:1: criteria: must be a map",
      "r.yaml:1:1: constraints: Invalid input: expected array, received undefined",
      "r.yaml:1:1: componentRefs: Invalid input: expected array, received undefined",
      "r.yaml:1:1: deploymentOrder: Invalid input: expected array, received undefined",
      "r.yaml:1:1: validation: Invalid input: expected object, received undefined",
      "r.yaml:2:1: metadata.version: Invalid input: expected string, received undefined",
      "r.yaml:2:1: metadata.appliedOverlays: Invalid input: expected array, received undefined",
    ],
  },
  {
    what: "a recipe cut in two",
    text: SOUND_RECIPE.slice(0, 300),
    findings: ["r.yaml:12:5: Implicit map keys need to be followed by map values"],
  },
  {
    what: "JSON cut in two",
    text: '{ "kind": "RecipeResult", "metadata": {',
    findings: [
      "r.yaml:1:40: Flow map in block collection must be sufficiently indented and end with a }",
      "r.yaml:1:40: Flow map must end with a }",
    ],
  },
  {
    what: "two recipes",
    text: `${SOUND_RECIPE}---\n${SOUND_RECIPE}`,
    findings: ["r.yaml:15:1: a second YAML document begins here"],
  },
  {
    what: "every field of another type",
    text: "kind: 1\nmetadata: []\ncriteria: { service: [], nodes: {} }\nconstraints: { k8s: 1 }\ncomponentRefs: [a, { name: 1, type: [], namespace: {}, values: [], dependencyRefs: a, preManifests: {}, manifests: [{ path: 1, content: [] }, m] }]\ndeploymentOrder: a\nvalidation: { deployment: [] }\n",
    findings: [
      'r.yaml:1:1: kind: Invalid input: expected "RecipeResult"',
      "r.yaml:2:1: metadata: Invalid input: expected object, received array",
      "r.yaml:3:13: criteria.service: Invalid input",
      "r.yaml:3:26: criteria.nodes: Invalid input",
      "r.yaml:4:1: constraints: Invalid input: expected array, received object",
      "r.yaml:5:17: componentRefs.0: Invalid input: expected object, received string",
      "r.yaml:5:22: componentRefs.1.name: Invalid input: expected string, received number",
      "r.yaml:5:31: componentRefs.1.type: Invalid input: expected string, received array",
      "r.yaml:5:41: componentRefs.1.namespace: Invalid input: expected string, received object",
      "r.yaml:5:56: componentRefs.1.values: must be a map",
      "r.yaml:5:68: componentRefs.1.dependencyRefs: Invalid input: expected array, received string",
      "r.yaml:5:87: componentRefs.1.preManifests: Invalid input: expected array, received object",
      "r.yaml:5:119: componentRefs.1.manifests.0.path: Invalid input: expected string, received number",
      "r.yaml:5:128: componentRefs.1.manifests.0.content: Invalid input: expected string, received array",
      "r.yaml:5:143: componentRefs.1.manifests.1: Invalid input: expected object, received string",
      "r.yaml:6:1: deploymentOrder: Invalid input: expected array, received string",
      "r.yaml:7:15: validation.deployment: Invalid input: expected object, received array",
    ],
  },
  {
    what: "a component without values",
    text: change("values: { x: 1 }", "values:"),
    findings: ["r.yaml:9:5: componentRefs.0.values: must be a map"],
  },
  {
    what: "a component twice",
    text: change(
      "deploymentOrder",
      "  - { name: a, type: Manifest, namespace: b, values: {}, dependencyRefs: [], preManifests: [], manifests: [] }\ndeploymentOrder",
    ),
    findings: ['r.yaml:13:7: componentRefs.1.name: "a" is listed twice'],
  },
  {
    what: "a constraint twice",
    text: change('{ name: k8s, value: ">= 1.34" }', "{ name: k8s, value: a }, { name: k8s, value: b }"),
    findings: ['r.yaml:4:42: constraints.1.name: "k8s" is listed twice'],
  },
  {
    what: "an unknown phase",
    text: change("deployment: {", "deploymnet: {"),
    findings: ['r.yaml:14:15: validation.deploymnet: unknown phase (did you mean "deployment"?)'],
  },
  {
    what: "phases that every object has",
    text: change("validation: {", "validation: { __proto__: 5, constructor: {},"),
    findings: [
      "r.yaml:14:15: validation.__proto__: unknown phase",
      "r.yaml:14:29: validation.constructor: unknown phase",
    ],
  },
  {
    what: "a criterion of every object",
    text: change("criteria: {", "criteria: { __proto__: [],"),
    findings: ["r.yaml:3:13: criteria.__proto__: Invalid input"],
  },
  {
    what: "a key twice",
    text: change("deploymentOrder: [a]", "deploymentOrder: [a]\ndeploymentOrder: [b]"),
    findings: ['r.yaml:14:1: duplicate key "deploymentOrder"'],
  },
  {
    what: "half of a character",
    text: change("{ x: 1 }", '{ x: "\\ud800" }'),
    findings: ["r.yaml:9:18: holds half of a character (a lone surrogate)"],
  },
];

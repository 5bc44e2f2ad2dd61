import { type Files, mixin, overlay, registry } from "../support.test";
import { type Broken } from "./corpus.test";

const local = { service: "local" } as const;
const wait = (name: string, ...before: readonly string[]): string =>
  `{ name: ${name}, dependencyRefs: [${before.join(", ")}] }`;
const waiting = (...refs: readonly string[]): Files => ({
  ...registry("a", "b", "c", "d", "e"),
  ...overlay("base", `componentRefs:\n    - ${refs.join("\n    - ")}`),
});

/** Documents that are right each for itself, and criteria that do not fit them. */
export const COMPOSITION: readonly Broken[] = [
  {
    what: "constraints that cannot be combined",
    code: "RECIPE_CONFLICT",
    criteria: local,
    files: {
      ...overlay(
        "base",
        'constraints:\n    - { name: os, value: ubuntu }\n    - { name: k8s, value: ">= 1.30" }\n  componentRefs: [{ name: a }]',
      ),
      ...overlay(
        "local",
        'criteria: { service: local }\n  constraints:\n    - { name: os, value: cos }\n    - { name: k8s, value: "<= 1.34" }',
      ),
    },
    findings: [
      '0/overlays/local.yaml:7:7: os "cos" cannot be combined with "ubuntu" of 0/overlays/base.yaml:6 (give them one value, or add `relax: <reason>` to replace the earlier one)',
      '0/overlays/local.yaml:8:7: k8s "<= 1.34" cannot be combined with ">= 1.30" of 0/overlays/base.yaml:7 (give them one value, or add `relax: <reason>` to replace the earlier one)',
    ],
  },
  {
    what: "constraints of a phase that cannot be combined",
    code: "RECIPE_CONFLICT",
    criteria: local,
    files: {
      ...overlay(
        "base",
        'componentRefs: [{ name: a }]\n  validation: { performance: { constraints: [{ name: bw, value: ">= 100" }] } }',
      ),
      ...overlay(
        "local",
        'criteria: { service: local }\n  validation: { performance: { constraints: [{ name: bw, value: "< 90" }] } }',
      ),
    },
    findings: [
      '0/overlays/local.yaml:6:46: bw "< 90" cannot be combined with ">= 100" of 0/overlays/base.yaml:6 (give them one value, or add `relax: <reason>` to replace the earlier one)',
    ],
  },
  {
    what: "a mixin that sets what the overlays settled",
    code: "RECIPE_CONFLICT",
    files: {
      ...overlay(
        "base",
        "mixins: [m]\n  constraints: [{ name: __proto__, value: x }]\n  componentRefs: [{ name: a, namespace: n }]",
      ),
      ...mixin(
        "m",
        "constraints: [{ name: __proto__, value: x }]\n  componentRefs:\n    - name: a\n      version: v2\n      overrides:\n        x: 1\n        __proto__: { y: 2 }",
      ),
    },
    findings: [
      '0/mixins/m.yaml:5:17: mixin "m" sets constraint __proto__, which 0/overlays/base.yaml:6 sets already',
      '0/mixins/m.yaml:8:7: a.version: mixin "m" may not set version of a, which 0/overlays/base.yaml:7 brings in (a mixin may add a namespace, dependencies and manifests to a component of the overlays)',
      '0/mixins/m.yaml:10:9: a.x: mixin "m" may not set x of a, which 0/overlays/base.yaml:7 brings in (a mixin may add a namespace, dependencies and manifests to a component of the overlays)',
      '0/mixins/m.yaml:11:22: a.__proto__.y: mixin "m" may not set __proto__.y of a, which 0/overlays/base.yaml:7 brings in (a mixin may add a namespace, dependencies and manifests to a component of the overlays)',
    ],
  },
  {
    what: "mixins of three operating systems",
    code: "RECIPE_CONFLICT",
    files: {
      ...overlay("base", "mixins: [os-ubuntu, os-talos, os-cos]\n  componentRefs: [{ name: a }]"),
      ...mixin("os-ubuntu", "{}"),
      ...mixin("os-talos", "{}"),
      ...mixin("os-cos", "{}"),
    },
    findings: [
      '0/overlays/base.yaml:5:23: mixin "os-talos" excludes "os-ubuntu", which 0/overlays/base.yaml:5 asks for',
      '0/overlays/base.yaml:5:33: mixin "os-cos" excludes "os-ubuntu", which 0/overlays/base.yaml:5 asks for',
    ],
  },
  {
    what: "a component that waits for itself",
    code: "RECIPE_DEPENDENCIES",
    files: waiting(wait("a", "a")),
    findings: ["0/overlays/base.yaml:6:35: components wait for each other: a → a"],
  },
  {
    what: "components in two circles, and one that waits for a circle",
    code: "RECIPE_DEPENDENCIES",
    files: waiting(wait("a", "b"), wait("b", "a"), wait("c", "d"), wait("d", "c"), wait("e", "a")),
    findings: [
      "0/overlays/base.yaml:6:35: components wait for each other: a → b → a",
      "0/overlays/base.yaml:8:35: components wait for each other: c → d → c",
    ],
  },
  {
    what: "unknown dependencies",
    code: "RECIPE_DEPENDENCIES",
    files: waiting(wait("a", "bb", "__proto__"), wait("b", "e")),
    findings: [
      '0/overlays/base.yaml:6:35: a depends on "bb", which the recipe does not contain (did you mean "b"?)',
      '0/overlays/base.yaml:6:39: a depends on "__proto__", which the recipe does not contain',
      '0/overlays/base.yaml:7:35: b depends on "e", which the recipe does not contain (did you mean "a"?)',
    ],
  },
  {
    what: "components that are incomplete",
    code: "RECIPE_CONFLICT",
    files: {
      "registry.yaml":
        "kind: ComponentRegistry\ncomponents: [{ name: a, helm: { defaultRepository: oci://r } }, { name: b, kustomize: { defaultSource: git } }, { name: c }]\n",
      ...overlay("base", "componentRefs:\n    - name: a\n    - name: b\n    - name: c"),
    },
    findings: [
      "0/overlays/base.yaml:6:7: a.chart: a component of type Helm needs a chart (set it here or as the registry's default)",
      "0/overlays/base.yaml:6:7: a.version: a component of type Helm needs a version (set it here or as the registry's default)",
      "0/overlays/base.yaml:6:7: a.namespace: a component of type Helm needs a namespace (set it here or as the registry's default)",
      "0/overlays/base.yaml:7:7: b.path: a component of type Kustomize needs a path (set it here or as the registry's default)",
      "0/overlays/base.yaml:7:7: b.tag: a component of type Kustomize needs a tag (set it here or as the registry's default)",
      "0/overlays/base.yaml:7:7: b.namespace: a component of type Kustomize needs a namespace (set it here or as the registry's default)",
      "0/overlays/base.yaml:8:7: c.namespace: a component of type Manifest needs a namespace (set it here or as the registry's default)",
      "0/overlays/base.yaml:8:7: c: has no chart, no kustomization and no manifests",
    ],
  },
  {
    what: "components that are incomplete, wait for one another and for what is not there",
    code: "RECIPE_DEPENDENCIES",
    files: {
      "registry.yaml":
        "kind: ComponentRegistry\ncomponents: [{ name: a }, { name: b, manifest: { defaultNamespace: b }, manifestFiles: [components/a/m.yaml] }]\n",
      ...overlay("base", `componentRefs:\n    - ${wait("a", "b")}\n    - ${wait("b", "a", "c")}`),
    },
    findings: [
      '0/overlays/base.yaml:7:38: b depends on "c", which the recipe does not contain (did you mean "a"?)',
      "0/overlays/base.yaml:6:35: components wait for each other: a → b → a",
      "0/overlays/base.yaml:6:7: a.namespace: a component of type Manifest needs a namespace (set it here or as the registry's default)",
      "0/overlays/base.yaml:6:7: a: has no chart, no kustomization and no manifests",
    ],
  },

  {
    what: "criteria with values that nobody knows",
    code: "CRITERIA_INVALID",
    criteria: { service: "loacl", accelerator: "__proto__" },
    files: overlay("local", "criteria: { service: local }"),
    findings: [
      'service: unknown value "loacl"; known: local (did you mean "local"?)',
      'accelerator: unknown value "__proto__"; the catalogue names none',
    ],
  },
  {
    what: "criteria that no overlay covers together",
    code: "RECIPE_UNCOVERED",
    criteria: { service: "local", intent: "training" },
    files: {
      ...overlay("local", "criteria: { service: local }"),
      ...overlay("eks", "criteria: { service: eks, intent: training }"),
    },
    findings: ['intent: nothing covers intent "training" here; no change of one value helps'],
  },
];

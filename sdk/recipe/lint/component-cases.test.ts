import { overlay, registry } from "../support.test";
import {
  type Case,
  chart,
  checks,
  kustomization,
  ofAicr,
  onFabric,
  overrides,
  pointer,
  profile,
  queue,
  queues,
  row,
  thresholds,
} from "./fixtures.test";

const GATE = `apiVersion: cairn.dev/v1
kind: ReadinessGate
spec:
  steps:
    - assert:
        kind: Node
        apiVersion: v1
`;

/** The same for thresholds, components, manifests, reasons and evidence. */
export const COMPONENT_CASES: readonly Case[] = [
  {
    rule: "unused-threshold",
    what: "a row for a check that nobody lists",
    bad: thresholds(row("nccl"), row("ncl")),
    finds: ["thresholds.yaml", "check: ncl,"],
    good: thresholds(row("nccl"), row("nccl", "service: eks")),
  },
  {
    rule: "missing-threshold",
    what: "a performance check on hardware that no row is for",
    bad: { ...thresholds(row("nccl", "fabric: efa")), ...overlay("base", "{}"), ...onFabric("none") },
    finds: ["overlays/eks.yaml", "nccl]"],
    good: { ...thresholds(row("nccl", 'fabric: efa, gpus: ">= 16"')), ...overlay("base", "{}"), ...onFabric("efa") },
  },
  {
    rule: "missing-threshold",
    what: "a performance check without a threshold anywhere",
    bad: checks("performance", "inference-perf"),
    finds: ["overlays/base.yaml", "inference-perf"],
    good: overlay(
      "base",
      'validation: { performance: { checks: [inference-perf], constraints: [{ name: throughput, value: ">= 5" }] } }',
    ),
  },
  {
    rule: "constraint-value",
    what: "a threshold that is no comparison",
    bad: thresholds(row("nccl", "", ">= 1, < 9")),
    finds: ["thresholds.yaml", "value:"],
    good: thresholds(row("nccl", "", ">= 1")),
  },
  ...["latest", "v", "1.2", ">=1.2.3", "^1.2.3", "1.x", "*"].map((version): Case => ({
    rule: "pinned-version",
    what: `the version ${version}`,
    bad: chart(`defaultVersion: "${version}"`),
    finds: ["registry.yaml", `defaultVersion: "${version}"`],
    good: chart("defaultVersion: v0.1.0-alpha.12+build.1"),
  })),
  {
    rule: "pinned-version",
    what: "a range of an overlay",
    bad: { ...chart(), ...overlay("base", 'componentRefs: [{ name: a, version: ">=2" }]') },
    finds: ["overlays/base.yaml", 'version: ">=2"'],
    good: { ...chart(), ...overlay("base", "componentRefs: [{ name: a, version: 2.0.0 }]") },
  },
  {
    rule: "pinned-version",
    what: "a kustomization of a branch",
    bad: kustomization("main"),
    finds: ["registry.yaml", "defaultTag: main"],
    good: kustomization("v1.2.0"),
  },
  {
    rule: "padded-text",
    what: "a version with a space after it",
    bad: chart('defaultVersion: "1.2.3 "'),
    finds: ["registry.yaml", 'defaultVersion: "1.2.3 "'],
    good: chart("defaultVersion: 1.2.3"),
  },
  {
    rule: "source-type",
    what: "a chart with a tag",
    bad: { ...chart(), ...overlay("base", "componentRefs: [{ name: a, tag: v1.2.3 }]") },
    finds: ["overlays/base.yaml", "tag: v1.2.3"],
    good: { ...chart(), ...overlay("base", "componentRefs: [{ name: a, type: Helm }]") },
  },
  {
    rule: "source-type",
    what: "a chart that is a kustomization as well",
    bad: chart("", "    kustomize: { defaultTag: v1.0.0 }\n"),
    finds: ["registry.yaml", "kustomize: {"],
    good: chart(),
  },
  {
    rule: "source-type",
    what: "a kustomization with manifests",
    bad: {
      ...kustomization("v1.2.0"),
      "components/a/m.yaml": "kind: Secret\n",
      ...overlay("base", "componentRefs: [{ name: a, manifestFiles: [components/a/m.yaml] }]"),
    },
    finds: ["overlays/base.yaml", "manifestFiles: ["],
    good: kustomization("0123456789012345678901234567890123456789"),
  },
  {
    rule: "definition-first",
    what: "a custom resource whose definition is another component's",
    bad: queues("{ name: a }, { name: b }"),
    finds: ["components/a/m.yaml", "kind: Queue"],
    good: queues("{ name: a, dependencyRefs: [b] }, { name: b }"),
  },
  {
    rule: "definition-first",
    what: "a custom resource that nothing defines",
    bad: queues("{ name: a }"),
    finds: ["components/a/m.yaml", "kind: Queue"],
    good: {
      ...chart("", "    manifestFiles: [components/a/m.yaml]\n"),
      "components/a/m.yaml": `# {{ .Release.Namespace }}\n${queue}`,
    },
  },
  {
    rule: "aicr-hook",
    what: "a custom resource without a hook in a folder for AICR",
    bad: ofAicr({
      ...chart(),
      ...overlay("base", "componentRefs: [{ name: a, manifestFiles: [components/a/m.yaml] }]"),
      "components/a/m.yaml": `kind: Secret\napiVersion: v1\n---\n${queue}`,
    }),
    finds: ["components/a/m.yaml", "kind: Queue"],
    good: ofAicr({
      ...chart(),
      ...overlay("base", "componentRefs: [{ name: a, manifestFiles: [components/a/m.yaml, components/a/n.yaml] }]"),
      "components/a/m.yaml": `${queue}  annotations: { "helm.sh/hook": post-install }\n`,
      "components/a/n.yaml": `${queue}  annotations:\n    aicr/skip-hook-validation: "true"\n`,
    }),
  },
  {
    rule: "expected-namespace",
    what: "a resource in a namespace that the component never has",
    bad: {
      ...registry("a"),
      ...overlay("base", "componentRefs: [{ name: a, expectedResources: [{ kind: Pod, name: p, namespace: b }] }]"),
    },
    finds: ["overlays/base.yaml", "namespace: b"],
    good: {
      ...registry("a"),
      "components/a/m.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: { name: b }\n",
      ...overlay("base", "componentRefs: [{ name: a, expectedResources: [{ kind: Pod, name: p, namespace: b }] }]"),
    },
  },
  {
    rule: "readiness-gate",
    what: "what the parser of gates refuses",
    bad: {
      ...registry("a"),
      ...overlay("base", "{}"),
      "components/a/readiness.yaml": GATE.replace("apiVersion: v1", "apiVersion: [v1]"),
    },
    finds: ["components/a/readiness.yaml", "apiVersion: [v1]"],
    good: { ...registry("a"), ...overlay("base", "{}"), "components/a/readiness.yaml": GATE },
  },
  {
    rule: "reason",
    what: "a value without a comment",
    bad: overrides(
      "- name: a",
      "  overrides:",
      "    driver:",
      "      # quicker",
      "      open: true",
      "      version: 580",
    ),
    finds: ["overlays/base.yaml", "version: 580"],
    good: overrides("- name: a", "  overrides:", "    # R580 is the last for Volta", "    driver:", "      open: true"),
  },
  {
    rule: "reason",
    what: "a value of a profile without a description",
    bad: profile("a: { componentRefs: [{ name: a, overrides: { driver: true } }] }"),
    finds: ["overlays/base.yaml", "driver: true"],
    good: profile("a: { description: the driver is ours, componentRefs: [{ name: a, overrides: { driver: true } }] }"),
  },
  {
    rule: "reason",
    what: "a hash sign that begins no comment",
    bad: overrides("- name: a", '  overrides: { channel: "#alerts # all" }'),
    finds: ["overlays/base.yaml", 'channel: "#alerts'],
    good: overrides("- name: a", "  overrides: { channel: x, tags: [a, b] } # where people look"),
  },
  {
    rule: "evidence-recipe",
    what: "evidence of a recipe that the catalogue does not have",
    bad: pointer("h100-eks-trainin"),
    finds: ["evidence/h100-eks-training.yaml", "name: h100-eks-trainin"],
    good: pointer("h100-eks-training"),
  },
  {
    rule: "stale-evidence",
    what: "evidence of the recipe as it was",
    bad: pointer("h100-eks-training", { digest: `sha256:${"0".repeat(64)}` }),
    finds: ["evidence/h100-eks-training.yaml", "digest: sha256:0"],
    good: pointer("h100-eks-training", { choices: { nodes: 4, region: "us-east-1" } }),
  },
  {
    rule: "stale-evidence",
    what: "evidence of a choice that is gone",
    bad: pointer("h100-eks-training", {
      choices: { values: [{ component: "b", path: "x", value: 1 }] },
      digest: `sha256:${"0".repeat(64)}`,
    }),
    finds: ["evidence/h100-eks-training.yaml", "digest: sha256:0"],
    good: pointer("h100-eks-training", { choices: { values: [{ component: "a", path: "x", value: 1 }] } }),
  },
];

import { type Files, mixin, overlay, registry } from "../support.test";
import {
  chainOf,
  chart,
  checks,
  constrained,
  kustomization,
  moved,
  ofAicr,
  onFabric,
  overrides,
  profile,
  queue,
  queues,
  row,
  thresholds,
  validators,
} from "./fixtures.test";

export interface Case {
  readonly rule: string;
  readonly what: string;
  readonly bad: Files;
  /** The file, and what stands at the place in it. */
  readonly finds: readonly [file: string, text: string];
  readonly good: Files;
}

/** For each authoring rule a catalogue that it has something to say about, and one that it leaves alone. */
const GATE = `apiVersion: cairn.dev/v1
kind: ReadinessGate
spec:
  steps:
    - assert:
        kind: Node
        apiVersion: v1
`;

export const CASES: readonly Case[] = [
  {
    rule: "loads",
    what: "a document that loading refuses",
    bad: overlay("eks", "bass: base"),
    finds: ["overlays/eks.yaml", "bass: base"],
    good: overlay("base", "{}"),
  },
  {
    rule: "overlay-name",
    what: "a name in another order",
    bad: overlay("eks-h100", "criteria: { service: eks, accelerator: h100 }"),
    finds: ["overlays/eks-h100.yaml", "name: eks-h100"],
    good: overlay("h100-eks", "criteria: { service: eks, accelerator: h100 }"),
  },
  {
    rule: "overlay-name",
    what: "a name that leaves something out",
    bad: overlay(
      "rtx-pro-6000-eks-training",
      "criteria: { service: eks, accelerator: rtx-pro-6000, os: ol, intent: training }",
    ),
    finds: ["overlays/rtx-pro-6000-eks-training.yaml", "name: rtx-pro"],
    good: {
      ...overlay("h100-any-training", "criteria: { service: any, accelerator: h100, intent: training }"),
      ...overlay("monitoring", "criteria: { intent: any }"),
    },
  },
  {
    rule: "file-name",
    what: "a document in another one's file",
    bad: moved(overlay("eks", "criteria: { service: eks }"), "overlays/gke.yaml"),
    finds: ["overlays/gke.yaml", "name: eks }"],
    good: moved(overlay("eks", "criteria: { service: eks }"), "overlays/cloud/eks.yml"),
  },
  {
    rule: "criteria-value",
    what: "a value in capitals",
    bad: overlay("h100", "criteria: { accelerator: H100 }"),
    finds: ["overlays/h100.yaml", "accelerator: H100"],
    good: overlay("h100", "criteria: { accelerator: h100 }"),
  },
  {
    rule: "duplicate-criteria",
    what: "criteria that another overlay has, written out",
    bad: {
      ...overlay("any-eks", "criteria: { accelerator: any, service: eks }"),
      ...overlay("eks", "criteria: { service: eks }"),
    },
    finds: ["overlays/eks.yaml", "criteria: { service: eks }"],
    good: {
      ...overlay("all", "criteria: { intent: any }"),
      ...overlay("every", "criteria: { intent: any }"),
      ...overlay("eks", "criteria: { service: eks }"),
    },
  },
  {
    rule: "unused-file",
    what: "a manifest that nobody lists",
    bad: { ...registry("a"), ...overlay("base", "{}"), "components/a/old.yaml": "kind: Secret\n" },
    finds: ["components/a/old.yaml", "kind: Secret"],
    good: {
      ...registry("a"),
      ...overlay("base", "componentRefs: [{ name: a, valuesFile: components/a/old.yaml }]"),
      "components/a/values.yaml": "x: 1\n",
      "components/a/old.yaml": "x: 2\n",
      "components/a/NOTES.md": "why\n",
    },
  },
  {
    rule: "unused-file",
    what: "values of a component that is not registered",
    bad: { ...registry("a"), ...overlay("base", "{}"), "components/b/values.yaml": "x: 1\n" },
    finds: ["components/b/values.yaml", "x: 1"],
    good: { ...registry("b"), ...overlay("base", "{}"), "components/b/values.yaml": "x: 1\n" },
  },
  {
    rule: "resolves",
    what: "a circle of dependencies that only two overlays together close",
    bad: {
      ...registry("a", "b"),
      ...overlay("base", "componentRefs: [{ name: a }, { name: b }]"),
      ...overlay("eks", "criteria: { service: eks }\n  componentRefs: [{ name: a, dependencyRefs: [b] }]"),
      ...overlay("slurm", "criteria: { platform: slurm }\n  componentRefs: [{ name: b, dependencyRefs: [a] }]"),
    },
    finds: ["overlays/eks.yaml", "b]"],
    good: {
      ...registry("a", "b"),
      ...overlay("base", "componentRefs: [{ name: a }, { name: b }]"),
      ...overlay("eks", "criteria: { service: eks }\n  componentRefs: [{ name: a, dependencyRefs: [b] }]"),
      ...overlay(
        "gke-slurm",
        "criteria: { service: gke, platform: slurm }\n  componentRefs: [{ name: b, dependencyRefs: [a] }]",
      ),
    },
  },
  {
    rule: "resolves",
    what: "a chart without a version",
    bad: {
      "registry.yaml":
        "kind: ComponentRegistry\ncomponents:\n  - name: a\n" +
        "    helm: { defaultRepository: https://charts.example.com, defaultChart: a, defaultNamespace: a }\n",
      ...overlay("base", "componentRefs: [{ name: a }]"),
    },
    finds: ["overlays/base.yaml", "{ name: a }"],
    good: chart(),
  },
  {
    rule: "resolves",
    what: "a value that belongs to a profile, set by an overlay",
    bad: {
      ...profile("a: { description: x, componentRefs: [{ name: a, overrides: { driver: true } }] }, b: {}"),
      ...overlay(
        "eks",
        "criteria: { service: eks }\n  componentRefs: [{ name: a, overrides: { driver: false } }] # no driver here",
      ),
    },
    finds: ["overlays/eks.yaml", "overrides: { driver"],
    good: profile("a: { description: x, componentRefs: [{ name: a, overrides: { driver: true } }] }, b: {}"),
  },
  {
    rule: "resolves",
    what: "a value of a profile that nobody chose yet and that cannot be chosen",
    bad: profile("a: {}, b: { constraints: [{ name: OS.release.ID, value: cos }] }"),
    finds: ["overlays/base.yaml", "{ name: OS.release.ID, value: cos }"],
    good: profile('a: {}, b: { constraints: [{ name: OS.release.VERSION_ID, value: "24.04" }] }'),
  },
  {
    rule: "no-effect",
    what: "a constraint that demands less than its base",
    bad: {
      ...constrained("K8s.server.version", ">= 1.34"),
      ...overlay("eks", 'criteria: { service: eks }\n  constraints: [{ name: K8s.server.version, value: ">= 1.30" }]'),
    },
    finds: ["overlays/eks.yaml", "{ name: K8s"],
    good: {
      ...constrained("K8s.server.version", ">= 1.34"),
      ...overlay("eks", 'criteria: { service: eks }\n  constraints: [{ name: K8s.server.version, value: ">= 1.35" }]'),
    },
  },
  {
    rule: "base-depth",
    what: "a chain of more than ten",
    bad: chainOf(12),
    finds: ["overlays/s11.yaml", "base: s10"],
    good: chainOf(11),
  },
  {
    rule: "unused-mixin",
    what: "a mixin that no overlay asks for",
    bad: mixin("os-ubuntu", "constraints: [{ name: OS.release.ID, value: ubuntu }]"),
    finds: ["mixins/os-ubuntu.yaml", "name: os-ubuntu"],
    good: {
      ...mixin("os-ubuntu", "constraints: [{ name: OS.release.ID, value: ubuntu }]"),
      ...overlay("ubuntu", "criteria: { os: ubuntu }\n  mixins: [os-ubuntu]"),
    },
  },
  {
    rule: "unused-overlay",
    what: "an overlay without criteria that is nobody's base",
    bad: overlay("gpu-stack", "constraints: [{ name: OS.release.ID, value: ubuntu }]"),
    finds: ["overlays/gpu-stack.yaml", "name: gpu-stack"],
    good: { ...overlay("gpu-stack", "{}"), ...overlay("eks", "base: gpu-stack\n  criteria: { service: eks }") },
  },
  {
    rule: "constraint-path",
    what: "a type of measurement in other letters",
    bad: constrained("k8s.server.version"),
    finds: ["overlays/base.yaml", "name: k8s"],
    good: constrained("OS.sysctl./proc/sys/kernel/osrelease"),
  },
  {
    rule: "constraint-path",
    what: "a measurement without a key",
    bad: constrained("GPU.hardware"),
    finds: ["overlays/base.yaml", "name: GPU"],
    good: constrained("NodeTopology.summary.node-count"),
  },
  {
    rule: "constraint-path",
    what: "what only a deployment shows, among the recipe's constraints",
    bad: constrained("Deployment.gpu-operator.version"),
    finds: ["overlays/base.yaml", "name: Deployment"],
    good: overlay(
      "base",
      'validation: { deployment: { constraints: [{ name: Deployment.gpu-operator.version, value: ">= v25.10.0" }] } }',
    ),
  },
  {
    rule: "constraint-path",
    what: "a parameter that is no parameter's name",
    bad: overlay("base", 'validation: { performance: { constraints: [{ name: NCCL bandwidth, value: ">= 300" }] } }'),
    finds: ["overlays/base.yaml", "name: NCCL"],
    good: overlay(
      "base",
      "validation: { performance: { constraints: [{ name: inference-model, value: Qwen/Qwen3-8B }] } }",
    ),
  },
  ...["~1.34", "^v1.34", ">= 1.34, < 1.36", ">= 1.34 <1.36", "1.34 || 1.35", ">= ubuntu"].map((value): Case => ({
    rule: "constraint-value",
    what: `the value ${value}`,
    bad: constrained("K8s.server.version", value),
    finds: ["overlays/base.yaml", `value: "${value}"`],
    good: constrained("K8s.server.version", ">= v1.33.5-eks-3025e55"),
  })),
  {
    rule: "unknown-check",
    what: "a check that the validator catalogue does not have",
    bad: { ...validators("{ name: dra-support, phase: conformance }"), ...checks("conformance", "dra-suport") },
    finds: ["overlays/base.yaml", "dra-suport"],
    good: checks("conformance", "dra-suport"),
  },
  {
    rule: "check-phase",
    what: "a check in another phase",
    bad: { ...validators("{ name: dra-support, phase: conformance }"), ...checks("deployment", "dra-support") },
    finds: ["overlays/base.yaml", "dra-support"],
    good: { ...validators("{ name: dra-support, phase: conformance }"), ...checks("conformance", "dra-support") },
  },
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
];

import { mixin, overlay, registry } from "../support.test";
import { type Case, chainOf, chart, checks, constrained, moved, profile, validators } from "./fixtures.test";

/** For each authoring rule a catalogue that it has something to say about, and one that it leaves alone: what overlays say. */
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
    finds: ["overlays/eks.yaml", "driver: false"],
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
    what: "a key that nothing measures",
    bad: constrained("GPU.hardware.modle"),
    finds: ["overlays/base.yaml", "name: GPU"],
    good: constrained("GPU.hardware.model"),
  },
  {
    rule: "unmeasured",
    what: "a measurement of another tool",
    bad: constrained("OS.kmod.nvidia_peermem"),
    finds: ["overlays/base.yaml", "name: OS.kmod"],
    good: constrained("K8s.oke-addons.nvidia-gpu-plugin"),
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
];

import { type Files, mixin, overlay, registry } from "../support.test";

/*
 * For each authoring rule a catalogue that it has something to say about, and one that it leaves alone.
 */

/** The same document under another name of its file, or in another API group. */
const moved = (files: Files, to: string): Files => ({ [to]: Object.values(files)[0]! });
const ofAicr = (files: Files): Files =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      String(text).replace("cairn.dev/v1", "aicr.nvidia.com/v1alpha1"),
    ]),
  );

/** A registry with one chart; `fields` are those of its entry, or other ones of its `helm`. */
function chart(helm = "", fields = ""): Files {
  const defaults = ["defaultRepository: https://charts.example.com", "defaultChart: a", "defaultNamespace: a"];
  const all = helm.includes("defaultVersion") ? [...defaults, helm] : [...defaults, "defaultVersion: 1.2.3", helm];
  const inner = all.filter((part) => part !== "").join(", ");
  return {
    "registry.yaml": `kind: ComponentRegistry\ncomponents:\n  - name: a\n    helm: { ${inner} }\n${fields}`,
    ...overlay("base", "componentRefs: [{ name: a }]"),
  };
}

const validators = (entries: string): Files => ({
  "validators/catalog.yaml": `kind: ValidatorCatalog\nvalidators: [${entries}]\n`,
});
const checks = (phase: string, ...names: readonly string[]): Files =>
  overlay("base", `validation: { ${phase}: { checks: [${names.join(", ")}] } }`);
const constrained = (name: string, value = ">= 1"): Files =>
  overlay("base", `constraints: [{ name: ${name}, value: "${value}" }]`);

const definition = [
  "apiVersion: apiextensions.k8s.io/v1",
  "kind: CustomResourceDefinition",
  "metadata: { name: queues.example.com }",
  "spec: { group: example.com, names: { kind: Queue } }",
  "",
].join("\n");
const queue = "apiVersion: example.com/v1\nkind: Queue\nmetadata: { name: q }\n";
const queues = (refs: string): Files => ({
  ...registry("a", "b"),
  "components/a/m.yaml": queue,
  "components/b/m.yaml": definition,
  ...overlay("base", `componentRefs: [${refs}]`),
});

const overrides = (...lines: readonly string[]): Files => ({
  ...registry("a"),
  ...overlay("base", ["componentRefs:", ...lines.map((line) => `    ${line}`)].join("\n")),
});

export interface Case {
  readonly rule: string;
  readonly what: string;
  readonly bad: Files;
  /** The file, and what stands at the place in it. */
  readonly finds: readonly [file: string, text: string];
  readonly good: Files;
}

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
    bad: { ...registry("a"), ...overlay("base", "{}"), "components/a/readiness.yaml": "kind: x\nbroken\n" },
    finds: ["components/a/readiness.yaml", "broken"],
    good: { ...registry("a"), ...overlay("base", "{}"), "components/a/readiness.yaml": "kind: x\n" },
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
    what: "a hash sign that begins no comment",
    bad: overrides("- name: a", '  overrides: { channel: "#alerts # all" }'),
    finds: ["overlays/base.yaml", 'channel: "#alerts'],
    good: overrides("- name: a", "  overrides: { channel: x, tags: [a, b] } # where people look"),
  },
];

function chainOf(length: number): Files {
  const chain = Array.from({ length }, (_, i) =>
    i === 0
      ? overlay("base", "{}")
      : overlay(`s${i}`, `base: ${i === 1 ? "base" : `s${i - 1}`}\n  criteria: { service: s${i} }`),
  );
  return Object.assign({}, ...chain) as Files;
}

function kustomization(tag: string): Files {
  return {
    "registry.yaml":
      "kind: ComponentRegistry\ncomponents:\n  - name: a\n" +
      `    kustomize: { defaultSource: https://git.example.com/a, defaultPath: x, defaultNamespace: a, defaultTag: ${tag} }\n`,
    ...overlay("base", "componentRefs: [{ name: a }]"),
  };
}

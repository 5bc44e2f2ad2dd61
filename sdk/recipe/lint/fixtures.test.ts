import { loadCatalog, parseCriteria, recipeDigest, resolve } from "..";
import { pointerChoices } from "../evidence-pointer";
import { type RecipeChoices } from "../types";
import { type Files, overlay, registry, withDirectories } from "../support.test";

/** What a rule finds in one catalogue and not in another. */
export interface Case {
  readonly rule: string;
  readonly what: string;
  readonly bad: Files;
  /** The file, and what stands at the place in it. */
  readonly finds: readonly [file: string, text: string];
  readonly good: Files;
}

/* Catalogues that authoring rules have something to say about, in parts. */

/** The same document under another name of its file, or in another API group. */
export const moved = (files: Files, to: string): Files => ({ [to]: Object.values(files)[0]! });
export const ofAicr = (files: Files): Files =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      String(text).replace("cairn.dev/v1", "aicr.nvidia.com/v1alpha1"),
    ]),
  );

/** A registry with one chart; `fields` are those of its entry, or other ones of its `helm`. */
export function chart(helm = "", fields = ""): Files {
  const defaults = ["defaultRepository: https://charts.example.com", "defaultChart: a", "defaultNamespace: a"];
  const all = helm.includes("defaultVersion") ? [...defaults, helm] : [...defaults, "defaultVersion: 1.2.3", helm];
  const inner = all.filter((part) => part !== "").join(", ");
  return {
    "registry.yaml": `kind: ComponentRegistry\ncomponents:\n  - name: a\n    helm: { ${inner} }\n${fields}`,
    ...overlay("base", "componentRefs: [{ name: a }]"),
  };
}

export const validators = (entries: string): Files => ({
  "validators/catalog.yaml": `kind: ValidatorCatalog\nvalidators: [${entries}]\n`,
});
export const checks = (phase: string, ...names: readonly string[]): Files =>
  overlay("base", `validation: { ${phase}: { checks: [${names.join(", ")}] } }`);
export const constrained = (name: string, value = ">= 1"): Files =>
  overlay("base", `constraints: [{ name: ${name}, value: "${value}" }]`);

const definition = [
  "apiVersion: apiextensions.k8s.io/v1",
  "kind: CustomResourceDefinition",
  "metadata: { name: queues.example.com }",
  "spec: { group: example.com, names: { kind: Queue } }",
  "",
].join("\n");
export const queue = "apiVersion: example.com/v1\nkind: Queue\nmetadata: { name: q }\n";
export const queues = (refs: string): Files => ({
  ...registry("a", "b"),
  "components/a/m.yaml": queue,
  "components/b/m.yaml": definition,
  ...overlay("base", `componentRefs: [${refs}]`),
});

export const overrides = (...lines: readonly string[]): Files => ({
  ...registry("a"),
  ...overlay("base", ["componentRefs:", ...lines.map((line) => `    ${line}`)].join("\n")),
});

/** One that the root offers, `a` by default, for a component of manifests on Ubuntu. */
export function profile(values: string): Files {
  const spec = [
    "constraints: [{ name: OS.release.ID, value: ubuntu }]",
    "componentRefs: [{ name: a }]",
    `profiles: [{ name: gpuStack, default: a, values: { ${values} } }]`,
  ];
  return { ...registry("a"), ...overlay("base", spec.join("\n  ")) };
}

/** Rows, and a performance check `nccl` that the root lists. */
export function thresholds(...rows: readonly string[]): Files {
  return {
    "thresholds.yaml": `kind: PerformanceThresholds\nthresholds: [${rows.join(", ")}]\n`,
    ...checks("performance", "nccl"),
  };
}

export function row(check: string, fields = "", value = ">= 1"): string {
  const source = "source: { document: x, date: 2026-09 }";
  return `{ ${[`check: ${check}`, fields, `value: "${value}"`, source].filter((part) => part !== "").join(", ")} }`;
}

export function onFabric(fabric: string): Files {
  const spec = ["criteria: { service: eks }", `hardware: { fabric: ${fabric} }`];
  return overlay("eks", [...spec, "validation: { performance: { checks: [nccl] } }"].join("\n  "));
}

export function chainOf(length: number): Files {
  const chain = Array.from({ length }, (_, i) =>
    i === 0
      ? overlay("base", "{}")
      : overlay(`s${i}`, `base: ${i === 1 ? "base" : `s${i - 1}`}\n  criteria: { service: s${i} }`),
  );
  return Object.assign({}, ...chain) as Files;
}

export function kustomization(tag: string): Files {
  return {
    "registry.yaml":
      "kind: ComponentRegistry\ncomponents:\n  - name: a\n" +
      `    kustomize: { defaultSource: https://git.example.com/a, defaultPath: x, defaultNamespace: a, defaultTag: ${tag} }\n`,
    ...overlay("base", "componentRefs: [{ name: a }]"),
  };
}

interface PointerParts {
  readonly choices?: RecipeChoices & { readonly nodes?: number };
  /** @default that of the recipe */
  readonly digest?: string;
}

/** Training on H100 at EKS, and a pointer to its evidence under a name. */
export function pointer(name: string, { choices, digest }: PointerParts = {}): Files {
  const catalogue = {
    ...registry("a"),
    ...overlay("base", "componentRefs: [{ name: a }]"),
    ...overlay("h100-eks", "criteria: { service: eks, accelerator: h100 }"),
    ...overlay("eks-training", "criteria: { service: eks, intent: training }"),
  };
  const { nodes = 0, ...others } = choices ?? {};
  const { recipe } = withDirectories([catalogue], ([directory = ""]) =>
    resolve(
      loadCatalog([directory]),
      parseCriteria({ service: "eks", accelerator: "h100", intent: "training", nodes }),
      digest === undefined ? others : {},
    ),
  );
  const stated = digest === undefined ? pointerChoices(recipe) : choices;
  return {
    ...catalogue,
    "evidence/h100-eks-training.yaml": [
      "apiVersion: cairn.dev/v1",
      "kind: EvidencePointer",
      "recipe:",
      `  name: ${name}`,
      `  digest: ${digest ?? recipeDigest(recipe)}`,
      ...(stated === undefined ? [] : [`  choices: ${JSON.stringify(stated)}`]),
      "evidence:",
      "  repository: registry.example.com/evidence",
      `  digest: sha256:${"1".repeat(64)}`,
      "  predicateType: https://cairn.dev/attestation/recipe-validation/v1",
      `signer: { key: "sha256:${"2".repeat(64)}" }`,
      "tier: cluster",
      "attestedAt: 2027-01-15T12:00:00.000Z",
      "expiresAt: 2027-04-15T12:00:00.000Z",
      "",
    ].join("\n"),
  };
}

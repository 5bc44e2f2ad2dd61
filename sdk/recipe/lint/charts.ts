import { type Finding } from "../../errors";
import { type Catalog, type CatalogDocument, type Component } from "../catalog";
import { type Path } from "../path";
import { type ComponentRefDocument } from "../schema";
import { type ComponentRef } from "../types";
import { finding, type Rule } from "./rule";
import { refsOf } from "./walk";

/** Helm reads fewer than three parts as a range. */
const EXACT_VERSION = /^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;
/** A commit, or a tag that tells a version. */
const EXACT_TAG = /^([0-9a-f]{40}|[^\s*^~<>=]*\d[^\s*^~<>=]*)$/;

const pinnedVersion: Rule = {
  name: "pinned-version",
  severity: "error",
  why: "A chart has one exact version and a kustomization one exact tag or commit; with a range, `latest` or a branch the same recipe installs something else tomorrow.",
  check: ({ catalog }) =>
    coordinateTexts(catalog).flatMap(({ document, path, field, text }): readonly Finding[] => {
      const value = text.trim();
      if (field === "version" && !EXACT_VERSION.test(value))
        return [finding(document, path, `"${value}" is not one version`, "write all three parts, as in 1.2.3")];
      if (field === "tag" && !EXACT_TAG.test(value))
        return [finding(document, path, `"${value}" is not one commit`, "write a version tag or a commit")];
      return [];
    }),
};

const paddedText: Rule = {
  name: "padded-text",
  severity: "error",
  why: "Sources, charts, versions, tags, paths and namespaces have no space around them: registries and Kubernetes take it for a part of the name.",
  check: ({ catalog }) =>
    coordinateTexts(catalog)
      .filter(({ text }) => text !== text.trim())
      .map(({ document, path, text }) =>
        finding(document, path, `${JSON.stringify(text)} has space around it`, `write ${JSON.stringify(text.trim())}`),
      ),
};

/** Where a component comes from, field by field. */
interface CoordinateText {
  readonly document: CatalogDocument<unknown>;
  readonly path: Path;
  readonly field: (typeof FIELDS)[number];
  readonly text: string;
}

const FIELDS = ["source", "chart", "version", "tag", "path", "namespace"] as const;

/** The fields of a registry entry that give an empty field of an overlay its value. */
const DEFAULTS: readonly (readonly [
  block: "helm" | "kustomize" | "manifest",
  key: string,
  field: (typeof FIELDS)[number],
])[] = [
  ["helm", "defaultRepository", "source"],
  ["helm", "defaultChart", "chart"],
  ["helm", "defaultVersion", "version"],
  ["helm", "defaultNamespace", "namespace"],
  ["kustomize", "defaultSource", "source"],
  ["kustomize", "defaultPath", "path"],
  ["kustomize", "defaultTag", "tag"],
  ["kustomize", "defaultNamespace", "namespace"],
  ["manifest", "defaultNamespace", "namespace"],
];

function coordinateTexts(catalog: Catalog): readonly CoordinateText[] {
  const ofRegistry = [...catalog.components.values()].flatMap((component) =>
    DEFAULTS.flatMap(([block, key, field]): readonly CoordinateText[] => {
      const text = (component.value[block] as Readonly<Record<string, string | null>> | null | undefined)?.[key];
      return text ? [{ document: component, path: ["components", component.index, block, key], field, text }] : [];
    }),
  );
  const ofDocuments = refsOf(catalog).flatMap(({ document, path, value }) =>
    FIELDS.flatMap((field): readonly CoordinateText[] => {
      const text = value[field];
      return text ? [{ document, path: [...path, field], field, text }] : [];
    }),
  );
  return [...ofRegistry, ...ofDocuments];
}

const sourceType: Rule = {
  name: "source-type",
  severity: "error",
  why: "A component is one thing: a Helm chart (`chart`, `version`), a kustomization (`path`, `tag`, no manifests) or manifests; fields of another kind are dropped without a word.",
  check: ({ catalog }) => [
    ...[...catalog.components.values()].flatMap(mixedEntry),
    ...refsOf(catalog).flatMap(({ document, path, value }) => {
      const type = typeOf(value, catalog.components.get(value.name));
      return FOREIGN[type]
        .filter((field) => (value[field]?.length ?? 0) > 0)
        .map((field) => {
          const hint = `remove it, or give ${value.name} another type`;
          return finding(document, [...path, field], `${value.name} is ${TYPES[type]}, which has no ${field}`, hint);
        });
    }),
  ],
};

type SourceType = ComponentRef["type"];

const TYPES: Readonly<Record<SourceType, string>> = {
  Helm: "a Helm chart",
  Kustomize: "a kustomization",
  Manifest: "made of manifests",
};
const FOREIGN: { readonly [T in SourceType]: readonly ("chart" | "version" | "tag" | "path" | "manifestFiles")[] } = {
  Helm: ["tag", "path"],
  Kustomize: ["chart", "version", "manifestFiles"],
  Manifest: ["chart", "tag", "path"],
};

/** Manifests alone may call themselves `Helm`, as in AICR's folders. */
function typeOf(ref: ComponentRefDocument, registered: Component | undefined): SourceType {
  if (ref.type === "Kustomize" || registered?.value.kustomize?.defaultSource) return "Kustomize";
  return ref.type ?? "Helm";
}

function mixedEntry(component: Component): readonly Finding[] {
  const { helm, kustomize, manifestFiles } = component.value;
  const at = (key: string, message: string, hint: string): Finding =>
    finding(component, ["components", component.index, key], message, hint);
  if (!kustomize) return [];
  if (helm?.defaultChart || helm?.defaultRepository)
    return [
      at("kustomize", `${component.name} is a Helm chart and a kustomization`, "keep one of `helm` and `kustomize`"),
    ];
  if (!kustomize.defaultSource && (kustomize.defaultTag || kustomize.defaultPath))
    return [at("kustomize", `the kustomization ${component.name} has no source`, "add `defaultSource`")];
  if (manifestFiles?.length)
    return [at("manifestFiles", `${component.name} is a kustomization, which has no manifestFiles`, "list them in it")];
  return [];
}

export const CHARTS: readonly Rule[] = [pinnedVersion, paddedText, sourceType];

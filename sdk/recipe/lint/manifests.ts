import { CairnError, type Finding } from "../../errors";
import { isMap, type JsonObject, type JsonValue } from "../../json";
import { type Catalog } from "../catalog";
import { parseGate } from "../gate";
import { materialOf } from "../material";
import { type ComponentRef, type Recipe, type RecipeFile } from "../types";
import { isCustomResource, type ScannedObject, scanManifest } from "./manifest-scan";
import { finding, type Rule } from "./rule";
import { refsOf } from "./walk";

const definitionFirst: Rule = {
  name: "definition-first",
  severity: "error",
  why: "A custom resource in a manifest comes after its definition. Within a component the stack sees to it; across components `dependencyRefs` must say so.",
  check: ({ catalog, coordinates }) => {
    const facts = new Map<string, ManifestFacts>();
    const factsOf = (file: RecipeFile): ManifestFacts => {
      const known = facts.get(file.path) ?? { ...factsFrom(file), file: catalog.labels.get(file.path) ?? file.path };
      facts.set(file.path, known);
      return known;
    };
    return coordinates.resolved.flatMap(({ recipe }) => undefinedKinds(recipe, factsOf));
  },
};

interface ManifestFacts {
  /** As the user knows it. */
  readonly file: string;
  readonly customResources: readonly ScannedObject[];
  /** `group/Kind` of the definitions in it. A template tells none. */
  readonly defines: readonly string[];
}

function factsFrom(file: RecipeFile): Omit<ManifestFacts, "file"> {
  const material = materialOf(file);
  const documents = Array.isArray(material) ? (material as readonly JsonValue[]).filter(isMap) : [];
  return {
    customResources: scanManifest(file.content).filter(isCustomResource),
    defines: documents.flatMap(({ kind, spec }) => {
      const { group, names } = (kind === "CustomResourceDefinition" && isMap(spec) ? spec : {}) as JsonObject;
      return isMap(names) ? [`${String(group)}/${String(names["kind"])}`] : [];
    }),
  };
}

function undefinedKinds(recipe: Recipe, factsOf: (file: RecipeFile) => ManifestFacts): readonly Finding[] {
  const byName = new Map(recipe.componentRefs.map((component) => [component.name, component]));
  const owners = new Map(
    recipe.componentRefs.flatMap((component) =>
      filesOf(component).flatMap((file) => factsOf(file).defines.map((kind) => [kind, component.name] as const)),
    ),
  );
  return recipe.componentRefs.flatMap((component) => {
    const earlier = withDependencies(component, byName);
    return filesOf(component).flatMap((path) => {
      const { file, customResources } = factsOf(path);
      return customResources.flatMap((object): readonly Finding[] => {
        const owner = owners.get(`${object.group}/${object.kind}`);
        const at = { file, line: object.line, column: 1 };
        if (owner === undefined) {
          // Charts bring definitions that nobody sees before they are rendered.
          if ([...earlier].some(({ type }) => type !== "Manifest")) return [];
          const message = `nothing that ${component.name} waits for defines ${object.kind} (${object.apiVersion})`;
          const hint =
            "add the component that brings the definition to its dependencyRefs, or the definition to its manifests";
          return [{ ...at, message, hint }];
        }
        if ([...earlier].some(({ name }) => name === owner)) return [];
        const message = `${component.name} does not wait for ${owner}, which defines ${object.kind} (${object.apiVersion})`;
        return [{ ...at, message, hint: `add ${owner} to the dependencyRefs of ${component.name}` }];
      });
    });
  });
}

const filesOf = ({ preManifests, manifests }: ComponentRef): readonly RecipeFile[] => [...preManifests, ...manifests];

/** A component and all that must work before it starts. */
function withDependencies(
  component: ComponentRef,
  byName: ReadonlyMap<string, ComponentRef>,
): ReadonlySet<ComponentRef> {
  const found = new Set([component]);
  // A set's iterator also visits what is added on the way.
  for (const { dependencyRefs } of found) {
    for (const name of dependencyRefs) {
      const dependency = byName.get(name);
      if (dependency !== undefined) found.add(dependency);
    }
  }
  return found;
}

const SKIP_HOOK = /["']?aicr\/skip-hook-validation["']?:\s*["']?true\b/;
const HOOK = /["']?helm\.sh\/hook["']?:/;

const aicrHook: Rule = {
  name: "aicr-hook",
  severity: "error",
  why: 'In a folder written for AICR a custom resource carries a `helm.sh/hook` annotation, or AICR applies it before its definition; `aicr/skip-hook-validation: "true"` opts out. Cairn itself needs no hook.',
  check: ({ catalog }) =>
    [...manifestsOfAicr(catalog)].flatMap((path) => {
      const file = catalog.labels.get(path) ?? path;
      return scanManifest(catalog.files.get(path)?.content ?? "")
        .filter((object) => isCustomResource(object) && !HOOK.test(object.text) && !SKIP_HOOK.test(object.text))
        .map(({ line, kind, apiVersion }): Finding => {
          const message = `${kind} (${apiVersion}) is a custom resource without a hook`;
          return { file, line, column: 1, message, hint: "annotate it with helm.sh/hook: post-install,post-upgrade" };
        });
    }),
};

function manifestsOfAicr(catalog: Catalog): ReadonlySet<string> {
  const isAicr = (apiVersion: string | null | undefined): boolean => apiVersion?.startsWith("aicr.") ?? false;
  const ofRegistry = [...catalog.components.values()]
    .filter(({ apiVersion }) => isAicr(apiVersion))
    .flatMap(({ value }) => value.manifestFiles ?? []);
  const ofDocuments = refsOf(catalog)
    .filter(({ document }) => isAicr((document.value as { readonly apiVersion?: string | null }).apiVersion))
    .flatMap(({ value }) => [...(value.manifestFiles ?? []), ...(value.preManifestFiles ?? [])]);
  return new Set([...ofRegistry, ...ofDocuments]);
}

const expectedNamespace: Rule = {
  name: "expected-namespace",
  severity: "warning",
  why: "`expectedResources` are in a namespace that their component has somewhere; what is looked for in another one is never found.",
  check: ({ catalog }) => {
    const namespaces = namespacesOf(catalog);
    return refsOf(catalog).flatMap(({ document, path, value }) =>
      (value.expectedResources ?? []).flatMap(({ kind, name, namespace }, i): readonly Finding[] => {
        const known = namespaces.get(value.name) ?? new Set();
        if (!namespace || known.size === 0 || known.has(namespace)) return [];
        const message = `${kind} ${name} is looked for in ${namespace}, but ${value.name} is in ${[...known].join(", ")}`;
        const at = [...path, "expectedResources", i, "namespace"];
        return [finding(document, at, message, "correct the namespace, or the component's")];
      }),
    );
  },
};

/** What each component's registry entry, overlays, mixins and manifests name. */
function namespacesOf(catalog: Catalog): ReadonlyMap<string, ReadonlySet<string>> {
  const namespaces = new Map<string, Set<string>>();
  const add = (component: string, found: readonly (string | null | undefined)[]): void => {
    const known = namespaces.get(component) ?? new Set();
    namespaces.set(component, known);
    for (const namespace of found) if (namespace) known.add(namespace);
  };
  const inFiles = (paths: readonly string[]): readonly string[] =>
    paths.flatMap((path) => namedIn(catalog.files.get(path)?.content ?? ""));
  for (const { name, value } of catalog.components.values()) {
    const { helm, kustomize, manifest, manifestFiles } = value;
    add(name, [helm?.defaultNamespace, kustomize?.defaultNamespace, manifest?.defaultNamespace]);
    add(name, inFiles(manifestFiles ?? []));
  }
  for (const { value } of refsOf(catalog))
    add(value.name, [value.namespace, ...inFiles([...(value.manifestFiles ?? []), ...(value.preManifestFiles ?? [])])]);
  return namespaces;
}

function namedIn(content: string): readonly string[] {
  const texts = (pattern: RegExp, text: string): readonly string[] =>
    [...text.matchAll(pattern)].flatMap(([, name]) => name ?? []);
  const made = scanManifest(content).filter(({ kind, group }) => kind === "Namespace" && group === "");
  return [
    ...texts(/\bnamespace["']?:\s*["']?([a-z0-9-]+)/g, content),
    ...made.flatMap(({ text }) => texts(/\bname["']?:\s*["']?([a-z0-9-]+)/g, text).slice(0, 1)),
  ];
}

const readinessGate: Rule = {
  name: "readiness-gate",
  severity: "error",
  why: "A component's `readiness.yaml` is a readiness gate; a mistake in it would show only when the component is deployed.",
  check: ({ catalog }) =>
    [...catalog.components.keys()].flatMap((component): readonly Finding[] => {
      const path = `components/${component}/readiness.yaml`;
      const file = catalog.files.get(path);
      if (file === undefined) return [];
      try {
        parseGate(file);
        return [];
      } catch (error) {
        if (!(error instanceof CairnError)) throw error;
        const hint = 'docs/recipes.md, "Readiness gates", tells what a gate is made of';
        return error.findings.map((found) => ({ hint, ...found, file: catalog.labels.get(path) ?? path }));
      }
    }),
};

export const MANIFESTS: readonly Rule[] = [definitionFirst, aicrHook, expectedNamespace, readinessGate];

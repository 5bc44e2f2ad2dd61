import { type JsonObject, type JsonValue } from "../json";
import { type Catalog, type Component } from "./catalog";
import { findingAt, type Notes } from "./constraints";
import { formatSettingPath, type Path } from "./path";
import { type ComponentRefDocument } from "./schema";
import { registeredAs } from "./registered";
import { type Origin, type Trace } from "./trace";
import { type ComponentRef, type ExpectedResource, type HookDecision, type RecipeFile } from "./types";
import {
  mergeValues,
  mergeValuesOnce,
  type Obstacle,
  obstacle,
  type OnSet,
  present,
  setValue,
  valueAt,
  withoutValue,
} from "./values";

const SCALARS = ["namespace", "chart", "type", "source", "version", "tag", "path", "valuesFile"] as const;
type Scalar = (typeof SCALARS)[number];

const FILE_LISTS = ["preManifestFiles", "manifestFiles"] as const;
type FileList = (typeof FILE_LISTS)[number];

export interface Setting {
  readonly path: Path;
  readonly value: JsonValue;
  readonly origin: Origin;
  /** For the trace. */
  readonly rule: string;
}

/** A component while documents are laid on one another. */
export interface ComponentDraft {
  readonly name: string;
  /** Where it was first named. */
  readonly origin: Origin;
  readonly scalars: Map<Scalar, { readonly value: string; readonly origin: Origin }>;
  readonly overrides: { readonly value: JsonObject; readonly origin: Origin }[];
  /** Values of the region, and those that were set from outside (`settle.ts`). */
  readonly settings: Setting[];
  /** Paths of values that each program gives by itself. */
  readonly open: Path[];
  readonly dependencies: Map<string, Origin>;
  readonly files: { readonly [L in FileList]: Set<string> };
  readonly hooks: Map<string, HookDecision>;
  expectedResources: readonly ExpectedResource[];
}

/** Lays one document's entry for a component on what was there before. */
export function mergeComponent(
  drafts: Map<string, ComponentDraft>,
  ref: ComponentRefDocument,
  origin: Origin,
  notes: Notes,
): void {
  const known = drafts.get(ref.name);
  const draft = known ?? newDraft(ref.name, origin);
  drafts.set(ref.name, draft);
  const at = (...path: (string | number)[]): Origin => ({ document: origin.document, path: [...origin.path, ...path] });
  const trace = (path: readonly string[], value: unknown, from: Origin, rule: string): void =>
    notes.trace?.set(["componentRefs", ref.name, ...path], value, from, rule);

  if (known === undefined) trace(["name"], ref.name, at("name"), "added");
  for (const field of SCALARS) {
    const value = ref[field];
    if (!value) continue;
    draft.scalars.set(field, { value, origin: at(field) });
    trace([field], value, at(field), "set");
  }
  if (ref.overrides) draft.overrides.push({ value: ref.overrides, origin: at("overrides") });
  (ref.dependencyRefs ?? []).forEach((name, i) => {
    if (draft.dependencies.has(name)) return;
    draft.dependencies.set(name, at("dependencyRefs", i));
    trace(["dependencyRefs", name], name, at("dependencyRefs", i), "added");
  });
  for (const list of FILE_LISTS) {
    (ref[list] ?? []).forEach((path, i) => {
      if (draft.files[list].has(path)) return;
      draft.files[list].add(path);
      trace([list, path], path, at(list, i), "added");
    });
  }
  for (const [hook, decision] of Object.entries(ref.hooks ?? {})) {
    draft.hooks.set(hook, decision);
    trace(["hooks", hook], decision, at("hooks", hook), "set");
  }
  if (ref.expectedResources?.length) {
    draft.expectedResources = ref.expectedResources.map((resource) => present(resource) as ExpectedResource);
    trace(["expectedResources"], draft.expectedResources, at("expectedResources"), "replaced");
  }
}

/** Where the documents switched a component off, if they did: the last word counts. */
export function offSwitch(draft: ComponentDraft): Origin | undefined {
  const words = SWITCHES.map((key) => lastWord(draft, key)).filter((word) => word?.value === false);
  return words[0]?.origin;
}

const SWITCHES = ["enabled", "install"] as const;

function lastWord(
  draft: ComponentDraft,
  key: string,
): { readonly value: JsonValue; readonly origin: Origin } | undefined {
  const last = draft.overrides.findLast(({ value }) => Object.hasOwn(value, key));
  if (last === undefined) return undefined;
  return { value: last.value[key] ?? null, origin: { ...last.origin, path: [...last.origin.path, key] } };
}

/**
 * Whether the documents switched a component off, by `enabled: false` or `install: false` among its overrides. The last word counts. Of one
 * that is off the trace keeps who did it.
 */
export function isDisabled(draft: ComponentDraft, notes: Notes): boolean {
  for (const key of SWITCHES) {
    const word = lastWord(draft, key);
    if (typeof word?.value !== "string" || word.value.toLowerCase() !== "false") continue;
    notes.warnings.push({
      ...findingAt(word.origin),
      message: `${draft.name}.${key} is the text "${word.value}", which switches nothing off`,
      hint: "write false without quotes",
    });
  }
  const origin = offSwitch(draft);
  if (origin === undefined) return false;
  notes.trace?.remove(["componentRefs", draft.name]);
  notes.trace?.set(["componentRefs", draft.name, String(origin.path.at(-1))], false, origin, "switched off");
  return true;
}

/** Registry defaults, values and file contents, for one component. */
export function finishComponent(draft: ComponentDraft, catalog: Catalog, notes: Notes): ComponentRef {
  const { name } = draft;
  const entry = catalog.components.get(name);
  const registered = registeredAs(entry);
  const scalars = withDefaults(draft, entry, notes);
  const files = {
    preManifests: contents(draft.files.preManifestFiles, catalog),
    manifests: contents([...registered.manifestFiles, ...draft.files.manifestFiles], catalog),
  };
  const type = typeOf(scalars, entry);
  const readiness = catalog.files.get(`components/${name}/readiness.yaml`);
  const component: ComponentRef = {
    name,
    type,
    namespace: scalars.namespace ?? "",
    ...(type === "Helm" ? pick(scalars, ["chart", "source", "version"]) : {}),
    ...(type === "Kustomize" ? pick(scalars, ["source", "tag", "path"]) : {}),
    values: valuesOf(draft, scalars.valuesFile, catalog, notes),
    dependencyRefs: [...draft.dependencies.keys()].sort(),
    ...files,
    ...(readiness === undefined ? {} : { readiness }),
    expectedResources: draft.expectedResources,
    hooks: Object.fromEntries([...registered.hooks, ...draft.hooks]),
    nodeScheduling: registered.nodeScheduling,
  };
  if (entry !== undefined && notes.trace !== undefined) traceRegistered(draft, entry, notes.trace);
  if (readiness !== undefined && notes.trace !== undefined) {
    const document = { file: catalog.labels.get(readiness.path) ?? readiness.path, path: "", layer: 0, places: {} };
    const origin = { document: { ...document, value: undefined }, path: [] };
    notes.trace.set(["componentRefs", name, "readiness"], readiness.path, origin, "readiness gate");
  }
  checkComplete(component, draft, notes);
  return component;
}

/** What the registry gives beside defaults, where the documents do not give the same. */
function traceRegistered(draft: ComponentDraft, entry: Component, trace: Trace): void {
  const { manifestFiles, hooks, nodeScheduling } = registeredAs(entry);
  const set = (path: Path, value: unknown, ...at: Path): void =>
    trace.set(
      ["componentRefs", draft.name, ...path],
      value,
      { document: entry, path: ["components", entry.index, ...at] },
      "registry",
    );
  manifestFiles.forEach((path, i) => {
    if (!draft.files.manifestFiles.has(path)) set(["manifestFiles", path], path, "manifestFiles", i);
  });
  for (const [hook, decision] of hooks) if (!draft.hooks.has(hook)) set(["hooks", hook], decision, "hooks", hook);
  if (Object.keys(nodeScheduling).length > 0) set(["nodeScheduling"], nodeScheduling, "nodeScheduling");
}

type Scalars = { [S in Scalar]?: string };

function withDefaults(draft: ComponentDraft, entry: Component | undefined, notes: Notes): Readonly<Scalars> {
  const scalars: Scalars = {};
  for (const [field, { value }] of draft.scalars) scalars[field] = value;
  for (const { field, value, path } of registeredAs(entry).defaults) {
    if (entry === undefined || scalars[field] !== undefined) continue;
    scalars[field] = value;
    const origin = { document: entry, path: ["components", entry.index, ...path] };
    notes.trace?.set(["componentRefs", draft.name, field], value, origin, "registry default");
  }
  return scalars;
}

/** A component that names neither chart nor kustomization consists of its manifests, whatever its `type` says. */
function typeOf(scalars: Readonly<Scalars>, registered: Component | undefined): ComponentRef["type"] {
  if (scalars.type === "Kustomize" || registered?.value.kustomize?.defaultSource) return "Kustomize";
  return scalars.type !== "Manifest" && (scalars.chart || scalars.source) ? "Helm" : "Manifest";
}

const NO_VALUES: JsonObject = Object.freeze({});

/** Component file, values file, overrides: each laid on the one before. */
function valuesOf(draft: ComponentDraft, valuesFile: string | undefined, catalog: Catalog, notes: Notes): JsonObject {
  const own = `components/${draft.name}/values.yaml`;
  const fromFile = (path: string | undefined, rule: string) => {
    const document = path === undefined ? undefined : catalog.values.get(path);
    return document === undefined ? [] : [{ value: document.value, origin: { document, path: [] }, rule }];
  };
  const layers = [
    ...fromFile(own, "component values"),
    ...fromFile(valuesFile === own ? undefined : valuesFile, "values file"),
    ...draft.overrides.map((override) => ({ ...override, rule: "override" })),
  ];
  const at = ["componentRefs", draft.name, "values"];
  const { trace } = notes;
  const documented = layers.reduce((values, { value, origin, rule }) => {
    if (trace === undefined) return mergeValuesOnce(values, value);
    const tell: OnSet = (path, set) => {
      const from = { document: origin.document, path: [...origin.path, ...path] };
      trace.set([...at, ...path], set, from, rule);
    };
    return mergeValues(values, value, tell);
  }, NO_VALUES);
  const set = draft.settings.reduce<JsonObject>(
    (values, setting) => applySetting(values, setting, at, notes),
    documented,
  );
  return draft.open.reduce<JsonObject>((values, path) => leaveOut(values, path, at, notes), set);
}

function applySetting(values: JsonObject, { path, value, origin, rule }: Setting, at: Path, notes: Notes): JsonObject {
  const problem = obstacle(values, path);
  if (problem !== undefined) {
    notes.findings.push({ file: origin.document.file, path: `${at[1]}:${formatSettingPath(path)}`, ...problem });
    return values;
  }
  const set = setValue(values, path, value);
  if (notes.trace !== undefined) traceSetting(set, { path, value, origin, rule }, at, notes.trace);
  return set;
}

function leaveOut(values: JsonObject, path: Path, at: Path, notes: Notes): JsonObject {
  const list = path.findIndex((_, depth) => Array.isArray(valueAt(values, path.slice(0, depth))));
  const problem = list < 0 ? obstacle(values, path) : itemLeftOpen(path.slice(0, list));
  if (problem !== undefined) {
    notes.findings.push({ file: "--dynamic", path: `${at[1]}:${formatSettingPath(path)}`, ...problem });
    return values;
  }
  notes.trace?.remove([...at, ...path]);
  return withoutValue(values, path);
}

/** A list without one of its items is another list. */
export const itemLeftOpen = (list: Path): Obstacle => ({
  message: "an item of a list cannot be left open",
  hint: list.length === 0 ? "name a value of the component" : `leave the list open: ${formatSettingPath(list)}`,
});

/** A list is a value of its own in the trace, so an item of it speaks for the whole list. */
function traceSetting(values: JsonObject, { path, origin, rule }: Setting, at: Path, trace: Trace): void {
  const depth = path.findIndex((_, i) => Array.isArray(valueAt(values, path.slice(0, i))));
  const leaf = depth < 0 ? path : path.slice(0, depth);
  mergeValues({}, { value: valueAt(values, leaf) ?? null }, ([, ...below], each) =>
    trace.set([...at, ...leaf, ...below], each, origin, rule),
  );
}

function contents(paths: Iterable<string>, catalog: Catalog): readonly RecipeFile[] {
  return [...new Set(paths)].flatMap((path) => catalog.files.get(path) ?? []);
}

/** What a component of each type cannot do without. */
const REQUIRED: { readonly [T in ComponentRef["type"]]: readonly (keyof ComponentRef)[] } = {
  Helm: ["source", "chart", "version", "namespace"],
  Kustomize: ["source", "path", "tag", "namespace"],
  Manifest: ["namespace"],
};

function checkComplete(component: ComponentRef, draft: ComponentDraft, notes: Notes): void {
  const missing = REQUIRED[component.type].filter((field) => !component[field]);
  for (const field of missing) {
    notes.findings.push({
      ...findingAt(draft.origin),
      path: `${component.name}.${field}`,
      message: `a component of type ${component.type} needs a ${field}`,
      hint: "set it here or as the registry's default",
    });
  }
  if (component.type === "Manifest" && component.manifests.length + component.preManifests.length === 0) {
    notes.findings.push({
      ...findingAt(draft.origin),
      path: component.name,
      message: "has no chart, no kustomization and no manifests",
    });
  }
}

function pick<Field extends Scalar>(
  scalars: Readonly<Scalars>,
  fields: readonly Field[],
): { readonly [F in Field]?: string } {
  const given: Scalars = {};
  for (const field of fields) if (scalars[field] !== undefined) given[field] = scalars[field];
  return given;
}

function newDraft(name: string, origin: Origin): ComponentDraft {
  return {
    name,
    origin,
    scalars: new Map(),
    overrides: [],
    settings: [],
    open: [],
    dependencies: new Map(),
    files: { preManifestFiles: new Set(), manifestFiles: new Set() },
    hooks: new Map(),
    expectedResources: [],
  };
}

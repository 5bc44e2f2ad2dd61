import { type Finding } from "../errors";
import { type JsonObject } from "../json";
import { type Catalog, type Mixin, type Overlay } from "./catalog";
import { type ComponentDraft } from "./components";
import { type ConstraintDraft, findingAt, where } from "./constraints";
import { formatPath, parsePath, type Path } from "./path";
import { type ComponentRefDocument } from "./schema";
import { type Origin } from "./trace";
import { mergeValues } from "./values";

/** What a mixin may add to a component that is already there. Anything else would change it behind the overlay's back. */
const ADDITIVE: ReadonlySet<string> = new Set(["name", "dependencyRefs", "manifestFiles", "preManifestFiles"]);

/** The mixins of all overlays, in order, each once, with the place that asked for it. */
export function mixinsOf(catalog: Catalog, overlays: readonly Overlay[]): ReadonlyMap<Mixin, Origin> {
  const mixins = new Map<Mixin, Origin>();
  for (const overlay of overlays) {
    (overlay.value.spec.mixins ?? []).forEach((name, i) => {
      const mixin = catalog.mixins.get(name);
      if (mixin !== undefined && !mixins.has(mixin)) {
        mixins.set(mixin, { document: overlay, path: ["spec", "mixins", i] });
      }
    });
  }
  return mixins;
}

/** One operating system a recipe. */
export function checkExclusive(mixins: ReadonlyMap<Mixin, Origin>, findings: Finding[]): void {
  const [first, ...others] = [...mixins].filter(([{ name }]) => name.startsWith("os-"));
  for (const [other, origin] of others) {
    findings.push({
      ...findingAt(origin),
      message: `mixin "${other.name}" excludes "${first?.[0].name}", which ${first === undefined ? "" : where(first[1])} asks for`,
    });
  }
}

/** What a mixin says about things that are already settled: a conflict, with both sides named. */
export function checkConflicts(
  mixin: Mixin,
  constraints: ReadonlyMap<string, ConstraintDraft>,
  components: ReadonlyMap<string, ComponentDraft>,
  catalog: Catalog,
  findings: Finding[],
): void {
  const { constraints: demands, componentRefs } = mixin.value.spec;
  (demands ?? []).forEach(({ name }, i) => {
    const before = constraints.get(name);
    if (before === undefined) return;
    findings.push({
      ...findingAt({ document: mixin, path: ["spec", "constraints", i] }),
      message: `mixin "${mixin.name}" sets constraint ${name}, which ${where(before.origin)} sets already`,
    });
  });
  (componentRefs ?? []).forEach((ref, i) => {
    const before = components.get(ref.name);
    if (before === undefined) return;
    for (const { field, path } of conflictingFields(ref, before, catalog)) {
      findings.push({
        ...findingAt({ document: mixin, path: ["spec", "componentRefs", i, ...path] }),
        path: `${ref.name}.${field}`,
        message: `mixin "${mixin.name}" may not set ${field} of ${ref.name}, which ${where(before.origin)} brings in`,
        hint: "a mixin may add a namespace, dependencies and manifests to a component of the overlays",
      });
    }
  });
}

/** A field by the name that people know it by, and its path below the component. */
interface Conflict {
  readonly field: string;
  readonly path: Path;
}

function conflictingFields(ref: ComponentRefDocument, before: ComponentDraft, catalog: Catalog): readonly Conflict[] {
  const safe = catalog.components.get(ref.name)?.value.mixinSafeOverridePaths ?? [];
  return Object.entries(ref).flatMap(([field, value]) => {
    if (value === null || value === undefined || ADDITIVE.has(field)) return [];
    if (field === "overrides") return unsafePaths(value as JsonObject, safe);
    const settled = before.scalars.get(field as "chart");
    const mayAdd = field === "namespace" && settled === undefined;
    return mayAdd || settled?.value === value ? [] : [{ field, path: [field] }];
  });
}

function unsafePaths(overrides: JsonObject, safe: readonly string[]): readonly Conflict[] {
  const allowed = safe.map((path) => formatPath(parsePath(path) ?? [path]));
  const unsafe: Conflict[] = [];
  mergeValues({}, overrides, (path) => {
    const field = formatPath(path);
    if (!allowed.some((prefix) => field === prefix || field.startsWith(`${prefix}.`)))
      unsafe.push({ field, path: ["overrides", ...path] });
  });
  return unsafe;
}

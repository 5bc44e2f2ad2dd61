import { type Finding } from "../errors";
import { type Catalog, type CatalogDocument } from "./catalog";
import { suggestion } from "../nearest";
import { formatPath, type Path, placeKey } from "./path";
import { type ComponentRefDocument, type OverlayDocument, type ProfileDocument } from "./schema";

/** The overlay that every other builds on, when a catalogue has one. */
export const ROOT = "base";

/** Everything that one document says about another: it must exist, and bases must not run in a circle. */
export function checkReferences(catalog: Catalog, findings: Finding[]): void {
  for (const overlay of catalog.overlays.values()) {
    const { base, mixins, constraints, componentRefs, validation } = overlay.value.spec;
    const report = reporter(overlay, findings);
    if (base && base !== ROOT && !catalog.overlays.has(base)) {
      report(["spec", "base"], `there is no overlay "${base}"`, suggestion(base, catalog.overlays.keys()));
    }
    if (runsInCircle(catalog, overlay.name)) report(["spec", "base"], `"${overlay.name}" builds on itself`);
    (mixins ?? []).forEach((mixin, i) => {
      if (catalog.mixins.has(mixin)) return;
      report(["spec", "mixins", i], `there is no mixin "${mixin}"`, suggestion(mixin, catalog.mixins.keys()));
    });
    checkNames(constraints ?? [], ["spec", "constraints"], report);
    for (const [name, phase] of Object.entries(validation ?? {})) {
      checkNames(phase?.constraints ?? [], ["spec", "validation", name, "constraints"], report);
    }
    checkComponentRefs(catalog, componentRefs ?? [], ["spec", "componentRefs"], report);
    checkProfiles(catalog, overlay.value, report);
  }
  for (const mixin of catalog.mixins.values()) {
    const report = reporter(mixin, findings);
    checkNames(mixin.value.spec.constraints ?? [], ["spec", "constraints"], report);
    checkComponentRefs(catalog, mixin.value.spec.componentRefs ?? [], ["spec", "componentRefs"], report);
  }
  for (const component of catalog.components.values()) {
    const report = reporter(component, findings);
    const { healthCheck, manifestFiles } = component.value;
    for (const path of [...(manifestFiles ?? []), ...(healthCheck?.assertFile ? [healthCheck.assertFile] : [])]) {
      if (!catalog.files.has(path)) report(["components", component.index, "name"], `there is no file "${path}"`);
    }
  }
}

type Report = (path: Path, message: string, extra?: { readonly hint?: string }) => void;

function reporter(document: CatalogDocument<unknown>, findings: Finding[]): Report {
  return (path, message, extra = {}) => {
    const key = placeKey(path);
    const [line, column] = (Object.hasOwn(document.places, key) && document.places[key]) || [1, 1];
    findings.push({ file: document.file, line, column, path: formatPath(path), message, ...extra });
  };
}

/** What an entry for a component may refer to. A profile's has fewer fields. */
type Reference = Pick<ComponentRefDocument, "name" | "manifestFiles"> & Partial<ComponentRefDocument>;

function checkComponentRefs(catalog: Catalog, refs: readonly Reference[], path: Path, report: Report): void {
  checkNames(refs, path, report);
  refs.forEach((ref, i) => {
    if (!catalog.components.has(ref.name)) {
      const hint = suggestion(ref.name, catalog.components.keys());
      report([...path, i, "name"], `component "${ref.name}" is not in the registry`, hint);
    }
    const files = {
      valuesFile: ref.valuesFile ? [ref.valuesFile] : [],
      manifestFiles: ref.manifestFiles ?? [],
      preManifestFiles: ref.preManifestFiles ?? [],
    };
    for (const [field, paths] of Object.entries(files)) {
      for (const file of paths) {
        if (!catalog.files.has(file))
          report([...path, i, field], `there is no file "${file}"`, suggestion(file, catalog.files.keys()));
      }
    }
  });
}

function checkProfiles(catalog: Catalog, { spec }: OverlayDocument, report: Report): void {
  const places: readonly (readonly [ProfileDocument, Path])[] = [
    ...(spec.profile ? [[spec.profile, ["spec", "profile"]] as const] : []),
    ...(spec.profiles ?? []).map((profile, i) => [profile, ["spec", "profiles", i]] as const),
  ];
  checkNames(spec.profiles ?? [], ["spec", "profiles"], report);
  for (const [profile, path] of places) {
    const values = Object.entries(profile.values);
    if (!Object.hasOwn(profile.values, profile.default)) {
      const names = values.map(([name]) => name);
      report([...path, "default"], `there is no value "${profile.default}"`, suggestion(profile.default, names));
    }
    for (const [name, { constraints, componentRefs }] of values) {
      checkNames(constraints ?? [], [...path, "values", name, "constraints"], report);
      checkComponentRefs(catalog, componentRefs ?? [], [...path, "values", name, "componentRefs"], report);
    }
  }
}

function checkNames(items: readonly { readonly name: string }[], path: Path, report: Report): void {
  const seen = new Set<string>();
  items.forEach(({ name }, i) => {
    if (seen.has(name)) report([...path, i, "name"], `"${name}" is listed twice`);
    seen.add(name);
  });
}

function runsInCircle(catalog: Catalog, name: string): boolean {
  const seen = new Set<string>();
  for (let next: string | null | undefined = name; next; next = catalog.overlays.get(next)?.value.spec.base) {
    if (seen.has(next)) return next === name;
    seen.add(next);
  }
  return false;
}

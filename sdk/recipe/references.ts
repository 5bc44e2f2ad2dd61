import { type Finding } from "../errors";
import { type Catalog, type CatalogDocument, type Overlay } from "./catalog";
import { suggestion } from "../nearest";
import { formatPath, parsePath, type Path, placeIn } from "./path";
import { type ComponentRefDocument, type OverlayDocument, type ProfileDocument } from "./schema";

/** The overlay that every other builds on, when a catalogue has one. */
export const ROOT = "base";

/** Bases of an overlay, one below the other: nobody could say what more of them add up to. */
const MAX_BASES = 64;

/**
 * Everything that one document says about another: it must exist, and bases must not run in a circle.
 *
 * @param isWhole - Whether all documents whose paths match could be understood, so that one that is missing is not there.
 */
export function checkReferences(catalog: Catalog, isWhole: (paths: RegExp) => boolean, findings: Finding[]): void {
  const known: Known = {
    ...catalog,
    hasAllOverlays: isWhole(/^overlays\//),
    hasAllMixins: isWhole(/^mixins\//),
    hasAllComponents: isWhole(/^registry\.yaml$/),
  };
  for (const overlay of catalog.overlays.values()) {
    const { base, mixins, constraints, componentRefs, validation } = overlay.value.spec;
    const report = reporter(overlay, findings);
    if (base && base !== ROOT && known.hasAllOverlays && !catalog.overlays.has(base)) {
      report(
        ["spec", "base"],
        `there is no overlay ${JSON.stringify(base)}`,
        suggestion(base, catalog.overlays.keys()),
      );
    }
    const problem = problemOfBases(catalog, overlay);
    if (problem !== undefined) report(["spec", "base"], problem);
    (mixins ?? []).forEach((mixin, i) => {
      if (!known.hasAllMixins || catalog.mixins.has(mixin)) return;
      report(
        ["spec", "mixins", i],
        `there is no mixin ${JSON.stringify(mixin)}`,
        suggestion(mixin, catalog.mixins.keys()),
      );
    });
    checkNames(constraints ?? [], ["spec", "constraints"], report);
    for (const [name, phase] of Object.entries(validation ?? {})) {
      checkNames(phase?.constraints ?? [], ["spec", "validation", name, "constraints"], report);
    }
    checkComponentRefs(known, componentRefs ?? [], ["spec", "componentRefs"], report);
    checkProfiles(known, overlay.value, report);
  }
  for (const mixin of catalog.mixins.values()) {
    const report = reporter(mixin, findings);
    checkNames(mixin.value.spec.constraints ?? [], ["spec", "constraints"], report);
    checkComponentRefs(known, mixin.value.spec.componentRefs ?? [], ["spec", "componentRefs"], report);
  }
  for (const component of catalog.components.values()) {
    const report = reporter(component, findings);
    const { healthCheck, manifestFiles } = component.value;
    const at: Path = ["components", component.index];
    (manifestFiles ?? []).forEach((file, i) => checkFile(catalog, file, [...at, "manifestFiles", i], report));
    if (healthCheck?.assertFile)
      checkFile(catalog, healthCheck.assertFile, [...at, "healthCheck", "assertFile"], report);
  }
}

/** A catalogue of which some documents may have been wrong. */
type Known = Pick<Catalog, "components" | "files"> & {
  readonly hasAllOverlays: boolean;
  readonly hasAllMixins: boolean;
  readonly hasAllComponents: boolean;
};

type Report = (path: Path, message: string, extra?: { readonly hint?: string }) => void;

function reporter(document: CatalogDocument<unknown>, findings: Finding[]): Report {
  return (path, message, extra = {}) => {
    const [line, column] = placeIn(document.places, path);
    findings.push({ file: document.file, line, column, path: formatPath(path), message, ...extra });
  };
}

/** What an entry for a component may refer to. A profile's has fewer fields. */
type Reference = Pick<ComponentRefDocument, "name" | "manifestFiles"> & Partial<ComponentRefDocument>;

function checkComponentRefs(catalog: Known, refs: readonly Reference[], path: Path, report: Report): void {
  checkNames(refs, path, report);
  refs.forEach((ref, i) => {
    if (catalog.hasAllComponents && !catalog.components.has(ref.name)) {
      const hint = suggestion(ref.name, catalog.components.keys());
      report([...path, i, "name"], `component "${ref.name}" is not in the registry`, hint);
    }
    if (ref.valuesFile) checkFile(catalog, ref.valuesFile, [...path, i, "valuesFile"], report);
    for (const list of ["manifestFiles", "preManifestFiles"] as const)
      (ref[list] ?? []).forEach((file, j) => checkFile(catalog, file, [...path, i, list, j], report));
  });
}

function checkFile(catalog: Pick<Catalog, "files">, file: string, path: Path, report: Report): void {
  if (catalog.files.has(file)) return;
  report(path, `there is no file ${JSON.stringify(file)}`, suggestion(file, catalog.files.keys()));
}

function checkProfiles(catalog: Known, { spec }: OverlayDocument, report: Report): void {
  const places: readonly (readonly [ProfileDocument, Path])[] = [
    ...(spec.profile ? [[spec.profile, ["spec", "profile"]] as const] : []),
    ...(spec.profiles ?? []).map((profile, i) => [profile, ["spec", "profiles", i]] as const),
  ];
  const named = new Set<string>();
  for (const [{ name }, path] of places) {
    if (named.has(name)) report([...path, "name"], `"${name}" is listed twice`);
    named.add(name);
  }
  for (const [profile, path] of places) {
    checkOwnedPaths(catalog, profile, [...path, "ownedPaths"], report);
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

function checkOwnedPaths(catalog: Known, { ownedPaths }: ProfileDocument, path: Path, report: Report): void {
  for (const [component, owned] of Object.entries(ownedPaths ?? {})) {
    if (catalog.hasAllComponents && !catalog.components.has(component)) {
      const hint = suggestion(component, catalog.components.keys());
      report([...path, component], `component "${component}" is not in the registry`, hint);
    }
    owned.forEach((one, i) => {
      if (parsePath(one) === undefined) report([...path, component, i], `${JSON.stringify(one)} is not a path`);
    });
  }
}

function checkNames(items: readonly { readonly name: string }[], path: Path, report: Report): void {
  const seen = new Set<string>();
  items.forEach(({ name }, i) => {
    if (seen.has(name)) report([...path, i, "name"], `"${name}" is listed twice`);
    seen.add(name);
  });
}

/** What is wrong with the bases below an overlay. A circle is told of where it is, not by those that lead into it. */
function problemOfBases(catalog: Catalog, { name, value }: Overlay): string | undefined {
  const { base } = value.spec;
  if (base && name === ROOT) return `every overlay builds on "${ROOT}", so it has no base of its own`;
  const below = new Set<string>();
  for (let next = base; next; next = catalog.overlays.get(next)?.value.spec.base) {
    if (next === name) return `"${name}" builds on itself`;
    if (below.has(next)) return undefined;
    if (below.add(next).size > MAX_BASES) return `"${name}" builds on more than ${MAX_BASES} overlays`;
  }
  return undefined;
}

import assert from "node:assert/strict";
import { builtinCatalog, type Recipe } from ".";
import { coordinates, nameOf, recipeFor } from "./catalogue-support.test";
import { matches, specificity } from "./criteria";
import { type OverlayDocument } from "./schema";

const catalog = builtinCatalog();
const overlays = [...catalog.overlays.values()];

/** Every recipe that the catalogue can make: each coordinate with each value of its profiles. */
function* recipes(): Generator<Recipe> {
  for (const criteria of coordinates()) {
    const recipe = recipeFor(criteria);
    yield recipe;
    for (const { name, values } of profilesOf(recipe.metadata.appliedOverlays)) {
      for (const value of Object.keys(values).filter((value) => value !== recipe.metadata.profiles?.[name]))
        yield recipeFor(criteria, { [name]: value });
    }
  }
}

/** Of these overlays, the last one of each name. */
function profilesOf(names: readonly string[]): Iterable<NonNullable<OverlayDocument["spec"]["profiles"]>[number]> {
  const profiles = names.flatMap((name) => catalog.overlays.get(name)?.value.spec.profiles ?? []);
  return new Map(profiles.map((profile) => [profile.name, profile])).values();
}

describe("the built-in catalogue's files", () => {
  it("are all used by some recipe: overlays, mixins, components, values, manifests and gates", function () {
    this.timeout(60_000);
    const used = new Set<string>();
    for (const { metadata, componentRefs } of recipes()) {
      for (const name of metadata.appliedOverlays) used.add(`overlay ${name}`);
      for (const { name, manifests, preManifests, readiness } of componentRefs) {
        for (const file of ["values", "regions"]) used.add(`components/${name}/${file}.yaml`);
        used.add(`component ${name}`);
        for (const { path } of [...manifests, ...preManifests, ...(readiness ? [readiness] : [])]) used.add(path);
      }
    }
    for (const { value } of overlays) {
      for (const mixin of value.spec.mixins ?? []) used.add(`mixin ${mixin}`);
      for (const { valuesFile } of value.spec.componentRefs ?? []) if (valuesFile) used.add(valuesFile);
    }
    const all = [
      ...[...catalog.overlays.keys()].map((name) => `overlay ${name}`),
      ...[...catalog.mixins.keys()].map((name) => `mixin ${name}`),
      ...[...catalog.components.keys()].map((name) => `component ${name}`),
      ...[...catalog.files.keys()].filter((path) => path.startsWith("components/")),
    ];
    assert.deepEqual(
      all.filter((name) => !used.has(name)),
      [],
    );
  });

  it("are called after what they are for, so that nobody states the same criteria twice", () => {
    for (const { name, path, criteria } of overlays) {
      assert.equal(path, `overlays/${name}.yaml`);
      if (criteria !== undefined && specificity(criteria) > 0) assert.equal(name, nameOf(criteria));
    }
    for (const { name, path } of catalog.mixins.values()) assert.equal(path, `mixins/${name}.yaml`);
  });

  it("build on overlays that match wherever they do themselves", () => {
    for (const { name, criteria, value } of overlays) {
      const base = catalog.overlays.get(value.spec.base ?? "")?.criteria;
      if (base !== undefined && criteria !== undefined) assert.ok(matches(base, criteria), name);
    }
  });
});

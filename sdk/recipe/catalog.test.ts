import assert from "node:assert/strict";
import { loadCatalog, resolve } from ".";
import { criteriaOf } from "./criteria";
import { pointer } from "./lint/fixtures.test";
import { failure, type Files, findingsOf, load, mixin, overlay, registry, resolveFrom } from "./support.test";

describe("a recipe catalogue", () => {
  it("loads documents of every API group, an absent one included", () => {
    const of = (apiVersion: string, kind: string, rest: string): string => `${apiVersion}kind: ${kind}\n${rest}`;
    for (const group of ["aicr.nvidia.com/v1alpha1", "aicr.run/v1alpha2", "aicr.run/v1alpha3", "cairn.dev/v1", ""]) {
      const apiVersion = group === "" ? "" : `apiVersion: ${group}\n`;
      const catalog = load({
        "registry.yaml": of("apiVersion: aicr.run/v1beta1\n", "ComponentRegistry", "components: []\n"),
        "overlays/base.yaml": of(apiVersion, "RecipeMetadata", "metadata: { name: base }\nspec: {}\n"),
        "mixins/os-ubuntu.yaml": of(apiVersion, "RecipeMixin", "metadata: { name: os-ubuntu }\nspec: {}\n"),
      });
      assert.deepEqual([[...catalog.overlays.keys()], [...catalog.mixins.keys()]], [["base"], ["os-ubuntu"]]);
    }
  });

  it("keeps version-like scalars as they are written", () => {
    const files: Files = {
      "registry.yaml":
        "kind: ComponentRegistry\ncomponents:\n  - name: a\n    helm: { defaultRepository: oci://r, defaultChart: a, defaultVersion: 25.10, defaultNamespace: n }\n",
      "components/a/values.yaml":
        "release: 25.10\nmode: 0755\nratio: 0.5\nexplicit: !!float 25.10\ncount: 3\nid: 12345678901234567890\n",
      ...overlay(
        "base",
        "constraints: [{ name: OS.release.VERSION_ID, value: 24.10 }]\n  componentRefs: [{ name: a }]",
      ),
    };
    const { recipe } = resolveFrom(files);
    assert.equal(recipe.componentRefs[0]?.version, "25.10");
    assert.equal(recipe.constraints[0]?.value, "24.10");
    assert.deepEqual(recipe.componentRefs[0]?.values, {
      release: "25.10",
      mode: "0755",
      ratio: 0.5,
      explicit: 25.1,
      count: 3,
      id: "12345678901234567890",
    });
  });

  it("takes a number or a truth value as text where the model wants text", () => {
    const catalog = load({
      ...registry("a"),
      ...overlay(
        "base",
        "constraints: [{ name: OS.release.VERSION_ID, value: 24.04 }, { name: GPU.mig, value: true }]\n  componentRefs: [{ name: a, version: 1.5 }]",
      ),
    });
    const { constraints, componentRefs } = catalog.overlays.get("base")?.value.spec ?? {};
    assert.deepEqual(
      [...(constraints ?? []).map(({ value }) => value), componentRefs?.[0]?.version],
      ["24.04", "true", "1.5"],
    );
  });

  it("treats prototype-named keys as ordinary keys", () => {
    const { recipe } = resolveFrom({
      ...registry("constructor"),
      "components/constructor/values.yaml": "__proto__: { polluted: 1 }\ntoString: a\n",
      ...overlay(
        "base",
        "componentRefs: [{ name: constructor, overrides: { __proto__: { more: 2 }, hasOwnProperty: b } }]",
      ),
    });
    const values = recipe.componentRefs[0]?.values ?? {};
    assert.deepEqual(Object.keys(values), ["__proto__", "toString", "hasOwnProperty"]);
    assert.deepEqual(
      JSON.parse(JSON.stringify(values)),
      JSON.parse('{"__proto__":{"polluted":1,"more":2},"toString":"a","hasOwnProperty":"b"}'),
    );
    assert.equal(({} as { polluted?: number }).polluted, undefined);
  });

  it("is frozen through and through, and its digest depends on its content only", () => {
    const files = {
      ...registry("a"),
      ...overlay("base", "componentRefs: [{ name: a, overrides: { x: { y: [1] } } }]"),
    };
    const catalog = load(files);
    const overrides = catalog.overlays.get("base")?.value.spec.componentRefs?.[0]?.overrides;
    assert.throws(() => Object.assign(overrides?.x as object, { y: 2 }), TypeError);
    assert.equal(load(files).digest, catalog.digest);
    assert.notEqual(load({ ...files, "components/a/m.yaml": "kind: Secret\n" }).digest, catalog.digest);
  });

  it("lets later directories win by name, and merges registries by component", () => {
    const first = {
      ...registry("a", "b"),
      ...overlay("base", "componentRefs: [{ name: a }]"),
      ...mixin("m", "constraints: []"),
    };
    const second = {
      ...registry("b"),
      "registry.yaml": "kind: ComponentRegistry\ncomponents: [{ name: b, manifest: { defaultNamespace: other } }]\n",
      "overlays/mine.yaml":
        "kind: RecipeMetadata\nmetadata: { name: base }\nspec: { componentRefs: [{ name: b, manifestFiles: [components/b/m.yaml] }] }\n",
    };
    const catalog = load(first, second);
    const { recipe } = resolve(catalog, criteriaOf({}));
    assert.deepEqual([...catalog.components.keys()], ["a", "b"]);
    assert.deepEqual(
      recipe.componentRefs.map(({ name, namespace }) => [name, namespace]),
      [["b", "other"]],
    );
  });

  it("keeps an overlay that shares only its file's name with one of a later directory", () => {
    const first = { ...registry("a"), ...overlay("base", "{}"), ...overlay("eks", "criteria: { service: eks }") };
    const other = String(overlay("acme", "criteria: { service: acme }")["overlays/acme.yaml"]);
    const { overlays } = load(first, { "overlays/eks.yaml": other });
    assert.deepEqual([...overlays.keys()].sort(), ["acme", "base", "eks"]);
  });

  it("finds pointers to evidence by the recipe's name, that of a later directory first", () => {
    const files = pointer("any");
    const mine = String(files["evidence/h100-eks-training.yaml"]).replaceAll("1".repeat(64), "3".repeat(64));
    const { pointers } = load(files, { "evidence/mine.yaml": mine });
    assert.deepEqual([...pointers.keys()], ["any"]);
    assert.equal(pointers.get("any")?.value.evidence.digest, `sha256:${"3".repeat(64)}`);
  });

  it("leaves folders alone that are not its own", () => {
    load({
      ...registry("a"),
      "charts/x/templates/t.yaml": "{{ if }}",
      "validation/catalog.yaml": "kind: Other",
      "evidence/h100-eks/signer/digest.yaml": ":",
      "evidence/allowlist.yaml": "signers: []\n",
      "evidence/h100-eks.yaml": "schemaVersion: 1.0.0\nrecipe: h100-eks\nattestations: []\n",
    });
  });

  it("names a directory that is not there", () => {
    assert.match(
      findingsOf(() => loadCatalog(["/nonexistent/recipes"]))[0] ?? "",
      /^\/nonexistent\/recipes: cannot be read: ENOENT/,
    );
  });

  it("reports everything that is wrong at once", () => {
    const error = failure(() =>
      load({ ...registry("a"), ...overlay("one", "bsae: x"), ...overlay("two", "criteria: { nodes: -1 }") }),
    );
    assert.equal(error.code, "CATALOG_INVALID");
    assert.equal(error.findings.length, 2);
  });
});

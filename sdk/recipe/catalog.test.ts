import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { loadCatalog, resolve } from ".";
import { criteriaOf } from "./criteria";
import {
  failure,
  type Files,
  findingsOf,
  load,
  mixin,
  overlay,
  registry,
  resolveFrom,
  withDirectories,
} from "./support.test";

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

  it("leaves folders alone that are not its own", () => {
    load({
      ...registry("a"),
      "charts/x/templates/t.yaml": "{{ if }}",
      "validation/catalog.yaml": "kind: Other",
      "evidence/x.yaml": ":",
    });
  });

  it("refuses symbolic links", () => {
    const findings = withDirectories([registry("a")], (directories) => {
      symlinkSync("/etc/passwd", join(directories[0] ?? "", "components/a/passwd"));
      return findingsOf(() => loadCatalog(directories));
    });
    assert.deepEqual(findings, ["0/components/a/passwd: is a symbolic link; a catalogue holds plain files only"]);
  });

  it("refuses a file of more than 10 MB, and one that is not text", () => {
    const findings = findingsOf(() =>
      load({
        ...registry("a"),
        "components/a/big.yaml": Buffer.alloc(10 * 1024 * 1024 + 1, 32),
        "components/a/bin": Buffer.from([0xff, 0xfe]),
      }),
    );
    assert.deepEqual(findings, [
      "0/components/a/big.yaml: is 10485761 bytes; the limit is 10485760",
      "0/components/a/bin: is not valid UTF-8",
    ]);
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

/** Broken catalogues and what is said about each. Line and column point at the mistake. */
const BROKEN: readonly (readonly [what: string, files: Files, finding: RegExp])[] = [
  [
    "an unknown field",
    overlay("x", "bsae: base"),
    /^0\/overlays\/x\.yaml:5:3: spec\.bsae: unknown field \(did you mean "base"\?\)$/,
  ],
  [
    "an unknown field deep down",
    overlay("x", "componentRefs:\n    - name: a\n      valueFile: v.yaml"),
    /x\.yaml:7:7: spec\.componentRefs\.0\.valueFile: unknown field \(did you mean "valuesFile"/,
  ],
  ["a duplicate key", overlay("x", "base: a\n  base: b"), /x\.yaml:6:3: duplicate key "base"$/],
  ["a duplicate key in a flow map", overlay("x", "criteria: { os: a, os: b }"), /x\.yaml:5:22: duplicate key "os"$/],
  [
    "a duplicate key in a values file",
    { "components/a/values.yaml": "x: 1\ny: 2\nx: 3\n" },
    /values\.yaml:3:1: duplicate key "x"$/,
  ],
  [
    "a wrong kind",
    { "overlays/x.yaml": "kind: RecipeMixin\nmetadata: { name: x }\nspec: {}\n" },
    /x\.yaml:1:1: kind: .*RecipeMetadata/,
  ],
  ["a mixin among overlays' fields", mixin("x", "base: base"), /x\.yaml:5:3: spec\.base: unknown field/],
  [
    "a foreign API group",
    { "overlays/x.yaml": "apiVersion: other.io/v1\nkind: RecipeMetadata\nmetadata: { name: x }\nspec: {}\n" },
    /x\.yaml:1:1: apiVersion/,
  ],
  [
    "a missing name",
    { "overlays/x.yaml": "kind: RecipeMetadata\nmetadata: {}\nspec: {}\n" },
    /x\.yaml:2:1: metadata\.name/,
  ],
  [
    "a name with a slash",
    { "overlays/x.yaml": "kind: RecipeMetadata\nmetadata: { name: ../x }\nspec: {}\n" },
    /x\.yaml:2:13: metadata\.name: must be lower-case/,
  ],
  ["an empty file", { "overlays/x.yaml": "" }, /x\.yaml:1:1/],
  ["a list for a document", { "overlays/x.yaml": "- a\n" }, /x\.yaml:1:1/],
  ["two documents in one file", { "overlays/x.yaml": "a: 1\n---\nb: 2\n" }, /x\.yaml: holds 2 YAML documents/],
  ["broken YAML", { "overlays/x.yaml": "kind: [RecipeMetadata\n" }, /x\.yaml:\d+:\d+: /],
  ["a tab for indentation", { "overlays/x.yaml": "spec:\n\tbase: a\n" }, /x\.yaml:2:1: /],
  ["an unknown tag", { "components/a/values.yaml": "x: !!js/function 'f'\n" }, /values\.yaml:1:4: /],
  ["a merge key", { "components/a/values.yaml": "a: &a { x: 1 }\nb:\n  <<: *a\n" }, /values\.yaml:3:3: merge keys/],
  ["an undefined alias", { "components/a/values.yaml": "a: *nothing\n" }, /values\.yaml:1:4: /],
  [
    "an alias bomb",
    { "components/a/values.yaml": bomb() },
    /values\.yaml:\d+:\d+: expands to more than 100000 values$/,
  ],
  [
    "an alias to its own parent",
    { "components/a/values.yaml": "a: &a\n  b: *a\n" },
    /values\.yaml:\d+:\d+: is nested deeper than 64 levels$/,
  ],
  [
    "deep nesting",
    { "components/a/values.yaml": "a: " + "[".repeat(100) + "]".repeat(100) },
    /values\.yaml:1:\d+: is nested deeper than 64 levels$/,
  ],
  [
    "absurdly deep nesting",
    { "components/a/values.yaml": "a: " + "[".repeat(50_000) + "]".repeat(50_000) },
    /values\.yaml.*: is nested deeper than 64 levels$/,
  ],
  ["not a number", { "components/a/values.yaml": "x: .nan\n" }, /values\.yaml:1:4: \.nan cannot be expressed as JSON$/],
  [
    "a map for a key",
    { "components/a/values.yaml": "? { a: 1 }\n: 2\n" },
    /values\.yaml:1:3: a key must be a plain scalar$/,
  ],
  ["a values file that is a list", { "components/a/values.yaml": "- 1\n" }, /values\.yaml:1: must be a map of values$/],
  ["text for a number", overlay("x", 'criteria: { nodes: "4" }'), /x\.yaml:5:15: spec\.criteria\.nodes: /],
  ["a fraction of a node", overlay("x", "criteria: { nodes: 1.5 }"), /x\.yaml:5:15: spec\.criteria\.nodes: /],
  ["text for a list", overlay("x", "mixins: os-ubuntu"), /x\.yaml:5:3: spec\.mixins: /],
  ["a list for text", overlay("x", "base: [a]"), /x\.yaml:5:3: spec\.base: /],
  [
    "overrides that are a list",
    overlay("x", "componentRefs: [{ name: a, overrides: [1] }]"),
    /x\.yaml:5:30: spec\.componentRefs\.0\.overrides: must be a map/,
  ],
  [
    "an unknown type of component",
    overlay("x", "componentRefs: [{ name: a, type: Helmet }]"),
    /x\.yaml:5:30: spec\.componentRefs\.0\.type/,
  ],
  [
    "an unknown hook decision",
    overlay("x", "componentRefs: [{ name: a, hooks: { Job/x: run } }]"),
    /x\.yaml:5:30: spec\.componentRefs\.0\.hooks: must map/,
  ],
  [
    "an unknown phase",
    overlay("x", "validation: { deploymnet: {} }"),
    /x\.yaml:5:17: spec\.validation\.deploymnet: unknown field \(did you mean "deployment"/,
  ],
  [
    "a broken duration",
    overlay("x", "validation: { deployment: { timeout: 10 minutes } }"),
    /x\.yaml:5:31: spec\.validation\.deployment\.timeout: must be a duration/,
  ],
  [
    "a comparison with nothing",
    overlay("x", 'constraints: [{ name: K8s.server.version, value: ">=" }]'),
    /x\.yaml:5:\d+: spec\.constraints\.0\.value: must be a value/,
  ],
  [
    "an unknown operator",
    overlay("x", 'constraints: [{ name: K8s.server.version, value: "=> 1" }]'),
    /spec\.constraints\.0\.value: must be a value/,
  ],
  [
    "an empty constraint",
    overlay("x", 'constraints: [{ name: K8s.server.version, value: "" }]'),
    /spec\.constraints\.0\.value: must be a value/,
  ],
  [
    "an absolute path",
    overlay("x", "componentRefs: [{ name: a, valuesFile: /etc/passwd }]"),
    /spec\.componentRefs\.0\.valuesFile: must be a path inside the catalogue/,
  ],
  [
    "a path that climbs out",
    overlay("x", "componentRefs: [{ name: a, manifestFiles: [components/../../x.yaml] }]"),
    /manifestFiles\.0: must be a path inside the catalogue/,
  ],
  [
    "a path with a backslash",
    overlay("x", "componentRefs: [{ name: a, valuesFile: '..\\x' }]"),
    /valuesFile: must be a path inside the catalogue/,
  ],
  ["a missing base", overlay("x", "base: loacl"), /x\.yaml:5:3: spec\.base: there is no overlay "loacl"$/],
  [
    "a missing base with a near miss",
    { ...overlay("local", "{}"), ...overlay("x", "base: loacl") },
    /there is no overlay "loacl" \(did you mean "local"\?\)$/,
  ],
  ["a base of itself", overlay("x", "base: x"), /x\.yaml:5:3: spec\.base: "x" builds on itself$/],
  [
    "bases in a circle",
    { ...overlay("x", "base: y"), ...overlay("y", "base: x") },
    /x\.yaml:5:3: spec\.base: "x" builds on itself$/,
  ],
  [
    "a missing mixin",
    overlay("x", "mixins: [os-ubuntu]"),
    /x\.yaml:5:12: spec\.mixins\.0: there is no mixin "os-ubuntu"$/,
  ],
  [
    "an unregistered component",
    overlay("x", "componentRefs: [{ name: aa }]"),
    /x\.yaml:5:\d+: spec\.componentRefs\.0\.name: component "aa" is not in the registry \(did you mean "a"\?\)$/,
  ],
  [
    "an unregistered component of a mixin",
    mixin("x", "componentRefs: [{ name: zzz }]"),
    /component "zzz" is not in the registry$/,
  ],
  [
    "a missing values file",
    overlay("x", "componentRefs: [{ name: a, valuesFile: components/a/v.yaml }]"),
    /spec\.componentRefs\.0\.valuesFile: there is no file "components\/a\/v\.yaml"/,
  ],
  [
    "a missing manifest",
    overlay("x", "componentRefs: [{ name: a, manifestFiles: [components/a/n.yaml] }]"),
    /manifestFiles: there is no file "components\/a\/n\.yaml" \(did you mean "components\/a\/m\.yaml"/,
  ],
  [
    "a missing manifest in the registry",
    { "registry.yaml": "kind: ComponentRegistry\ncomponents: [{ name: a, manifestFiles: [x.yaml] }]\n" },
    /registry\.yaml:2:16: components\.0\.name: there is no file "x\.yaml"$/,
  ],
  [
    "a component twice in one document",
    overlay("x", "componentRefs: [{ name: a }, { name: a }]"),
    /componentRefs\.1\.name: "a" is listed twice$/,
  ],
  [
    "a constraint twice in one document",
    overlay("x", "constraints: [{ name: c, value: a }, { name: c, value: b }]"),
    /constraints\.1\.name: "c" is listed twice$/,
  ],
  [
    "an overlay twice in one directory",
    { ...overlay("x", "{}"), "overlays/y.yaml": "kind: RecipeMetadata\nmetadata: { name: x }\nspec: {}\n" },
    /overlays\/y\.yaml: overlay "x" is also defined in 0\/overlays\/x\.yaml$/,
  ],
  [
    "a component twice in one registry",
    { "registry.yaml": "kind: ComponentRegistry\ncomponents: [{ name: a }, { name: a }]\n" },
    /component "a" is also defined in 0\/registry\.yaml$/,
  ],
  [
    "an unknown field of the registry",
    { "registry.yaml": "kind: ComponentRegistry\ncomponents:\n  - name: a\n    hlem: {}\n" },
    /registry\.yaml:4:5: components\.0\.hlem: unknown field \(did you mean "helm"\?\)$/,
  ],
];

describe("a broken recipe catalogue", () => {
  for (const [what, files, expected] of BROKEN) {
    it(`with ${what} is refused with its place`, () => {
      const findings = findingsOf(() => load({ ...registry("a"), ...files }));
      assert.ok(
        findings.some((finding) => expected.test(finding)),
        findings.join("\n"),
      );
    });
  }
});

function bomb(): string {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 8; i++)
    lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(", ")}]`);
  return lines.join("\n") + "\n";
}

import assert from "node:assert/strict";
import fc from "fast-check";
import { diffRecipes, parseRecipe, type Recipe } from ".";
import { failure, overlay, registry, resolveFrom } from "./support.test";

interface Part {
  readonly constraint?: string;
  readonly values?: string;
  readonly components?: readonly string[];
}

function recipeOf({ constraint = ">= 1.30", values = "{}", components = ["a", "b"] }: Part = {}): Recipe {
  const refs = components.map((name) => `{ name: ${name}, overrides: ${name === "a" ? values : "{}"} }`);
  const constraints = `constraints: [{ name: K8s.server.version, value: "${constraint}" }]`;
  return resolveFrom({
    ...registry("a", "b", "c"),
    ...overlay("base", `${constraints}\n  componentRefs: [${refs.join(", ")}]`),
  }).recipe;
}

describe("the difference of two recipes", () => {
  it("names what was added, removed and changed, by component, constraint and value", () => {
    const before = recipeOf({ values: `{ driver: { version: "1", "x.y": 1 }, args: [a] }` });
    const after = recipeOf({
      constraint: ">= 1.32",
      values: `{ driver: { version: "2", off: null }, args: [a, b] }`,
      components: ["a", "c"],
    });
    const changes = diffRecipes(before, after);
    assert.deepEqual(
      changes.map(({ kind, path }) => `${kind} ${path}`),
      [
        "changed components.a.values.args",
        'removed components.a.values.driver."x.y"',
        "added components.a.values.driver.off",
        "changed components.a.values.driver.version",
        "removed components.b",
        "added components.c",
        "changed constraints.K8s.server.version.value",
      ].map((line) => line.replace("K8s.server.version", '"K8s.server.version"')),
    );
    assert.deepEqual(changes[3], {
      path: "components.a.values.driver.version",
      kind: "changed",
      before: "1",
      after: "2",
    });
  });

  it("is empty for the same, and the other way round when the sides change", () => {
    const values = fc.json({ maxDepth: 3 }).map((value) => `{ v: ${value.replaceAll("\\u0000", "")} }`);
    const opposite = { added: "removed", removed: "added", changed: "changed" } as const;
    fc.assert(
      fc.property(values, values, (one, other) => {
        const [a, b] = [recipeOf({ values: one }), recipeOf({ values: other })];
        assert.deepEqual(diffRecipes(a, a), []);
        assert.deepEqual(
          diffRecipes(b, a).map(({ path, kind }) => [path, kind]),
          diffRecipes(a, b).map(({ path, kind }) => [path, opposite[kind]]),
        );
      }),
      { numRuns: 25 },
    );
  });
});

describe("a stored recipe", () => {
  it("is read back as it was, from JSON", () => {
    const recipe = recipeOf({ values: `{ version: "25.10", off: null, __proto__: own }` });
    assert.deepEqual(parseRecipe(JSON.stringify(recipe), "recipe.json"), recipe);
  });

  const whole = JSON.stringify(recipeOf());
  const broken: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
    "empty file": ["", /r\.json:1:1: .*expected object/],
    "other kind of document": ['{ "kind": "Snapshot" }', /r\.json:1:3: kind: .*"RecipeResult"/],
    "list for a map": [whole.replace('"criteria":{', '"criteria":[],"was":{'), /r\.json:1:\d+: criteria: /],
    "component without a name": [whole.replace('{"name":"a",', "{"), /r\.json:1:\d+: componentRefs\.0\.name: /],
    "torn file": [whole.slice(0, 100), /r\.json:1:/],
    "alias bomb": ["a: &a [1,1,1,1,1,1,1,1,1]\n" + bomb(), /expands to more than/],
    "key twice": ['{ "kind": "RecipeResult", "kind": "x" }', /duplicate key "kind"/],
  };
  for (const [what, [text, message]] of Object.entries(broken))
    it(`is refused when it is: ${what}`, () => {
      const error = failure(() => parseRecipe(text, "r.json"));
      assert.equal(error.code, "RECIPE_FILE_INVALID");
      assert.match(error.message, message);
    });
});

function bomb(): string {
  const letter = (i: number): string => String.fromCharCode("a".charCodeAt(0) + i);
  const line = (i: number): string =>
    `${letter(i + 1)}: &${letter(i + 1)} [${Array(9)
      .fill(`*${letter(i)}`)
      .join(",")}]`;
  return Array.from({ length: 8 }, (_, i) => line(i)).join("\n");
}

import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CairnError } from "../errors";
import { type Catalog, explain, recipeDigest, resolve } from ".";
import { builtinLayer } from "./builtin";
import { readCatalog } from "./catalog";
import { compileCatalog } from "./compile";
import { type BuiltLayer, compiledLayer } from "./compiled";
import { type CatalogLayer } from "./files";
import { type Files, layOut, mixin, overlay } from "./support.test";

const local = "service: local, accelerator: h100";

/** Folders that somebody might lay on the built-in catalogue. */
const FOLDERS: Readonly<Record<string, readonly Files[]>> = {
  "a folder that adds an overlay": [
    overlay("h100-local-inference", `base: local-inference\n  criteria: { ${local}, intent: inference }`),
  ],
  "an overlay that takes the place of a built-in one, by name": [
    {
      "overlays/ours.yaml": `kind: RecipeMetadata\nmetadata: { name: h100-local }\nspec:\n  base: local\n  criteria: { ${local} }\n  hardware: { gpusPerNode: 2 }\n`,
    },
  ],
  "a file that takes the place of a built-in one, by path": [
    overlay("h100-local-training", `base: h100-local\n  criteria: { ${local}, intent: training }`),
    { "components/metrics/values.yaml": "replicas: 7\nconfig: { scrapeInterval: 1m }\n" },
  ],
  "an overlay that extends a built-in one": [
    overlay(
      "h100-local-training-ours",
      `base: h100-local-training\n  criteria: { ${local}, intent: training, platform: ours }\n  mixins: [ours]\n` +
        "  componentRefs: [{ name: metrics, overrides: { config: { scrapeInterval: 5s } } }]",
    ),
    mixin("ours", "constraints: [{ name: OS.release.ID, value: ubuntu }]"),
  ],
  "a built-in file in a new part": [
    overlay(
      "h100-local",
      `base: local\n  criteria: { ${local} }\n  componentRefs: [{ name: metrics, valuesFile: registry.yaml }]`,
    ),
  ],
  "a registry entry, a manifest and a threshold in place of built-in ones": [
    {
      "registry.yaml":
        "kind: ComponentRegistry\ncomponents:\n" +
        "  - { name: metrics, manifest: { defaultNamespace: ours }, manifestFiles: [components/metrics/ours.yaml] }\n",
      "components/metrics/ours.yaml": "kind: ConfigMap\napiVersion: v1\nmetadata: { name: ours }\n",
      "components/training-queue/readiness.yaml":
        "apiVersion: cairn.dev/v1\nkind: ReadinessGate\nspec: { steps: [{ assert: { apiVersion: v1, kind: Node } }] }\n",
      "thresholds.yaml":
        "kind: PerformanceThresholds\nthresholds:\n" +
        '  - { check: nccl-all-reduce-bw, service: eks, value: ">= 1", source: { document: d, date: 2026-09 } }\n',
    },
  ],
  "refused: two folders that say what is not there, and where a built-in one is wrong now": [
    {
      ...overlay(
        "ours",
        "base: locl\n  mixins: [os-ubunto]\n  componentRefs: [{ name: metrcs, valuesFile: none.yaml }]",
      ),
      "overlays/local.yaml": "kind: RecipeMetadata\nmetadata: { name: lokal }\nspec: {}\n",
    },
    {
      ...overlay("base", "base: local"),
      "mixins/os-ubuntu.yaml": "kind: RecipeMixin\nmetadata: { name: other }\nspec: {}\n",
    },
  ],
  "refused: a folder that cannot be read": [
    { "overlays/a.yaml": "kind: [", "mixins/m.yaml": "a: 1\na: 2\n", ...overlay("eks", "bass: x") },
  ],
};

describe("folders on the compiled catalogue", function () {
  this.timeout(60_000);
  let root = "";
  let layer: BuiltLayer;
  let target = "";
  before(() => {
    const made = layOut([{}, {}]);
    const [directory = "", compiled = ""] = made.directories;
    root = made.root;
    cpSync(builtinLayer().directory, directory, { recursive: true });
    layer = { directory, label: "recipes", isPackage: false };
    target = join(compiled, "builtin.json");
    compileCatalog(layer, target, () => []);
  });
  after(() => rmSync(root, { recursive: true }));

  for (const [what, folders] of Object.entries(FOLDERS))
    it(`${what}: the same as when everything is read`, () => {
      const made = layOut(folders);
      try {
        const data = made.directories.map((directory, i): CatalogLayer => ({ directory, label: `data${i}` }));
        const compiled = compiledLayer(target, layer);
        assert.ok(compiled);
        const outcome = outcomeOf([layer, ...data]);
        assert.equal("findings" in outcome, what.startsWith("refused"));
        assert.deepEqual(outcomeOf([compiled, ...data]), outcome);
      } finally {
        rmSync(made.root, { recursive: true });
      }
    });

  it("reads nothing of the built-in catalogue that is known already", () => {
    const made = layOut(FOLDERS["an overlay that extends a built-in one"] ?? []);
    try {
      const compiled = compiledLayer(target, { ...layer, directory: join(root, "nowhere"), isPackage: true });
      assert.ok(compiled);
      const { overlays } = readCatalog([
        compiled,
        ...made.directories.map((directory) => ({ directory, label: "data" })),
      ]);
      assert.ok(overlays.has("h100-local-training-ours") && overlays.has("h100-local-training"));
    } finally {
      rmSync(made.root, { recursive: true });
    }
  });
});

/** What anybody can see of a catalogue: its content, every recipe with its digest and who said what; or what is wrong with it. */
function outcomeOf(layers: readonly CatalogLayer[]): object {
  let catalog: Catalog;
  try {
    catalog = readCatalog(layers);
  } catch (error) {
    assert.ok(error instanceof CairnError, String(error));
    return { message: error.message, findings: error.findings };
  }
  const { digest, files, labels, values, thresholds } = catalog;
  const recipes = [...catalog.overlays.values()].flatMap(({ name, criteria }) =>
    criteria === undefined || criteria.service !== "local"
      ? []
      : [{ name, ...recipeOf(() => resolve(catalog, criteria)) }],
  );
  assert.ok(recipes.length > 2);
  return {
    digest,
    files: [...files.values()].map(({ path, content }) => ({ path, content })),
    labels,
    values: [...values].map(([path, { value, file, layer }]) => ({ path, value, file, layer })),
    thresholds: thresholds.map(({ value, layer }) => ({ value, layer })),
    order: [...catalog.overlays.keys(), ...catalog.mixins.keys(), ...catalog.components.keys()],
    recipes,
  };
}

function recipeOf(make: () => ReturnType<typeof resolve>) {
  try {
    const resolution = make();
    const explained = resolution.recipe.componentRefs.flatMap(({ name }) => explain(resolution, name));
    return {
      recipe: resolution.recipe,
      digest: recipeDigest(resolution.recipe),
      explained,
      warnings: resolution.warnings,
    };
  } catch (error) {
    assert.ok(error instanceof CairnError, String(error));
    return { message: error.message };
  }
}

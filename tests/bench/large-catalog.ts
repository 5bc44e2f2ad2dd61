import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { loadCatalog, parseCriteria, resolve } from "@cairn/sdk/recipe";
import { type Measurement } from "./recipe";

const OVERLAYS = 2000;
const DEPTH = 10;

/** A catalogue far larger than any we know: chains of overlays, each of which sets values. */
export function measureLargeCatalog(): readonly Measurement[] {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cairn-bench-"));
  try {
    write(folder);
    const before = performance.now();
    const catalog = loadCatalog([folder]);
    const loaded = performance.now();
    const criteria = parseCriteria({ service: "s5", accelerator: `a${DEPTH - 1}` }, catalog);
    const chosen = performance.now();
    const { recipe } = resolve(catalog, criteria);
    const resolved = performance.now();
    const applied = recipe.metadata.appliedOverlays.length;
    if (applied !== DEPTH + 1) throw new Error(`${applied} overlays were applied instead of ${DEPTH + 1}`);
    return [
      { what: `load ${OVERLAYS} overlays from YAML, once`, value: loaded - before, limit: 1500 },
      { what: `resolve through ${DEPTH} of them, for the first time`, value: resolved - chosen, limit: 10 },
    ];
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function write(folder: string): void {
  const put = (file: string, text: string): void => {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  };
  const overlay = (name: string, spec: string): void =>
    put(
      `overlays/${name}.yaml`,
      `apiVersion: cairn.dev/v1\nkind: RecipeMetadata\nmetadata:\n  name: ${name}\nspec:\n${spec}`,
    );
  put(
    "registry.yaml",
    "apiVersion: cairn.dev/v1\nkind: ComponentRegistry\ncomponents:\n" +
      "  - { name: a, manifest: { defaultNamespace: a }, manifestFiles: [components/a/m.yaml] }\n",
  );
  put("components/a/m.yaml", "kind: ConfigMap\nmetadata: { name: a }\n");
  overlay("base", "  componentRefs:\n    - name: a\n");
  for (let i = 0; i < OVERLAYS - 1; i++) {
    const [service, depth] = [Math.floor(i / DEPTH), i % DEPTH];
    const accelerator = depth === 0 ? "" : `    accelerator: a${depth}\n`;
    overlay(
      `o${i}`,
      `  base: ${depth === 0 ? "base" : `o${i - 1}`}\n  criteria:\n    service: s${service}\n${accelerator}` +
        `  componentRefs:\n    - name: a\n      overrides:\n        driver:\n          version: "1.${i}"\n` +
        `          args: [x, y, z]\n        depth${depth}: ${i}\n`,
    );
  }
}

import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { builtinCatalog, type Catalog, explain, parseCriteria, recipeDigest, resolve } from ".";
import { builtinLayer, type CompiledCatalog, storedParser } from "./builtin";
import { readCatalog } from "./catalog";
import { compileCatalog } from "./compile";
import { overlay, withDirectories } from "./support.test";

const { directory } = builtinLayer();
const training = { service: "local", accelerator: "h100", intent: "training" };
const resolveLocal = (input: Parameters<typeof parseCriteria>[0]) => {
  const catalog = builtinCatalog();
  return resolve(catalog, parseCriteria(input, catalog));
};

describe("the built-in catalogue", () => {
  it("is the same from its stored form, which no longer counts once a file changed", () => {
    withDirectories([{}], ([target = ""]) => {
      const stored = join(target, "builtin.json");
      compileCatalog(builtinLayer(), stored);
      const fresh = readCatalog([builtinLayer()]);
      const read = (): Catalog => readCatalog([builtinLayer()], storedParser(stored));
      const result = (catalog: Catalog) => {
        const resolution = resolve(catalog, parseCriteria(training, catalog));
        return { resolution, digest: recipeDigest(resolution.recipe) };
      };
      assert.deepEqual(result(read()), result(fresh));

      const compiled = JSON.parse(readFileSync(stored, "utf8")) as CompiledCatalog;
      writeFileSync(stored, JSON.stringify({ digest: "sha256:other", parsed: { ...compiled.parsed, overlays: [] } }));
      assert.deepEqual(result(read()), result(fresh));
    });
  });

  it("composes local training on simulated H100 nodes", () => {
    const { recipe } = resolveLocal(training);
    assert.deepEqual(recipe.deploymentOrder, ["image-admission", "gpu-simulator", "metrics", "training-queue"]);
    assert.deepEqual(recipe.constraints, [{ name: "K8s.server.version", value: ">= 1.36" }]);
    assert.deepEqual(recipe.validation.conformance?.checks, ["dra-support", "gang-scheduling", "image-admission"]);
    assert.ok(recipe.componentRefs.every(({ readiness }) => readiness !== undefined));
  });

  it("gives inference no training queue", () => {
    assert.deepEqual(resolveLocal({ ...training, intent: "inference" }).recipe.deploymentOrder, [
      "image-admission",
      "gpu-simulator",
      "metrics",
    ]);
  });

  it("shows overrides at three levels and more", () => {
    const chain: string[] = [];
    let [entry] = explain(resolveLocal(training), "metrics.config.scrapeInterval");
    for (; entry !== undefined; entry = entry.replaced) chain.push(`${String(entry.value)} ${entry.file}`);
    assert.deepEqual(chain, [
      "10s recipes/overlays/h100-local-training.yaml",
      "15s recipes/overlays/local-training.yaml",
      "30s recipes/components/metrics/values.yaml",
    ]);
  });

  it("keeps the null that deletes the chart's default collector", () => {
    const metrics = resolveLocal(training).recipe.componentRefs.find(({ name }) => name === "metrics");
    assert.equal((metrics?.values.config as { remoteWrite?: unknown }).remoteWrite, null);
  });

  it("takes further overlays from --data", () => {
    const files = overlay(
      "h100-local-inference",
      "base: local-inference\n  criteria: { service: local, accelerator: h100, intent: inference }",
    );
    const names = withDirectories([files], (data) => {
      const catalog = builtinCatalog(data);
      return resolve(catalog, parseCriteria({ ...training, intent: "inference" }, catalog)).recipe.metadata
        .appliedOverlays;
    });
    assert.equal(names.at(-1), "h100-local-inference");
  });

  it("pins its own charts: the registry names the version that the chart has", () => {
    for (const name of readdirSync(join(directory, "charts"))) {
      const chart = parse(readFileSync(join(directory, "charts", name, "Chart.yaml"), "utf8")) as { version: string };
      assert.equal(builtinCatalog().components.get(name)?.value.helm?.defaultVersion, chart.version);
    }
  });

  it("lists every image that its charts use", () => {
    const { images } = parse(readFileSync(join(directory, "images.yaml"), "utf8")) as {
      images: { reference: string; signed: boolean }[];
    };
    const used = readdirSync(join(directory, "charts")).flatMap((name) =>
      imagesOf(parse(readFileSync(join(directory, "charts", name, "values.yaml"), "utf8"))),
    );
    assert.deepEqual(
      images
        .filter(({ signed }) => signed)
        .map(({ reference }) => reference)
        .sort(),
      used.sort(),
    );
    assert.equal(images.filter(({ signed }) => !signed).length, 1);
  });
});

function imagesOf(values: unknown): string[] {
  if (typeof values !== "object" || values === null) return [];
  const { repository, tag } = values as { repository?: string; tag?: string };
  return [...(repository && tag ? [`${repository}:${tag}`] : []), ...Object.values(values).flatMap(imagesOf)];
}

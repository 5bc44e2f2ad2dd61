import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { builtinCatalog, type Catalog, coveredCriteria, explain, parseCriteria, recipeDigest, resolve } from ".";
import { builtinLayer } from "./builtin";
import { readCatalog } from "./catalog";
import { SOUND } from "./broken/corpus.test";
import { digestFor, resolutionFor } from "./catalogue-support.test";
import { compileCatalog } from "./compile";
import { readCompiled } from "./compiled";
import { overlay, withDirectories } from "./support.test";

const { directory } = builtinLayer();
const training = { service: "local", accelerator: "h100", intent: "training" };
const resolveLocal = (input: Parameters<typeof parseCriteria>[0]) => {
  const catalog = builtinCatalog();
  return resolve(catalog, parseCriteria(input, catalog));
};

describe("the compiled form of a catalogue", () => {
  it("no longer counts once a file changed, came or went", () => {
    withDirectories([{}, SOUND], ([target = "", directory = ""]) => {
      const layer = { directory, label: "recipes", isPackage: false };
      const stored = join(target, "builtin.json");
      const changes: readonly (() => void)[] = [
        () => writeFileSync(join(directory, "overlays/base.yaml"), "# changed\n", { flag: "a" }),
        () => writeFileSync(join(directory, "components/a/more.yaml"), "a: 1\n"),
        () => rmSync(join(directory, "components/a/more.yaml")),
      ];
      for (const change of changes) {
        compileCatalog(layer, stored);
        assert.ok(readCompiled(stored, layer));
        change();
        assert.equal(readCompiled(stored, layer), undefined, String(change));
      }
      // An installed package is taken as it is.
      assert.ok(readCompiled(stored, { ...layer, isPackage: true }));
    });
  });
});

describe("the built-in catalogue", () => {
  it("is the same from its compiled form", () => {
    withDirectories([{}], ([target = ""]) => {
      const layer = builtinLayer();
      const stored = join(target, "builtin.json");
      const everything = (catalog: Catalog | undefined) =>
        catalog && {
          digest: catalog.digest,
          files: [...catalog.files.values()],
          resolutions: [...catalog.overlays.values()].flatMap(({ criteria }) => {
            const resolution = criteria && resolve(catalog, criteria);
            return resolution === undefined ? [] : { resolution, digest: recipeDigest(resolution.recipe) };
          }),
        };
      compileCatalog(layer, stored, () => []);
      assert.deepEqual(everything(readCompiled(stored, layer)), everything(readCatalog([layer])));
    });
  });

  it("knows the digest of every plain recipe from the build", function () {
    this.timeout(30_000);
    const catalog = builtinCatalog();
    for (const criteria of coveredCriteria(catalog)) {
      const { digest } = resolutionFor(criteria);
      assert.equal(digest, digestFor(criteria), "run `npm run build`");
      assert.equal(catalog.digestOf?.(criteria), digest);
    }
    const criteria = parseCriteria(training, catalog);
    const choices = { values: [{ component: "metrics", path: "replicas", value: 9 }] };
    for (const changed of [resolve(catalog, criteria, choices), resolve(catalog, { ...criteria, nodes: 3 })])
      assert.equal(changed.digest, recipeDigest(changed.recipe));
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

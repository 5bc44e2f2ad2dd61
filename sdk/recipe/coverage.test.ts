import assert from "node:assert/strict";
import fc from "fast-check";
import { builtinCatalog, type Catalog, coverageOf, type CoveredProduct, CoverageError, resolve } from ".";
import { criteriaOf } from "./criteria";
import { type Files, load, overlay } from "./support.test";
import { type Criteria, type Dimension, DIMENSIONS } from "./types";

type Stated = { readonly [D in Dimension]?: string };

const holds = (product: CoveredProduct, query: Criteria): boolean =>
  DIMENSIONS.every((dimension) => product[dimension].includes(query[dimension]));

function hasRecipe(catalog: Catalog, query: Criteria): boolean {
  try {
    resolve(catalog, query);
    return true;
  } catch (error) {
    assert.ok(error instanceof CoverageError, String(error));
    return false;
  }
}

function overlays(
  ...specs: readonly { readonly criteria?: Stated | undefined; readonly base?: string | undefined }[]
): Files {
  const files = specs.map((spec, i) => overlay(`o${i}`, JSON.stringify(spec)));
  return Object.assign({}, overlay("base", "{ constraints: [] }"), ...files) as Files;
}

/** Values that overlays name, and one that none does. */
const values = ["a", "b", "c", "nobody"];
const stated = (names: readonly string[]): fc.Arbitrary<Stated> =>
  fc.record(Object.fromEntries(DIMENSIONS.map((d) => [d, fc.constantFrom(...names)])), { requiredKeys: [] });

/** Overlays on one another, also on some that are for something else or never match by themselves. */
const catalogues = fc
  .array(
    fc.record({
      criteria: fc.option(stated(values.slice(0, 3)), { nil: undefined, freq: 8 }),
      base: fc.option(fc.nat(7)),
    }),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((rows) =>
    overlays(
      ...rows.map(({ criteria, base }, i) => ({
        criteria,
        base: base === null || base >= i ? undefined : `o${base}`,
      })),
    ),
  );

/** What four clouds have, each part of it in one place. */
function compositional(): Files {
  const accelerators = ["a100", "b200", "gb200", "gb300", "h100", "h200", "l40s", "rtx-pro-6000"];
  const platforms = { training: ["kubeflow", "kueue", "slurm"], inference: ["dynamo", "nim", "vllm"] };
  const clouds = ["aks", "eks", "gke", "oke"].map((service, i) => [
    { service },
    ...["ubuntu", "amazonlinux", "cos"].map((os) => ({ service, os })),
    ...Object.entries(platforms).flatMap(([intent, names]) => [
      { service, intent },
      ...names.map((platform) => ({ service, intent, platform })),
      ...accelerators.slice(i).map((accelerator) => ({ service, intent, accelerator })),
    ]),
  ]);
  return overlays(...clouds.flat().map((criteria) => ({ criteria })));
}

describe("coverage", function () {
  this.timeout(30_000); // each run writes and reads a catalogue

  it("holds exactly the criteria that have a recipe, each once", () => {
    fc.assert(
      fc.property(catalogues, fc.array(stated(values), { minLength: 30, maxLength: 30 }), (files, queries) => {
        const catalog = load(files);
        const coverage = coverageOf(catalog);
        const own = [...catalog.overlays.values()].flatMap(({ criteria }) => criteria ?? []);
        for (const query of [...queries.map(criteriaOf), ...own]) {
          const times = coverage.filter((product) => holds(product, query)).length;
          assert.equal(times, hasRecipe(catalog, query) ? 1 : 0, JSON.stringify(query));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("says what four clouds cover in a line for each cloud and intent", () => {
    const coverage = coverageOf(load(compositional()));
    const queries = coverage.map((product) => DIMENSIONS.reduce((n, dimension) => n * product[dimension].length, 1));
    assert.ok(queries.reduce((a, b) => a + b) > 800, String(queries));
    assert.ok(coverage.length <= 1 + 4 * 3, String(coverage.length));
    assert.deepEqual(
      coverage.find(({ service, intent }) => service.includes("oke") && intent.includes("training")),
      {
        service: ["oke"],
        accelerator: ["any", "gb300", "h100", "h200", "l40s", "rtx-pro-6000"],
        intent: ["training"],
        os: ["any", "amazonlinux", "cos", "ubuntu"],
        platform: ["any", "kubeflow", "kueue", "slurm"],
      },
    );
  });

  it("is the same whatever the order of the files", () => {
    const files = compositional();
    assert.deepEqual(coverageOf(load(Object.fromEntries(Object.entries(files).reverse()))), coverageOf(load(files)));
  });

  it("agrees with every coordinate that the built-in catalogue names", () => {
    const coverage = coverageOf(builtinCatalog());
    for (const { name, criteria } of builtinCatalog().overlays.values())
      assert.ok(criteria === undefined || coverage.some((product) => holds(product, criteria)), name);
  });
});

import assert from "node:assert/strict";
import { resolveDetected } from ".";
import { failure, load, overlay, registry } from "./support.test";

const catalog = load({
  ...registry("a"),
  ...overlay("base", "componentRefs: [{ name: a }]"),
  ...overlay("eks", "criteria: { service: eks }"),
  ...overlay("h100-eks", "base: eks\n  criteria: { service: eks, accelerator: h100 }"),
  ...overlay("gke-cos", "criteria: { service: gke, os: cos }"),
});

describe("criteria that were found on a cluster", () => {
  it("fill what was not stated", () => {
    const { recipe, warnings } = resolveDetected(catalog, { accelerator: "h100" }, { service: "eks", nodes: 4 });
    assert.deepEqual([recipe.criteria.service, recipe.criteria.nodes, warnings], ["eks", 4, []]);
  });

  it("are left open with a warning where the catalogue does not cover or know them", () => {
    const uncovered = resolveDetected(catalog, { service: "eks" }, { os: "cos", accelerator: "h100" });
    assert.deepEqual([uncovered.recipe.criteria.os, uncovered.recipe.criteria.accelerator], ["any", "h100"]);
    assert.deepEqual(uncovered.warnings, [
      { message: 'the cluster has os "cos", which no recipe covers here; left open' },
    ]);
    const unknown = resolveDetected(catalog, { service: "eks" }, { os: "flatcar" });
    assert.deepEqual([unknown.recipe.criteria.os, unknown.warnings.length], ["any", 1]);
  });

  it("are left open where only a wider vocabulary knows them", () => {
    const vocabulary = load({ ...registry("a"), ...overlay("eks", "criteria: { service: eks }") });
    const { recipe, warnings } = resolveDetected(catalog, { service: "eks" }, { accelerator: "h100" }, {}, vocabulary);
    assert.deepEqual([recipe.criteria.accelerator, warnings.length], ["any", 1]);
  });

  it("never soften what was stated", () => {
    const stated = failure(() => resolveDetected(catalog, { service: "eks", os: "cos" }, { accelerator: "h100" }));
    assert.equal(stated.code, "RECIPE_UNCOVERED");
    assert.equal(failure(() => resolveDetected(catalog, { service: "ekz" }, {})).code, "CRITERIA_INVALID");
  });

  it("yield to what was stated", () => {
    const { recipe } = resolveDetected(catalog, { service: "eks" }, { service: "gke" });
    assert.equal(recipe.criteria.service, "eks");
  });
});

import assert from "node:assert/strict";
import { explain, resolve } from ".";
import { criteriaOf } from "./criteria";
import { type Files, findingsOf, load, overlay, registry } from "./support.test";
import { type CriteriaInput } from "./types";

const row = (fields: string): string =>
  `  - { check: nccl, ${fields}, unit: GB/s, source: { document: here, date: 2026-09 } }\n`;

const FILES: Files = {
  ...registry("a"),
  "thresholds.yaml": `kind: PerformanceThresholds\napiVersion: cairn.dev/v1\nthresholds:\n${[
    row('accelerator: h100, value: ">= 100"'),
    row('accelerator: h100, fabric: efa, value: ">= 300"'),
    row('accelerator: h100, fabric: efa, gpusPerNode: 8, gpus: ">= 32", value: ">= 280"'),
    row('accelerator: gb200, constraint: nccl-nvls, value: ">= 500"'),
  ].join("")}`,
  ...overlay("base", "componentRefs: [{ name: a }]"),
  ...overlay("h100", "criteria: { accelerator: h100 }\n  validation: { performance: { checks: [nccl] } }"),
  ...overlay(
    "h100-eks",
    "base: h100\n  criteria: { accelerator: h100, service: eks }\n  hardware: { fabric: efa, gpusPerNode: 8 }",
  ),
  ...overlay("gb200", "criteria: { accelerator: gb200 }\n  validation: { performance: { checks: [other] } }"),
};

const resolveFor = (criteria: CriteriaInput) => resolve(load(FILES), criteriaOf(criteria));
const demands = (criteria: CriteriaInput) =>
  resolveFor(criteria).recipe.validation.performance?.constraints.map(({ name, value }) => `${name} ${value}`);

describe("performance thresholds", () => {
  it("are those of the row that says most about the hardware, with its source", () => {
    assert.deepEqual(demands({ accelerator: "h100" }), ["nccl >= 100"]);
    assert.deepEqual(demands({ accelerator: "h100", service: "eks" }), ["nccl >= 300"]);
    const resolution = resolveFor({ accelerator: "h100", service: "eks" });
    assert.deepEqual(resolution.recipe.hardware, { fabric: "efa", gpusPerNode: 8 });
    assert.deepEqual(resolution.recipe.validation.performance?.constraints[0], {
      name: "nccl",
      value: ">= 300",
      unit: "GB/s",
      source: { document: "here", date: "2026-09" },
    });
    const [entry] = explain(resolution, "validation.performance.constraints.nccl");
    assert.deepEqual([entry?.rule, entry?.line], ["threshold", 5]);
  });

  it("depend on the number of GPUs once the number of nodes is stated", () => {
    assert.deepEqual(demands({ accelerator: "h100", service: "eks", nodes: 4 }), ["nccl >= 280"]);
    assert.deepEqual(demands({ accelerator: "h100", service: "eks", nodes: 3 }), ["nccl >= 300"]);
  });

  it("count only for checks that the recipe runs, and never replace what an overlay demands", () => {
    assert.deepEqual(demands({ accelerator: "gb200" }), []);
    const own = overlay(
      "mine",
      'base: h100\n  criteria: { accelerator: h100, os: x }\n  validation: { performance: { constraints: [{ name: nccl, value: ">= 7" }] } }',
    );
    const { recipe } = resolve(load({ ...FILES, ...own }), criteriaOf({ accelerator: "h100", os: "x" }));
    assert.deepEqual(recipe.validation.performance?.constraints, [{ name: "nccl", value: ">= 7" }]);
  });

  it("of a later layer come before those of an earlier one", () => {
    const mine = {
      "thresholds.yaml": `kind: PerformanceThresholds\nthresholds:\n${row('accelerator: h100, value: ">= 90"')}`,
    };
    const { recipe } = resolve(load(FILES, mine), criteriaOf({ accelerator: "h100" }));
    assert.equal(recipe.validation.performance?.constraints[0]?.value, ">= 90");
  });

  it("need a source with a date", () => {
    const bad = {
      ...FILES,
      "thresholds.yaml":
        'kind: PerformanceThresholds\nthresholds:\n  - { check: nccl, value: ">= 1", source: { document: x, date: lately } }\n',
    };
    assert.deepEqual(
      findingsOf(() => load(bad)),
      ["0/thresholds.yaml:3:58: thresholds.0.source.date: must be a date such as 2026-09"],
    );
  });
});

describe("overlays without criteria", () => {
  it("are there to build on, and never join a recipe by themselves", () => {
    const files = {
      ...registry("a", "b"),
      ...overlay("base", "componentRefs: []"),
      ...overlay("stack", "componentRefs: [{ name: a }]"),
      ...overlay("eks", "base: stack\n  criteria: { service: eks }"),
      ...overlay("everywhere", "criteria: { intent: any }\n  componentRefs: [{ name: b }]"),
    };
    const order = (criteria: CriteriaInput) => resolve(load(files), criteriaOf(criteria)).recipe.deploymentOrder;
    assert.deepEqual(order({ service: "eks" }), ["a", "b"]);
    assert.deepEqual(order({}), ["b"]);
  });
});

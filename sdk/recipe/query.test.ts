import assert from "node:assert/strict";
import fc from "fast-check";
import { query } from ".";
import { formatPath } from "./path";
import { failure, overlay, registry, resolveFrom } from "./support.test";

const values = `{ driver: { version: "25.10" }, labels: { nvidia.com/gpu: yes, __proto__: own }, off: null, tiers: [a, { b: 2 }] }`;
const { recipe } = resolveFrom({
  ...registry("a", "b"),
  ...overlay(
    "base",
    `constraints: [{ name: K8s.server.version, value: ">= 1.30" }]
  componentRefs: [{ name: a, overrides: ${values} }, { name: b, dependencyRefs: [a] }]`,
  ),
});

describe("querying a recipe", () => {
  const found: Readonly<Record<string, unknown>> = {
    "criteria.service": "any",
    ".criteria.nodes": 0,
    "constraints[0].value": ">= 1.30",
    "constraints.0.value": ">= 1.30",
    'constraints."K8s.server.version".value': ">= 1.30",
    'componentRefs.a.manifestFiles."components/a/m.yaml".path': "components/a/m.yaml",
    "b.dependencyRefs.a": "a",
    deploymentOrder: ["a", "b"],
    "components.a.values.driver.version": "25.10",
    "componentRefs.a.values.driver.version": "25.10",
    "a.namespace": "a",
    "a.driver.version": "25.10",
    'a.labels."nvidia.com/gpu"': "yes",
    "a.labels.__proto__": "own",
    "a.off": null,
    "a.tiers[1].b": 2,
    "b.dependencyRefs[0]": "a",
  };
  for (const [path, value] of Object.entries(found))
    it(`finds ${path}`, () => assert.deepEqual(query(recipe, path), value));

  it("shows everything for nothing and for a dot, components by name", () => {
    for (const path of ["", "."]) {
      const all = query(recipe, path) as Record<string, Record<string, unknown>>;
      assert.deepEqual(Object.keys(all["components"] ?? {}), ["a", "b"]);
      assert.ok(!("componentRefs" in all));
    }
  });

  const missed: Readonly<Record<string, RegExp>> = {
    "a.driver.verison":
      /components\.a\.values\.driver has nothing at "verison"; it has version\n→ did you mean "version"\?/,
    nothing: /the recipe has nothing at "nothing"; it has a, apiVersion, b, components, .*\n→ `cairn query` without/,
    "critera.service": /→ did you mean "criteria"\?/,
    "constraints[1]": /constraints has no item "1": it is a list of 1/,
    "constraints[-1]": /is not a path/,
    "criteria.service.x": /criteria\.service is "any" and has nothing below it/,
    "a.off.x": /components\.a\.values\.off is null and has nothing below it/,
    "a..driver": /is not a path/,
    "a.": /is not a path/,
    'a."driver': /is not a path/,
    "a.constructor": /components\.a\.values has nothing at "constructor"/,
    "constraints.length": /constraints has no item "length"/,
    "a.tiers.a": /components\.a\.values\.tiers has no item "a"/,
    "componentRefs.c": /components has nothing at "c"; it has a, b/,
  };
  for (const [path, message] of Object.entries(missed))
    it(`says what is there instead of ${path}`, () => {
      const error = failure(() => query(recipe, path));
      assert.equal(error.code, "RECIPE_PATH_UNKNOWN");
      assert.match(error.message, message);
    });

  it("finds or misses any path, and never breaks on one", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.array(fc.string(), { minLength: 1, maxLength: 4 }).map(formatPath)),
        (path) => {
          try {
            query(recipe, path);
          } catch (error) {
            assert.equal((error as { code?: string }).code, "RECIPE_PATH_UNKNOWN");
          }
        },
      ),
    );
  });
});

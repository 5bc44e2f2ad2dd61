import assert from "node:assert/strict";
import { CoverageError, explain, parseCriteria, resolve } from ".";
import { knownValues } from "./criteria";
import { criteriaOf } from "./criteria";
import { failure, type Files, findingsOf, load, mixin, overlay, registry, resolveFrom } from "./support.test";

/** base → eks → eks-training → h100-eks-training, and a wildcard beside them. */
const CLOUD: Files = {
  ...registry("a", "b", "m"),
  ...overlay("base", 'constraints: [{ name: K8s.server.version, value: ">= 1.30" }]\n  componentRefs: [{ name: a }]'),
  ...overlay("monitoring", "criteria: { intent: any }\n  componentRefs: [{ name: m }]"),
  ...overlay("eks", "base: base\n  criteria: { service: eks }\n  componentRefs: [{ name: b, dependencyRefs: [a] }]"),
  ...overlay("eks-training", "base: eks\n  criteria: { service: eks, intent: training }"),
  ...overlay(
    "h100-eks-training",
    "base: eks-training\n  criteria: { service: eks, accelerator: h100, intent: training }",
  ),
  ...overlay("gke", "base: base\n  criteria: { service: gke, os: cos }"),
};

describe("criteria", () => {
  it("are read in any case, with aliases, and default to any", () => {
    assert.deepEqual(parseCriteria({ service: " EKS ", os: "al2023", platform: "", nodes: "4" }), {
      service: "eks",
      accelerator: "any",
      intent: "any",
      os: "amazonlinux",
      platform: "any",
      nodes: 4,
    });
    assert.equal(parseCriteria({ service: "self-managed" }).service, "any");
  });

  it("name what nobody knows, all at once, with what was meant", () => {
    const catalog = load(CLOUD);
    const input = { service: "ekss", intent: "trainign", nodes: "many", acelerator: "h100" };
    assert.deepEqual(
      findingsOf(() => parseCriteria(input, catalog)),
      [
        'acelerator: unknown criterion (did you mean "accelerator"?)',
        'nodes: "many" is not a number of nodes',
        'service: unknown value "ekss"; known: eks, gke (did you mean "eks"?)',
        'intent: unknown value "trainign"; known: training (did you mean "training"?)',
      ],
    );
    assert.deepEqual(knownValues(catalog, "accelerator"), ["h100"]);
  });
});

describe("selecting overlays", () => {
  const applied = (input: Parameters<typeof criteriaOf>[0]): readonly string[] =>
    resolve(load(CLOUD), criteriaOf(input)).recipe.metadata.appliedOverlays;

  it("takes the most specific match with its bases, and every wildcard beside it", () => {
    assert.deepEqual(applied({ service: "eks", accelerator: "h100", intent: "training" }), [
      "base",
      "monitoring",
      "eks",
      "eks-training",
      "h100-eks-training",
    ]);
  });

  it("never gives a specific overlay to a query that leaves its dimension open", () => {
    assert.deepEqual(applied({ service: "eks" }), ["base", "monitoring", "eks"]);
    assert.deepEqual(applied({}), ["base", "monitoring"]);
  });

  it("lays a whole wildcard chain before a more specific chain, bases included", () => {
    const files = { ...CLOUD, ...overlay("h100-any", "criteria: { accelerator: h100, intent: training }") };
    const query = criteriaOf({ service: "eks", accelerator: "h100", intent: "training" });
    const { appliedOverlays } = resolve(load(files), query).recipe.metadata;
    assert.deepEqual(appliedOverlays, ["base", "monitoring", "h100-any", "eks", "eks-training", "h100-eks-training"]);
  });

  it("does not select by node count", () => {
    assert.deepEqual(applied({ service: "eks", nodes: 16 }), ["base", "monitoring", "eks"]);
  });

  it("refuses a stated dimension that nothing covers, and says what would be covered", () => {
    const error = failure(() => applied({ service: "eks", accelerator: "h100" }));
    assert.ok(error instanceof CoverageError);
    assert.deepEqual(error.uncovered, [
      { dimension: "accelerator", requested: "h100", validCompletions: [{ intent: "training" }] },
    ]);
    assert.match(error.message, /nothing covers accelerator "h100" here; covered with: intent=training/);
  });

  it("offers what two overlays ask for together, where one of them is not enough", () => {
    const split = {
      ...registry("a"),
      ...overlay("base", "componentRefs: [{ name: a }]"),
      ...overlay("eks", "criteria: { service: eks, intent: training }"),
      ...overlay("h100", "criteria: { accelerator: h100, os: ubuntu }"),
    };
    const error = failure(() => resolveFrom(split, { service: "eks", accelerator: "h100" }));
    assert.ok(error instanceof CoverageError);
    const completion = { intent: "training", os: "ubuntu" };
    for (const { validCompletions } of error.uncovered) assert.deepEqual(validCompletions, [completion]);
    assert.equal(error.uncovered.length, 2);
    resolveFrom(split, { service: "eks", accelerator: "h100", ...completion });
  });

  it("offers other values when no addition helps", () => {
    const error = failure(() => applied({ service: "gke", intent: "training" }));
    assert.ok(error instanceof CoverageError);
    assert.deepEqual(
      error.uncovered.map(({ dimension, validCompletions }) => [dimension, validCompletions]),
      [
        ["service", [{ service: "eks" }]],
        ["intent", []],
      ],
    );
  });
});

describe("ordering components", () => {
  const order = (refs: string): readonly string[] =>
    resolveFrom({ ...registry("a", "b", "c", "d"), ...overlay("base", `componentRefs: [${refs}]`) }).recipe
      .deploymentOrder;

  it("takes, of all that could come next, the first by name", () => {
    assert.deepEqual(
      order("{ name: a, dependencyRefs: [d] }, { name: c }, { name: b, dependencyRefs: [c] }, { name: d }"),
      ["c", "b", "d", "a"],
    );
  });

  it("leaves out a disabled component and counts edges to it as met", () => {
    const { recipe, warnings } = resolveFrom(
      {
        ...registry("a", "b", "c"),
        ...overlay(
          "base",
          "componentRefs: [{ name: a, dependencyRefs: [b] }, { name: b, dependencyRefs: [c] }, { name: c }]",
        ),
        ...overlay(
          "x",
          'criteria: { os: x }\n  componentRefs: [{ name: b, overrides: { enabled: false } }, { name: c, overrides: { enabled: "false" } }]',
        ),
      },
      { os: "x" },
    );
    assert.deepEqual(recipe.deploymentOrder, ["a", "c"]);
    assert.deepEqual(
      recipe.componentRefs.map(({ name, dependencyRefs }) => [name, dependencyRefs]),
      [
        ["a", []],
        ["c", []],
      ],
    );
    assert.match(warnings[0]?.message ?? "", /^c\.enabled is the text "false", which switches nothing off/);
  });

  it("says who switched a component off", () => {
    const resolution = resolveFrom(
      {
        ...registry("a"),
        ...overlay("base", "componentRefs: [{ name: a }]"),
        ...overlay("x", "criteria: { os: x }\n  componentRefs:\n    - name: a\n      overrides: { enabled: false }"),
      },
      { os: "x" },
    );
    assert.deepEqual(
      resolution.trace.map(({ path, value, line, rule }) => [path, value, line, rule]),
      [["componentRefs.a.enabled", false, 8, "switched off"]],
    );
  });

  it("lets a later overlay switch a component on again", () => {
    const { recipe } = resolveFrom(
      {
        ...registry("a"),
        ...overlay("base", "componentRefs: [{ name: a, overrides: { enabled: false } }]"),
        ...overlay("x", "criteria: { os: x }\n  componentRefs: [{ name: a, overrides: { enabled: true } }]"),
      },
      { os: "x" },
    );
    assert.deepEqual(recipe.deploymentOrder, ["a"]);
  });

  it("refuses a dependency that nobody declares, with a suggestion", () => {
    assert.deepEqual(
      findingsOf(() => order("{ name: a, dependencyRefs: [bb] }, { name: b }")),
      ['0/overlays/base.yaml:5:47: a depends on "bb", which the recipe does not contain (did you mean "b"?)'],
    );
  });

  it("refuses a circle and shows the way round", () => {
    const circle =
      "{ name: a, dependencyRefs: [b] }, { name: b, dependencyRefs: [c] }, { name: c, dependencyRefs: [b] }";
    assert.deepEqual(
      findingsOf(() => order(circle)),
      ["0/overlays/base.yaml:5:81: components wait for each other: b → c → b"],
    );
    assert.match(
      findingsOf(() => order("{ name: a, dependencyRefs: [a] }"))[0] ?? "",
      /components wait for each other: a → a$/,
    );
  });
});

describe("the trace", () => {
  const resolution = () =>
    resolveFrom(
      {
        ...registry("a"),
        "components/a/values.yaml": "driver:\n  version: '1'\n",
        ...overlay("base", "componentRefs:\n    - name: a\n      overrides: { driver: { version: '2' } }"),
        ...overlay(
          "x",
          "criteria: { os: x }\n  componentRefs:\n    - name: a\n      overrides:\n        driver:\n          version: '3'\n        a.b: 1",
        ),
      },
      { os: "x" },
    );

  it("says for a value which document and line set it, by which rule, and what it replaced", () => {
    const [entry, ...others] = explain(resolution(), "a.driver.version");
    const chain = [entry, entry?.replaced, entry?.replaced?.replaced].map((e) => [
      e?.value,
      e?.file.replace(/.*\/0\//, ""),
      e?.line,
      e?.rule,
    ]);
    assert.deepEqual(others, []);
    assert.deepEqual(chain, [
      ["3", "overlays/x.yaml", 10, "override"],
      ["2", "overlays/base.yaml", 7, "override"],
      ["1", "components/a/values.yaml", 2, "component values"],
    ]);
  });

  it("names the overlay or mixin that says so, and the one that brought a component in", () => {
    const { trace } = resolveFrom(
      {
        ...registry("a", "b"),
        "components/a/values.yaml": "x: 1\n",
        ...overlay("base", "mixins: [more]\n  componentRefs: [{ name: a }]"),
        ...overlay("x", "criteria: { os: x }\n  componentRefs: [{ name: a, namespace: n }]"),
        ...mixin("more", "componentRefs: [{ name: b }]"),
      },
      { os: "x" },
    );
    assert.deepEqual(
      trace.map(({ path, by, rule }) => [path, by, rule]),
      [
        ["componentRefs.a.name", { kind: "overlay", name: "base" }, "added"],
        ["componentRefs.a.namespace", { kind: "overlay", name: "x" }, "set"],
        ["componentRefs.a.values.x", undefined, "component values"],
        ['componentRefs.a.manifestFiles."components/a/m.yaml"', undefined, "registry"],
        ["componentRefs.b.name", { kind: "mixin", name: "more" }, "added"],
        ["componentRefs.b.namespace", undefined, "registry default"],
        ['componentRefs.b.manifestFiles."components/b/m.yaml"', undefined, "registry"],
      ],
    );
  });

  it("takes full paths, prefixes and quoted keys", () => {
    assert.equal(explain(resolution(), "componentRefs.a.values.driver.version")[0]?.value, "3");
    assert.deepEqual(
      explain(resolution(), "a").map(({ path }) => path),
      [
        "componentRefs.a.name",
        "componentRefs.a.namespace",
        "componentRefs.a.values.driver.version",
        'componentRefs.a.values."a.b"',
        'componentRefs.a.manifestFiles."components/a/m.yaml"',
      ],
    );
    assert.equal(explain(resolution(), 'a."a.b"')[0]?.value, 1);
    assert.equal(explain(resolution(), "a.namespace")[0]?.rule, "registry default");
  });

  it("refuses a path with nothing at it", () => {
    const error = failure(() => explain(resolution(), "a.driver.verzion"));
    assert.equal(error.code, "RECIPE_PATH_UNKNOWN");
    assert.match(error.message, /did you mean "a\.driver\.version"\?/);
    assert.match(failure(() => explain(resolution(), "a.drivr")).message, /did you mean "a\.driver"\?/);
  });
});

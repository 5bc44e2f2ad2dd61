import assert from "node:assert/strict";
import { formatFinding } from "../errors";
import { explain } from ".";
import { type Files, findingsOf, mixin, overlay, registry, resolveFrom } from "./support.test";

describe("composing components", () => {
  it("adds dependencies and manifests, and replaces scalars", () => {
    const { recipe } = resolveFrom(
      {
        ...registry("a", "b", "c"),
        "components/c/extra.yaml": "kind: Secret\n",
        ...overlay(
          "base",
          "componentRefs: [{ name: a }, { name: b }, { name: c, namespace: one, dependencyRefs: [a], manifestFiles: [components/c/m.yaml] }]",
        ),
        ...overlay(
          "x",
          "criteria: { os: x }\n  componentRefs: [{ name: c, namespace: two, dependencyRefs: [b, a], manifestFiles: [components/c/extra.yaml, components/c/m.yaml] }]",
        ),
      },
      { os: "x" },
    );
    const c = recipe.componentRefs[2];
    assert.equal(c?.namespace, "two");
    assert.deepEqual(c?.dependencyRefs, ["a", "b"]);
    assert.deepEqual(
      c?.manifests.map(({ path, content }) => [path, content.slice(0, 9)]),
      [
        ["components/c/m.yaml", "kind: Con"],
        ["components/c/extra.yaml", "kind: Sec"],
      ],
    );
  });

  it("lays overrides on the values file and that on the component's own values, and keeps nulls", () => {
    const { recipe } = resolveFrom(
      {
        ...registry("a"),
        "components/a/values.yaml": "driver: { version: '1', repository: r, list: [1, 2] }\nkept: true\n",
        "components/a/eks.yaml": "driver: { version: '2', affinity: { node: x } }\n",
        ...overlay("base", "componentRefs: [{ name: a, valuesFile: components/a/eks.yaml }]"),
        ...overlay(
          "x",
          "criteria: { os: x }\n  componentRefs: [{ name: a, overrides: { driver: { version: '3', affinity: null, list: [3] } } }]",
        ),
      },
      { os: "x" },
    );
    assert.deepEqual(recipe.componentRefs[0]?.values, {
      driver: { version: "3", repository: "r", list: [3], affinity: null },
      kept: true,
    });
  });

  it("fills empty fields from the registry and takes the last part of a chart's name", () => {
    const helm =
      "{ defaultRepository: https://charts.jetstack.io, defaultChart: jetstack/cert-manager, defaultVersion: v1.17.2, defaultNamespace: cert-manager }";
    const { recipe } = resolveFrom({
      "registry.yaml": `kind: ComponentRegistry\ncomponents: [{ name: cm, helm: ${helm}, hooks: { Job/check: skip } }]\n`,
      ...overlay("base", "componentRefs: [{ name: cm, version: v1.18.0, hooks: { Job/wait: job } }]"),
    });
    const { type, chart, source, version, namespace, hooks } = recipe.componentRefs[0] ?? {};
    assert.deepEqual(
      { type, chart, source, version, namespace, hooks },
      {
        type: "Helm",
        chart: "cert-manager",
        source: "https://charts.jetstack.io",
        version: "v1.18.0",
        namespace: "cert-manager",
        hooks: { "Job/check": "skip", "Job/wait": "job" },
      },
    );
  });

  it("embeds manifests and the readiness gate, so that the recipe means the same without the catalogue", () => {
    const gate = "kind: ReadinessGate\n";
    const { recipe } = resolveFrom({
      ...registry("a"),
      "components/a/readiness.yaml": gate,
      ...overlay("base", "componentRefs: [{ name: a }]"),
    });
    assert.deepEqual(recipe.componentRefs[0]?.readiness, { path: "components/a/readiness.yaml", content: gate });
  });

  it("refuses a component that lacks what its type needs", () => {
    const files = {
      "registry.yaml":
        "kind: ComponentRegistry\ncomponents: [{ name: h, helm: { defaultRepository: oci://r, defaultChart: h } }, { name: m }]\n",
      ...overlay("base", "componentRefs: [{ name: h }, { name: m }]"),
    };
    assert.deepEqual(
      findingsOf(() => resolveFrom(files)),
      [
        "0/overlays/base.yaml:5:19: h.version: a component of type Helm needs a version (set it here or as the registry's default)",
        "0/overlays/base.yaml:5:19: h.namespace: a component of type Helm needs a namespace (set it here or as the registry's default)",
        "0/overlays/base.yaml:5:32: m.namespace: a component of type Manifest needs a namespace (set it here or as the registry's default)",
        "0/overlays/base.yaml:5:32: m: has no chart, no kustomization and no manifests",
      ],
    );
  });
});

describe("constraints", () => {
  const parent = (value: string): Files => ({
    ...registry(),
    ...overlay("base", `constraints: [{ name: v, value: "${value}" }]`),
  });
  const under = (before: string, after: string) =>
    resolveFrom({ ...parent(before), ...overlay("x", `criteria: { os: x }\n  constraints: [${after}]`) }, { os: "x" });

  for (const [before, after] of [
    [">= 1.30", ">= 1.34"],
    [">= 1.30", "== 1.34.2"],
    [">= 1.30", "1.34"],
    ["> 1.30", ">= 1.31.1"],
    [">= 1.30", "> 1.30"],
    ["<= 1.33", "<= 1.33.4"],
    ["!= cos", "ubuntu"],
    ["!= 1.31.2", ">= 1.32"],
    ["<= 2", "< 2"],
    ["ubuntu", "== ubuntu"],
  ] as const) {
    it(`lets a descendant tighten ${before} to ${after}`, () => {
      const { recipe, warnings } = under(before, `{ name: v, value: "${after}" }`);
      assert.deepEqual([recipe.constraints[0]?.value, warnings], [after, []]);
    });
  }

  for (const [before, after] of [
    [">= 1.34", ">= 1.30"],
    ["> 1.30", ">= 1.30.1"],
    ["<= 1.33.4", "<= 1.33"],
    ["ubuntu", "!= cos"],
  ] as const) {
    it(`keeps ${before} and warns when a descendant demands only ${after}`, () => {
      const { recipe, warnings } = under(before, `{ name: v, value: "${after}" }`);
      assert.equal(recipe.constraints[0]?.value, before);
      assert.match(
        warnings.map(formatFinding).join(),
        /x\.yaml:6:\d+: v ".*" demands less than ".*" of .*base\.yaml:5 and has no effect/,
      );
    });
  }

  it("takes a demand that only warns for less than one that fails, and for more the other way round", () => {
    const warning = (value: string, rest = ""): string => `{ name: v, value: "${value}", severity: warning${rest} }`;
    const { recipe, warnings } = under(">= 1.30", warning(">= 1.30"));
    assert.deepEqual(recipe.constraints, [{ name: "v", value: ">= 1.30" }]);
    assert.match(warnings.map(formatFinding).join(), /only warns, unlike ">= 1\.30" of .* and has no effect/);
    const [relaxed] = under(">= 1.30", warning(">= 1.30", ", relax: a lab")).recipe.constraints;
    assert.equal(relaxed?.severity, "warning");
    // More by its value and less by its severity.
    assert.match(findingsOf(() => under(">= 1.30", warning(">= 1.34")))[0] ?? "", /cannot be combined with/);
    const files = {
      ...registry(),
      ...overlay("base", `constraints: [${warning(">= 1.30")}]`),
      ...overlay("x", 'criteria: { os: x }\n  constraints: [{ name: v, value: ">= 1.30" }]'),
    };
    assert.deepEqual(resolveFrom(files, { os: "x" }).recipe.constraints, [{ name: "v", value: ">= 1.30" }]);
  });

  it("takes a closed floor for weaker than an open one", () => {
    assert.equal(under("> 1.30", '{ name: v, value: ">= 1.30" }').recipe.constraints[0]?.value, "> 1.30");
  });

  it("loosens with a reason, and the trace shows it", () => {
    const resolution = under(">= 1.34", '{ name: v, value: ">= 1.30", relax: no DRA here }');
    assert.deepEqual(resolution.recipe.constraints, [{ name: "v", value: ">= 1.30" }]);
    const [entry] = explain(resolution, "constraints.v");
    assert.equal(entry?.rule, "relaxed: no DRA here");
    assert.equal(entry?.replaced?.value, ">= 1.34");
  });

  for (const [before, after] of [
    ["ubuntu", "cos"],
    ["24.04", "24.4"],
    ["6.8.0-1024-aws", "6.8.0-1025-aws"],
    [">= 1.30", "<= 1.34"],
    [">= 1.30", "!= 1.31"],
    [">= 1.30", "ubuntu"],
  ] as const) {
    it(`refuses ${after} under ${before}: nothing says which counts`, () => {
      assert.match(
        findingsOf(() => under(before, `{ name: v, value: "${after}" }`))[0] ?? "",
        /x\.yaml:6:17: v ".*" cannot be combined with ".*" of .*base\.yaml:5/,
      );
    });
  }
});

describe("validation phases", () => {
  const phases = (before: string, after: string) =>
    resolveFrom(
      {
        ...registry(),
        ...overlay("base", `validation: { performance: ${before} }`),
        ...overlay("x", `criteria: { os: x }\n  validation: { performance: ${after} }`),
      },
      { os: "x" },
    ).recipe.validation.performance;

  it("add up checks and constraints, and replace the rest where given", () => {
    assert.deepEqual(
      phases(
        '{ timeout: 5m, checks: [a, b], infrastructure: i, constraints: [{ name: bw, value: ">= 100" }] }',
        '{ timeout: 10m, checks: [b, c], constraints: [{ name: bw, value: ">= 300" }, { name: model, value: x }], nodeSelection: { maxNodes: 2 } }',
      ),
      {
        timeout: "10m",
        constraints: [
          { name: "bw", value: ">= 300" },
          { name: "model", value: "x" },
        ],
        checks: ["a", "b", "c"],
        nodeSelection: { maxNodes: 2 },
        infrastructure: "i",
      },
    );
  });

  it("clear a list that is given empty and inherit one that is left out", () => {
    assert.deepEqual(
      phases('{ checks: [a], constraints: [{ name: bw, value: ">= 1" }] }', "{ checks: [], constraints: }"),
      {
        constraints: [{ name: "bw", value: ">= 1" }],
        checks: [],
      },
    );
  });

  it("take a bare value as a parameter, of which the later one counts", () => {
    assert.deepEqual(
      phases("{ constraints: [{ name: model, value: small }] }", "{ constraints: [{ name: model, value: large }] }")
        ?.constraints,
      [{ name: "model", value: "large" }],
    );
  });

  it("do not take a bare value for a parameter where a comparison stood, nor on readiness", () => {
    const performance = "{ constraints: [{ name: bandwidth, value: '>= 300' }] }";
    assert.match(
      findingsOf(() => phases(performance, "{ constraints: [{ name: bandwidth, value: '10' }] }")).join(),
      /bandwidth "10" cannot be combined with ">= 300"/,
    );
    const readiness = (value: string) => `validation: { readiness: { constraints: [{ name: v, value: '${value}' }] } }`;
    const files = {
      ...registry(),
      ...overlay("base", readiness("1.34")),
      ...overlay("x", `criteria: { os: x }\n  ${readiness("1.30")}`),
    };
    assert.match(findingsOf(() => resolveFrom(files, { os: "x" })).join(), /v "1\.30" cannot be combined with "1\.34"/);
  });
});

describe("mixins", () => {
  const base = {
    ...registry("a", "b"),
    ...overlay(
      "base",
      "mixins: [m]\n  constraints: [{ name: v, value: x }]\n  componentRefs: [{ name: a, namespace: n }]",
    ),
  };

  it("come last and may bring components, and add manifests and dependencies to others", () => {
    const { recipe } = resolveFrom({
      ...base,
      "components/a/pre.yaml": "kind: Namespace\n",
      ...mixin(
        "m",
        "constraints: [{ name: w, value: y }]\n  componentRefs: [{ name: b }, { name: a, dependencyRefs: [b], preManifestFiles: [components/a/pre.yaml] }]",
      ),
    });
    assert.deepEqual(recipe.deploymentOrder, ["b", "a"]);
    assert.deepEqual(
      recipe.constraints.map(({ name }) => name),
      ["v", "w"],
    );
    assert.deepEqual(
      recipe.componentRefs[0]?.preManifests.map(({ path }) => path),
      ["components/a/pre.yaml"],
    );
  });

  it("may add a namespace, and may not change one", () => {
    const inNamespace = (settled: string) =>
      findingsOf(() =>
        resolveFrom({
          ...registry("a"),
          ...overlay("base", `mixins: [m]\n  componentRefs: [{ name: a${settled} }]`),
          ...mixin("m", "componentRefs: [{ name: a, namespace: other }]"),
        }),
      );
    assert.match(inNamespace(", namespace: n").join(), /m\.yaml.*: mixin "m" may not set namespace of a, which .*base/);
    assert.throws(() => inNamespace(""), /nothing was thrown/);
  });

  it("conflict with what the overlays settled: both sides are named", () => {
    const spec =
      "constraints: [{ name: v, value: x }]\n  componentRefs: [{ name: a, version: v2, overrides: { x: 1 } }]";
    assert.deepEqual(
      findingsOf(() => resolveFrom({ ...base, ...mixin("m", spec) })).map((finding) => finding.replace(/ \(.*\)$/, "")),
      [
        '0/mixins/m.yaml:5:17: mixin "m" sets constraint v, which 0/overlays/base.yaml:6 sets already',
        '0/mixins/m.yaml:6:30: a.version: mixin "m" may not set version of a, which 0/overlays/base.yaml:7 brings in',
        '0/mixins/m.yaml:6:56: a.x: mixin "m" may not set x of a, which 0/overlays/base.yaml:7 brings in',
      ],
    );
  });

  it("may override what the registry calls safe", () => {
    const { recipe } = resolveFrom({
      ...base,
      "registry.yaml": (base["registry.yaml"] as string).replace(
        "{ name: a,",
        "{ name: a, mixinSafeOverridePaths: [telemetry],",
      ),
      ...mixin("m", "componentRefs: [{ name: a, overrides: { telemetry: { on: true } } }]"),
    });
    assert.deepEqual(recipe.componentRefs[0]?.values, { telemetry: { on: true } });
  });

  it("of two operating systems exclude each other", () => {
    const files = {
      ...registry(),
      ...overlay("base", "mixins: [os-ubuntu, os-talos]"),
      ...mixin("os-ubuntu", "constraints: []"),
      ...mixin("os-talos", "constraints: []"),
    };
    assert.deepEqual(
      findingsOf(() => resolveFrom(files)),
      ['0/overlays/base.yaml:5:23: mixin "os-talos" excludes "os-ubuntu", which 0/overlays/base.yaml:5 asks for'],
    );
  });
});

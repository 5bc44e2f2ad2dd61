import assert from "node:assert/strict";
import fc from "fast-check";
import { stringify } from "yaml";
import { type JsonObject, type JsonValue } from "../json";
import { applyScheduling, recipeDigest, resolve } from ".";
import { criteriaOf } from "./criteria";
import { topologicalOrder } from "./order";
import { formatPath, formatSettingPath, parsePath, placeKey } from "./path";
import { type Files, load, overlay, registry } from "./support.test";
import { mergeValues } from "./values";

/** Maps whose keys say what stands at them, so that a map never meets a scalar. `__proto__` and friends are keys like any other. */
const shaped = (depth: number): fc.Arbitrary<JsonObject> => {
  const leaf = fc.oneof(fc.integer(), fc.constant(null), fc.string(), fc.array(fc.integer(), { maxLength: 3 }));
  const leaves = fc.dictionary(fc.constantFrom("l1", "l2", "toString", "constructor"), leaf, { maxKeys: 3 });
  if (depth === 0) return leaves;
  const maps = fc.dictionary(fc.constantFrom("m1", "m2", "__proto__"), shaped(depth - 1), { maxKeys: 2 });
  return fc.tuple(leaves, maps).map(([a, b]) => Object.fromEntries([...Object.entries(a), ...Object.entries(b)]));
};

const anyValues = fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 3 }), {
  maxKeys: 4,
}) as fc.Arbitrary<JsonObject>;
const same = (a: unknown, b: unknown): void => assert.equal(sorted(a), sorted(b));

describe("merging values", () => {
  it("is associative where maps meet maps", () => {
    fc.assert(
      fc.property(shaped(2), shaped(2), shaped(2), (a, b, c) => {
        same(mergeValues(mergeValues(a, b), c), mergeValues(a, mergeValues(b, c)));
      }),
    );
  });

  it("leaves its arguments alone, has the empty map as identity and gives the same again for the same", () => {
    fc.assert(
      fc.property(anyValues, anyValues, (a, b) => {
        const before = [sorted(a), sorted(b)];
        const merged = mergeValues(a, b);
        assert.deepEqual([sorted(a), sorted(b)], before);
        same(mergeValues(a, {}), a);
        same(mergeValues({}, b), b);
        same(mergeValues(merged, b), merged);
      }),
    );
  });

  it("reports exactly the values that it sets", () => {
    fc.assert(
      fc.property(shaped(2), shaped(2), (a, b) => {
        const merged = mergeValues(a, b, (path, value) => same(at(b, path), value));
        for (const [path, value] of leavesOf(b)) same(at(merged, path), value);
      }),
    );
  });
});

describe("paths", () => {
  it("read back as they were written", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), (path) =>
        assert.deepEqual(parsePath(formatPath(path)), path),
      ),
    );
  });

  it("read back as settings name them, with items of lists apart from keys", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.nat()), { minLength: 1, maxLength: 4 }), (path) =>
        assert.deepEqual(parsePath(formatSettingPath(path)), path),
      ),
    );
  });

  it("have places of their own, whatever their keys hold", () => {
    const path = fc.array(fc.string({ unit: fc.constantFrom("a", "\n", '"', "\\n") }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(path, path, (a, b) =>
        assert.equal(placeKey(a) === placeKey(b), JSON.stringify(a) === JSON.stringify(b)),
      ),
      { numRuns: 1000 },
    );
  });
});

describe("topological order", () => {
  const graph = fc
    .array(fc.array(fc.nat(9), { maxLength: 4 }), { minLength: 1, maxLength: 10 })
    .map((rows) => new Map(rows.map((row, i) => [`n${i}`, row.filter((j) => j < i).map((j) => `n${j}`)])));

  it("puts every node once, after what it waits for, whatever the order of the input", () => {
    fc.assert(
      fc.property(graph, fc.nat(), (edges, seed) => {
        const { order, cyclic } = topologicalOrder(edges);
        assert.deepEqual([[...order].sort(), cyclic], [[...edges.keys()].sort(), []]);
        for (const [node, before] of edges)
          for (const other of before) assert.ok(order.indexOf(other) < order.indexOf(node));
        assert.deepEqual(topologicalOrder(new Map(rotate([...edges], seed))).order, order);
      }),
    );
  });
});

/** Three levels and a wildcard over random values. */
const catalogue = fc.record({
  base: shaped(1),
  component: shaped(1),
  left: shaped(1),
  leaf: shaped(1),
  wildcard: shaped(1),
});

const filesOf = (
  values: { readonly [K in "base" | "component" | "left" | "leaf" | "wildcard"]: JsonObject },
  write = stringify,
): Files => {
  const spec = (rest: JsonObject, overrides: JsonObject): string =>
    JSON.stringify({ ...rest, componentRefs: [{ name: "a", overrides }] }).replace(/^\{|\}$/g, "");
  const flow = (rest: JsonObject, overrides: JsonObject): string => `{${spec(rest, overrides)}}`;
  return {
    ...registry("a", "b"),
    "components/a/values.yaml": write(values.component),
    ...overlay("base", flow({ constraints: [{ name: "v", value: ">= 1" }] }, values.base)),
    ...overlay("left", flow({ criteria: { service: "s" } }, values.left)),
    ...overlay("leaf", flow({ base: "left", criteria: { service: "s", intent: "i" } }, values.leaf)),
    ...overlay("wildcard", flow({ criteria: { intent: "any" } }, values.wildcard)),
  };
};

const query = criteriaOf({ service: "s", intent: "i" });

describe("resolving", function () {
  this.timeout(30_000); // each run writes and reads a catalogue

  it("gives the same for the same, changes nothing in the catalogue, and survives being done twice", () => {
    fc.assert(
      fc.property(catalogue, (values) => {
        const catalog = load(filesOf(values));
        const before = snapshot(catalog);
        const first = resolve(catalog, query);
        resolve(catalog, criteriaOf({ service: "s" }));
        assert.equal(JSON.stringify(resolve(catalog, query)), JSON.stringify(first));
        assert.equal(snapshot(catalog), before);
      }),
      { numRuns: 25 },
    );
  });

  it("does not depend on which file a document stands in", () => {
    fc.assert(
      fc.property(catalogue, fc.shuffledSubarray(["w", "x", "y", "z"], { minLength: 4 }), (values, names) => {
        const files = filesOf(values);
        const overlays = Object.keys(files).filter((path) => path.startsWith("overlays/"));
        const renamed = Object.entries(files).map(([path, content]) => [
          overlays.includes(path) ? `overlays/${names[overlays.indexOf(path)]}.yaml` : path,
          content,
        ]);
        const [a, b] = [files, Object.fromEntries(renamed) as Files].map((f) => resolve(load(f), query).recipe);
        assert.deepEqual(a, b);
      }),
      { numRuns: 25 },
    );
  });
});

describe("a recipe's digest", function () {
  this.timeout(30_000); // each run writes and reads a catalogue

  const digest = (files: Files): string => recipeDigest(resolve(load(files), query).recipe);

  it("is not moved by comments, key order or formatting", () => {
    fc.assert(
      fc.property(catalogue, (values) => {
        const other = filesOf(
          values,
          (value) => `# a comment\n${JSON.stringify(reversed(value as JsonValue), null, 3)}\n`,
        );
        const commented = Object.fromEntries(
          Object.entries(other).map(([path, content]) => [path, `# note\n${content as string}\n\n# end\n`]),
        );
        assert.equal(digest(commented), digest(filesOf(values)));
      }),
      { numRuns: 25 },
    );
  });

  it("is moved by any value", () => {
    fc.assert(
      fc.property(catalogue, fc.integer(), (values, n) => {
        const before = resolve(load(filesOf(values)), query).recipe.componentRefs[0]?.values ?? {};
        fc.pre(before.l1 !== n);
        assert.notEqual(digest(filesOf({ ...values, leaf: { ...values.leaf, l1: n } })), digest(filesOf(values)));
      }),
      { numRuns: 25 },
    );
  });

  it("is the same for a recipe that was stored as JSON", () => {
    const { recipe } = resolve(
      load(filesOf({ base: {}, component: { l1: 1 }, left: {}, leaf: {}, wildcard: {} })),
      query,
    );
    assert.equal(recipeDigest(JSON.parse(JSON.stringify(recipe)) as typeof recipe), recipeDigest(recipe));
  });

  const plain = filesOf({ base: {}, component: {}, left: {}, leaf: {}, wildcard: {} });
  const changed = (path: string, from: string, to: string): Files => ({
    ...plain,
    [path]: String(plain[path]).replace(from, to),
  });

  it("is not moved by prose", () => {
    const described = changed(
      "overlays/base.yaml",
      "metadata: { name: base }",
      "metadata: { name: base, description: other words }",
    );
    const advised = changed("overlays/base.yaml", '"value":">= 1"', '"value":">= 1","remediation":"upgrade"');
    for (const files of [described, advised]) {
      assert.notDeepEqual(files, plain);
      assert.equal(digest(files), digest(plain));
    }
  });

  it("is moved by a constraint, a manifest, a readiness gate, a namespace and the order", () => {
    const variants: readonly Files[] = [
      changed("overlays/base.yaml", '">= 1"', '">= 2"'),
      changed("components/a/m.yaml", "ConfigMap", "Secret"),
      { ...plain, "components/a/readiness.yaml": "kind: ReadinessGate\n" },
      changed("registry.yaml", "defaultNamespace: a", "defaultNamespace: z"),
      changed("overlays/leaf.yaml", '"componentRefs":[', '"componentRefs":[{"name":"b"},'),
    ];
    const digests = variants.map(digest);
    assert.equal(new Set([...digests, digest(plain)]).size, variants.length + 1);
  });

  it("is not moved by the line ends of a checkout", () => {
    const block = "data:\n  script: |\n    one\n    two\n";
    const files: Files = {
      ...plain,
      "components/a/values.yaml": block,
      "components/a/m.yaml": `kind: ConfigMap\n${block}---\nkind: Secret\n`,
      "components/a/readiness.yaml": "kind: ReadinessGate\nnote: >-\n  one\n  two\n",
    };
    const template = { ...files, "components/a/m.yaml": "{{ if .Values.x }}\nkind: A\n{{ end }}\n" };
    for (const unix of [files, template]) {
      const windows = Object.entries(unix).map(([path, text]) => [path, String(text).replaceAll("\n", "\r\n")]);
      assert.equal(digest(Object.fromEntries(windows) as Files), digest(unix));
    }
  });

  it("is not moved by a comment in a manifest, and covers the bytes of a template that is not YAML", () => {
    assert.equal(digest(changed("components/a/m.yaml", "kind:", "# why\nkind:")), digest(plain));
    const template = { ...plain, "components/a/m.yaml": "{{ if .Values.x }}\nkind: A\n{{ end }}\n" };
    assert.notEqual(
      digest({ ...template, "components/a/m.yaml": "{{ if .Values.y }}\nkind: A\n{{ end }}\n" }),
      digest(template),
    );
  });
});

describe("scheduling", () => {
  it("writes selectors, tolerations and the node count where the registry says, and leaves the rest", () => {
    const files = {
      ...registry("a"),
      "registry.yaml": `kind: ComponentRegistry
components:
  - name: a
    manifest: { defaultNamespace: a }
    manifestFiles: [components/a/m.yaml]
    nodeScheduling:
      system: { nodeSelectorPaths: [operator.nodeSelector], tolerationPaths: [operator.tolerations] }
      accelerated: { nodeSelectorPaths: ["daemonsets.\\"a.b\\""] }
      nodeCountPaths: [count]
`,
      "components/a/values.yaml": "operator: { nodeSelector: { old: x }, replicas: 2 }\ncount: 0\n",
      ...overlay("base", "componentRefs: [{ name: a }]"),
    };
    const [component] = resolve(load(files), criteriaOf({})).recipe.componentRefs;
    assert.ok(component);
    const tolerations = [{ key: "nvidia.com/gpu", operator: "Exists" }];
    const scheduled = applyScheduling(component, {
      system: { nodeSelector: { pool: "system" }, tolerations: [] },
      accelerated: { nodeSelector: { pool: "gpu" }, tolerations },
      gpuNodes: 3,
    });
    assert.deepEqual(scheduled.values, {
      operator: { nodeSelector: { pool: "system" }, replicas: 2, tolerations: [] },
      count: 3,
      daemonsets: { "a.b": { pool: "gpu" } },
    });
    assert.deepEqual(component.values.count, 0);
  });
});

/** JSON with sorted keys. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

function reversed(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}

function rotate<T>(items: readonly T[], by: number): readonly T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

function at(value: JsonValue, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (inner, key) =>
      inner !== undefined && Object.hasOwn(Object(inner) as object, key) ? (inner as JsonObject)[key] : undefined,
    value,
  );
}

function leavesOf(
  value: JsonObject,
  path: readonly string[] = [],
): readonly (readonly [readonly string[], JsonValue])[] {
  return Object.entries(value).flatMap(([key, item]) =>
    typeof item === "object" && item !== null && !Array.isArray(item) && Object.keys(item).length > 0
      ? leavesOf(item as JsonObject, [...path, key])
      : typeof item === "object" && item !== null && !Array.isArray(item)
        ? []
        : [[[...path, key], item] as const],
  );
}

function snapshot(catalog: ReturnType<typeof load>): string {
  return JSON.stringify(
    [catalog.overlays, catalog.mixins, catalog.components, catalog.values, catalog.files].map((map) => [
      ...(map as ReadonlyMap<string, unknown>),
    ]),
  );
}

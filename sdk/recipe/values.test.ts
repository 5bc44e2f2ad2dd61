import assert from "node:assert/strict";
import { applyScheduling, explain, parseSetting, type RecipeChoices, resolve } from ".";
import { type JsonObject } from "../json";
import { criteriaOf } from "./criteria";
import { type Files, load, overlay } from "./support.test";

/*
 * Each source of values sets everything that the sources after it set, so that who has the last word on `n` is source n. The keys that end
 * in `File` to `Set` are only that source's own.
 */
const FILES: Files = {
  "registry.yaml": `kind: ComponentRegistry
apiVersion: cairn.dev/v1
components:
  - name: a
    manifest: { defaultNamespace: a }
    manifestFiles: [components/a/m.yaml]
    nodeScheduling:
      system: { nodeSelectorPaths: [nodeSelector] }
      accelerated: { nodeSelectorPaths: [worker.nodeSelector], tolerationPaths: [worker.tolerations] }
      nodeCountPaths: [nodes]
`,
  "components/a/m.yaml": "kind: ConfigMap\n",
  "components/a/values.yaml":
    "own: { component: 1 }\nlast: { one: component, two: component, three: component, four: component }\nlist: [component]\nworker: { replicas: 1 }\n",
  "components/a/values-x.yaml":
    "own: { file: 1 }\nlast: { two: file, three: file, four: file }\nlist: [file]\nnodes: 7\n",
  ...overlay("base", "componentRefs: [{ name: a, valuesFile: components/a/values-x.yaml }]"),
  ...overlay(
    "x",
    "criteria: { os: x }\n  componentRefs: [{ name: a, overrides: { own: { override: 1 }, last: { three: override, four: override }, list: [override], gone: null } }]",
  ),
};

const SCHEDULING = {
  system: { nodeSelector: { pool: "system" }, tolerations: [] },
  accelerated: { nodeSelector: { pool: "gpu" }, tolerations: [{ key: "nvidia.com/gpu", operator: "Exists" }] },
  gpuNodes: 3,
} as const;

const CHOICES: RecipeChoices = {
  values: [
    parseSetting("a:last.four=set"),
    parseSetting("a:own.set=1"),
    parseSetting('a:extra={"from":"json","also":"json"}', "json"),
    parseSetting("a:extra.from=set"),
    parseSetting("a:nodes=9"),
    parseSetting("a:worker.tolerations[0].key=mine"),
    parseSetting("a:worker.nodeSelector.mine=yes"),
  ],
};

describe("the values of a component", () => {
  const resolution = resolve(load(FILES), criteriaOf({ os: "x" }), CHOICES);
  const [component] = resolution.recipe.componentRefs;
  assert.ok(component);

  it("are the component's, the values file's, the overrides and what is set, each on the one before", () => {
    const values = { ...component.values };
    for (const scheduled of ["worker", "nodes"]) delete values[scheduled];
    const expected: JsonObject = {
      own: { component: 1, file: 1, override: 1, set: 1 },
      last: { one: "component", two: "file", three: "override", four: "set" },
      list: ["override"],
      gone: null,
      extra: { from: "set", also: "json" },
    };
    assert.deepEqual(values, expected);
  });

  it("take the cluster's scheduling last, whatever was set there", () => {
    assert.deepEqual(component.values["worker"], {
      replicas: 1,
      tolerations: [{ key: "mine" }],
      nodeSelector: { mine: "yes" },
    });
    const { worker, nodes, nodeSelector } = applyScheduling(component, SCHEDULING).values;
    assert.deepEqual(worker, { replicas: 1, ...SCHEDULING.accelerated });
    assert.deepEqual([nodes, nodeSelector], [3, { pool: "system" }]);
  });

  it("remember the whole way", () => {
    let step = explain(resolution, "a.last.four")[0];
    const way: unknown[] = [];
    for (; step !== undefined; step = step.replaced) way.push([step.value, step.rule]);
    assert.deepEqual(way, [
      ["set", "set from outside"],
      ["override", "override"],
      ["file", "values file"],
      ["component", "component values"],
    ]);
  });
});

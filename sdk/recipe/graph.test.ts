import assert from "node:assert/strict";
import fc from "fast-check";
import { deploymentLevels, recipeGraph, type Resolution } from ".";
import { overlay, registry, resolveFrom } from "./support.test";

const resolutionOf = (edges: Readonly<Record<string, readonly string[]>>): Resolution => {
  const refs = Object.entries(edges).map(
    ([name, before]) => `{ name: ${name}, dependencyRefs: [${before.join(", ")}] }`,
  );
  return resolveFrom({ ...registry(...Object.keys(edges)), ...overlay("base", `componentRefs: [${refs.join(", ")}]`) });
};
const resolution = resolutionOf({
  operator: [],
  end: ["operator"],
  metrics: ["operator"],
  trainer: ["end", "operator"],
});

describe("the graph of a recipe", () => {
  it("has what can deploy together on one level", () => {
    assert.deepEqual(deploymentLevels(resolution.recipe), [["operator"], ["end", "metrics"], ["trainer"]]);
  });

  it("puts every component above what it waits for, once, and no higher than it must", () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const edges = fc.tuple(...names.map((_, i) => fc.subarray(names.slice(0, i))));
    fc.assert(
      fc.property(edges, (before) => {
        const levels = deploymentLevels(
          resolutionOf(Object.fromEntries(names.map((name, i) => [name, before[i] ?? []]))).recipe,
        );
        assert.deepEqual(levels.flat().sort(), names);
        const levelOf = (name: string): number => levels.findIndex((level) => level.includes(name));
        for (const [i, name] of names.entries())
          assert.equal(levelOf(name), Math.max(-1, ...(before[i] ?? []).map(levelOf)) + 1);
      }),
      { numRuns: 25 },
    );
  });

  it("is a Mermaid flowchart in which no name is taken for syntax", () => {
    assert.equal(
      recipeGraph(resolution, "mermaid"),
      `flowchart LR
  subgraph level0 ["level 1"]
    c0["operator"]
  end
  subgraph level1 ["level 2"]
    c1["end"]
    c2["metrics"]
  end
  subgraph level2 ["level 3"]
    c3["trainer"]
  end
  c0 --> c1
  c0 --> c2
  c0 --> c3
  c1 --> c3
`,
    );
  });

  it("is a Graphviz digraph with a rank for each level", () => {
    assert.equal(
      recipeGraph(resolution, "dot"),
      `digraph recipe {
  rankdir=LR;
  node [shape=box];
  { rank=same; "operator" [label="operator"]; }
  { rank=same; "end" [label="end"]; "metrics" [label="metrics"]; }
  { rank=same; "trainer" [label="trainer"]; }
  "operator" -> "end";
  "operator" -> "metrics";
  "operator" -> "trainer";
  "end" -> "trainer";
}
`,
    );
  });
});

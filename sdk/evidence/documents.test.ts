import assert from "node:assert/strict";
import { LockView, readYaml } from "./documents";

describe("a lock in evidence", () => {
  const digest = `sha256:${"1".repeat(64)}`;
  const read = (chart: string) =>
    readYaml(
      LockView,
      `recipe: { digest: "${digest}", criteria: {} }\ncharts: { __proto__: ${chart} }\nimages: []\n`,
      "lock.yaml",
      "EVIDENCE_LOCK_MISMATCH",
    );

  it("shows every chart, one named like what every object has included", () => {
    const { charts } = read(`{ source: s, chart: c, version: "1", archive: "${digest}" }`);
    assert.deepEqual(
      Object.entries(charts).map(([name, { chart }]) => [name, chart]),
      [["__proto__", "c"]],
    );
  });

  it("is refused when such a chart is none", () => {
    assert.throws(() => read("{ source: s }"), /lock\.yaml: charts\.__proto__\.archive: /);
  });
});

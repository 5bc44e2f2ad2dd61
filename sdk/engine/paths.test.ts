import assert from "node:assert/strict";
import { covers, keepOld, parsePath } from "./paths";

describe("property paths", () => {
  it("reads every notation that Pulumi has", () => {
    assert.deepEqual(parsePath('spec.containers[0].env["a.b"]["say \\"hi\\""][*]'), [
      "spec",
      "containers",
      0,
      "env",
      "a.b",
      'say "hi"',
      "*",
    ]);
  });

  it("covers what lies under a pattern", () => {
    assert.equal(covers(parsePath("spec.list[*].image"), parsePath("spec.list[3].image.tag")), true);
    assert.equal(covers(parsePath("spec.list"), parsePath("spec")), false);
    assert.equal(covers(parsePath("*"), parsePath("anything")), true);
  });

  it("keeps old values at ignored paths: changed, added, removed, in lists and under wildcards", () => {
    const olds = { a: { x: 1, y: 1 }, list: [{ v: 1 }, { v: 1 }], gone: 1 };
    const news = { a: { x: 2, y: 2 }, list: [{ v: 2 }, { v: 2 }, { v: 2 }], added: 1 };
    assert.deepEqual(keepOld(news, olds, ["a.x", "list[*].v", "gone", "added"]), {
      a: { x: 1, y: 2 },
      list: [{ v: 1 }, { v: 1 }, { v: 2 }],
      gone: 1,
    });
  });

  it("leaves the new value alone where a path leads nowhere", () => {
    assert.deepEqual(keepOld({ a: 1 }, { b: { c: 1 } }, ["b.c", "a.b.c"]), { a: 1 });
  });
});

import assert from "node:assert/strict";
import { Assertions } from "./assertions";

describe("a check's assertions", () => {
  const observed = { expected: "x", observed: "x" };
  it("pass when each one passed", () => {
    const assertions = new Assertions();
    assertions.positive("a", { ...observed, passed: true });
    assertions.negative("b", { ...observed, passed: true });
    assert.equal(assertions.result().status, "passed");
  });
  it("fail with one that failed, and keep all", () => {
    const assertions = new Assertions();
    assertions.positive("a", { ...observed, passed: false });
    assertions.negative("b", { ...observed, passed: true });
    const { status, assertions: all } = assertions.result();
    assert.deepEqual([status, all.map((a) => a.control)], ["failed", ["positive", "negative"]]);
  });
  it("never pass when nothing was asserted", () => assert.equal(new Assertions().result().status, "error"));
});

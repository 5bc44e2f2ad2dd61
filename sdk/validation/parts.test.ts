import assert from "node:assert/strict";
import fc from "fast-check";
import { Assertions } from "./assertions";
import { parseDuration } from "./duration";
import { nearest } from "./nearest";

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

describe("durations", () => {
  it("are read as Go writes them", () => {
    assert.equal(parseDuration("10m"), 600_000);
    assert.equal(parseDuration("1h30m"), 5_400_000);
    assert.equal(parseDuration("1.5s"), 1_500);
    assert.equal(parseDuration("250ms"), 250);
  });
  for (const text of ["", "10", "m", "10 m", "10m!", "-5m"])
    it(`"${text}" is refused`, () => assert.throws(() => parseDuration(text), /is not a duration/));
});

describe("nearest names", () => {
  it("puts the likeliest first", () =>
    assert.deepEqual(nearest("dra-suport", ["gang-scheduling", "dra-support", "dra-report"]), [
      "dra-support",
      "dra-report",
    ]));
  it("offers nothing for something else", () => assert.deepEqual(nearest("zzzzzzzzzzzzzzzz", ["dra-support"]), []));
  it("finds every name itself", () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(names, fc.nat(5), (all, i) =>
        assert.equal(nearest(all[i % all.length] ?? "", all)[0], all[i % all.length]),
      ),
    );
  });
});

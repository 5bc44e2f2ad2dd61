import assert from "node:assert/strict";
import fc from "fast-check";
import { nearest } from "./nearest";

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

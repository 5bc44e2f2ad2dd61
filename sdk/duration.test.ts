import assert from "node:assert/strict";
import { parseDuration } from "./duration";

describe("durations", () => {
  it("are read as Go writes them", () => {
    assert.equal(parseDuration("10m"), 600_000);
    assert.equal(parseDuration("1h30m"), 5_400_000);
    assert.equal(parseDuration("1.5s"), 1_500);
    assert.equal(parseDuration("250ms"), 250);
    assert.equal(parseDuration("5µs"), 0.005);
  });
  for (const text of ["", "10", "m", "10 m", "10m!", "-5m"])
    it(`"${text}" is refused`, () => assert.throws(() => parseDuration(text), /is not a duration/));
});

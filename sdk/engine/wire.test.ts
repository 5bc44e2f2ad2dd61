import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type JsonObject } from "../json";
import {
  changedPaths,
  equal,
  hasSecret,
  hasUnknown,
  markLike,
  markNamed,
  plain,
  redact,
  secret,
  secretTexts,
  SIGNATURE,
  UNKNOWN,
} from "./wire";

const json = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 5 }).filter((key) => key !== "__proto__"),
  fc.jsonValue({ maxDepth: 3 }),
  { noNullPrototype: true },
) as unknown as fc.Arbitrary<JsonObject>;

describe("wire forms", () => {
  it("takes secrets and resource references off for a provider", () => {
    const id = { [SIGNATURE]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:x", id: "x-1" };
    const component = { [SIGNATURE]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:y" };
    const value = { list: [secret("s"), id, component], nested: secret({ deep: secret(1) }) };
    assert.deepEqual(plain(value), { list: ["s", "x-1", "urn:y"], nested: { deep: 1 } });
  });

  it("marks an answer secret where the inputs are, and as a whole where the shape changed", () => {
    const inputs = { a: secret("x"), b: { c: secret("y"), d: 1 }, list: [1, secret(2)], e: { f: secret("z") } };
    const answer = markLike({ a: "x", b: { c: "y", d: 1 }, list: [1, 2], e: "z", other: "free" }, inputs);
    assert.deepEqual(answer, {
      a: secret("x"),
      b: { c: secret("y"), d: 1 },
      list: [1, secret(2)],
      e: secret("z"),
      other: "free",
    });
  });

  it("marks named outputs once", () => {
    assert.deepEqual(markNamed({ a: secret(1), b: 2, c: 3 }, ["a", "b"]), { a: secret(1), b: secret(2), c: 3 });
  });

  it("gives back what it was given, whatever that is, when nothing is special", () => {
    fc.assert(fc.property(json, (value) => equal(plain(value), value) && equal(redact(value), value)));
  });

  it("takes off what it put on", () => {
    fc.assert(fc.property(json, (value) => equal(plain({ outer: [secret(value)] }), { outer: [value] })));
  });

  it("never leaves a secret readable", () => {
    const shown = JSON.stringify(redact({ list: [{ deep: secret({ password: "hunter2-hunter2" }) }] }));
    assert.ok(!shown.includes("hunter2"));
    assert.deepEqual(secretTexts({ deep: [secret({ password: "hunter2-hunter2" })] }), ["hunter2-hunter2"]);
  });

  it("finds unknowns and secrets at any depth", () => {
    assert.equal(hasUnknown({ a: [{ b: secret(UNKNOWN) }] }), true);
    assert.equal(hasUnknown({ a: "x" }), false);
    assert.equal(hasSecret({ a: [{ b: secret(1) }] }), true);
  });

  it("names the places where two values differ, and none where they don't", () => {
    assert.deepEqual(changedPaths({ a: { b: [1, 2] }, c: 1 }, { a: { b: [1, 3] }, d: 1 }), ["a.b[1]", "c", "d"]);
    fc.assert(fc.property(json, (value) => changedPaths(value, structuredClone(value)).length === 0));
  });
});

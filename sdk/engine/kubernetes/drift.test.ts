import assert from "node:assert/strict";

import fc from "fast-check";

import { type JsonObject } from "../../json";
import { driftedInputs } from "./drift";

const containers = (...list: JsonObject[]) => ({ spec: { containers: list } });

describe("Kubernetes drift", () => {
  it("is none while the object is what the last operation left, in whatever form the server keeps it", () => {
    const inputs = { spec: { cpu: "1000m", image: "app:1" } };
    const live = { spec: { cpu: "1", image: "app:1@sha256:0", added: true } };
    assert.deepEqual(driftedInputs(inputs, live, live), inputs);
    assert.deepEqual(driftedInputs(inputs, live, { spec: { ...live.spec, cpu: "2" } }), {
      spec: { cpu: "2", image: "app:1" },
    });
  });

  it("matches named items by name, so that a sidecar that others add does not count", () => {
    const inputs = containers({ name: "main", image: "app:1" });
    const then = containers({ name: "main", image: "app:1" });
    const sidecar = { name: "sidecar", image: "proxy" };
    assert.deepEqual(driftedInputs(inputs, then, containers(sidecar, { name: "main", image: "app:1" })), inputs);
    const changed = containers(sidecar, { name: "main", image: "app:2" });
    assert.deepEqual(driftedInputs(inputs, then, changed), containers({ name: "main", image: "app:2" }));
    assert.deepEqual(driftedInputs(inputs, then, containers(sidecar)), containers());
  });

  it("shows a list without names as it is now", () => {
    const change = (now: readonly string[]) => driftedInputs({ args: ["a", "b"] }, { args: ["a", "b"] }, { args: now });
    assert.deepEqual(change(["a", "b"]), { args: ["a", "b"] });
    assert.deepEqual(change(["a", "c", "d"]), { args: ["a", "c", "d"] });
  });

  it("finds a changed Secret in its stringData", () => {
    const data = (text: string) => ({ data: { key: Buffer.from(text).toString("base64"), other: "eA==" } });
    const inputs = { stringData: { key: "old" } };
    assert.deepEqual(driftedInputs(inputs, data("old"), data("old")), inputs);
    assert.deepEqual(driftedInputs(inputs, data("old"), data("new")), { stringData: { key: "new" } });
    assert.deepEqual(driftedInputs(inputs, data("old"), {}), inputs);
  });

  const key = fc.oneof(fc.constantFrom("a", "b", "c"), fc.constantFrom("constructor", "toString"));
  const json = fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true }) as fc.Arbitrary<JsonObject>;

  it("is none for any object that has not changed", () => {
    fc.assert(fc.property(json, json, (inputs, live) => assert.deepEqual(driftedInputs(inputs, live, live), inputs)));
  });

  it("never brings in a field that the inputs did not have", () => {
    fc.assert(
      fc.property(json, json, json, (inputs, then, now) => {
        for (const name of Object.keys(driftedInputs(inputs, then, now))) assert(Object.hasOwn(inputs, name));
      }),
    );
  });

  it("leaves out whatever was removed, also under the names of JavaScript's own properties", () => {
    fc.assert(fc.property(json, (inputs) => assert.deepEqual(driftedInputs(inputs, inputs, {}), {})));
  });
});

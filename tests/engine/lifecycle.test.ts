import assert from "node:assert/strict";
import { type Entry } from "./scenario";
import { type Outcome, Stack, steps } from "./harness";

/** c depends on b, which depends on a. */
const chain = (a: Record<string, unknown> = {}): Entry[] => [
  { name: "a", props: a },
  { name: "b", props: { x: { from: "a.made" } } },
  { name: "c", props: { x: { from: "b.made" } } },
];

describe("embedded engine: the life of a stack", function () {
  this.timeout(120_000);
  const stack = new Stack();
  after(() => stack.remove());
  beforeEach(() => stack.forgetCalls());

  it("previews creates and leaves no trace", async () => {
    const outcome = await stack.run("preview", { resources: chain(), outputs: { last: { from: "c.made" } } });
    assert.deepEqual(steps(outcome), ["create scenario-test", "create a", "create b", "create c"]);
    assert.deepEqual(outcome.changes, { create: 4 });
    assert.deepEqual(stack.calls(), []);
    assert.throws(() => stack.stateText, /ENOENT/);
  });

  it("shows an output as unknown at preview when a resource must be created for it", async () => {
    const outcome = await stack.run("preview", { resources: chain(), outputs: { last: { from: "c.made" }, fixed: 1 } });
    assert.equal(outcome.outputs["last"], undefined);
    assert.equal(outcome.outputs["fixed"], 1);
  });

  it("creates in dependency order", async () => {
    const outcome = await stack.run("up", { resources: chain(), outputs: { last: { from: "c.made" } } });
    assert.equal(outcome.ok, true);
    assert.deepEqual(stack.calls(), ["create a", "create b", "create c"]);
    assert.deepEqual(outcome.outputs, { last: "c-made" });
    assert.equal(outcome.resources, 5); // the stack, the default provider and three of ours
  });

  it("says which engine ran", async () => {
    const { events } = await stack.run("preview", {});
    const [first] = events;
    assert.equal(first?.type === "engine" && first.engine, "embedded");
  });

  it("does nothing when nothing changed, and leaves the state file alone", async () => {
    const before = stack.stateText;
    const outcome = await stack.run("up", { resources: chain(), outputs: { last: { from: "c.made" } } });
    assert.deepEqual(outcome.changes, { same: 4 });
    assert.deepEqual(stack.calls(), []);
    assert.equal(stack.stateText, before);
  });

  it("updates in place and names the changed properties", async () => {
    const outcome = await stack.up(chain({ size: 2, extra: { deep: [1] } }));
    assert.deepEqual(stack.calls(), ["update a"]);
    const done = outcome.events.find((event) => event.type === "step-done" && event.op === "update");
    assert.deepEqual(done?.type === "step-done" && [...(done.diff ?? [])].sort(), ["extra", "size"]);
    assert.equal(stack.saved("a").inputs?.["size"], 2);
  });

  it("replaces by creating first, and deletes the old object last", async () => {
    const before = stack.saved("a").id;
    const outcome = await stack.up(chain({ key: 1 }));
    assert.deepEqual(stack.calls(), ["create a", "delete a"]);
    assert.notEqual(stack.saved("a").id, before);
    assert.equal(outcome.changes.replace, 1);
    assert.equal(stack.names().filter((name) => name === "a").length, 1);
  });

  it("replaces by deleting first, together with the dependents that are replaced in turn", async () => {
    const withKeys = (key: number): Entry[] => [
      { name: "a", props: { key, before: true } },
      { name: "b", props: { key: { from: "a.echo" } } },
      { name: "c", props: { x: { from: "a.made" } } },
      { name: "d", options: { dependsOn: ["a"] } },
    ];
    assert.equal((await stack.up(withKeys(2))).ok, true);
    stack.forgetCalls();
    const preview = await stack.preview(withKeys(3));
    assert.deepEqual(stack.calls(), []);
    assert.ok(steps(preview).includes("delete-replaced b"));
    const outcome = await stack.up(withKeys(3));
    assert.equal(outcome.ok, true, outcome.errors.join("\n"));
    assert.deepEqual(stack.calls(), ["delete b", "delete a", "create a", "create b"]);
  });

  it("deletes what the program no longer asks for, dependents first", async () => {
    await stack.up(chain());
    stack.forgetCalls();
    const outcome = await stack.up([{ name: "a" }]);
    assert.deepEqual(stack.calls(), ["delete c", "delete b"]);
    assert.equal(outcome.changes.delete, 2);
  });

  it("destroys everything in reverse dependency order", async () => {
    await stack.up(chain());
    stack.forgetCalls();
    const outcome = await stack.run("destroy");
    assert.deepEqual(stack.calls(), ["delete c", "delete b", "delete a"]);
    assert.equal(outcome.resources, 0);
    assert.deepEqual(stack.state.resources, []);
  });
});

describe("embedded engine: refresh", function () {
  this.timeout(120_000);
  const stack = new Stack();
  const resources: Entry[] = [{ name: "kept" }, { name: "changed", props: { size: 1 } }, { name: "lost" }];
  let outcome: Outcome;
  after(() => stack.remove());

  before(async () => {
    await stack.up(resources);
    stack.forgetCalls();
    const drift = { changed: { size: 9 }, lost: "gone" };
    outcome = await stack.run("refresh", {}, { env: { DRIFT: JSON.stringify(drift) } });
  });

  it("takes changes of the real objects into the state", () => {
    assert.equal(stack.saved("changed").outputs?.["size"], 9);
    const done = outcome.events.find((event) => event.type === "step-done" && event.op === "refresh");
    assert.deepEqual(done?.type === "step-done" && done.diff, ["size"]);
  });

  it("forgets objects that are gone, without deleting anything", () => {
    assert.ok(!stack.names().includes("lost"));
    assert.deepEqual(outcome.changes, { same: 1, refresh: 1, delete: 1 });
    assert.deepEqual(stack.calls(), []);
  });

  it("lets the next up put right what drifted and make again what is gone", async () => {
    await stack.up(resources);
    assert.deepEqual(stack.calls().sort(), ["create lost", "update changed"]);
  });

  it("refreshes before an operation when asked to", async () => {
    const again = await stack.preview(resources, { refresh: true, env: { DRIFT: JSON.stringify({ kept: "gone" }) } });
    assert.ok(steps(again).includes("create kept"));
    assert.ok(stack.names().includes("kept"), "a preview must not write the state");
  });
});

import assert from "node:assert/strict";
import { Stack } from "./harness";
import { type Entry } from "./scenario";

describe("embedded engine: when something goes wrong", function () {
  this.timeout(240_000);
  let stack: Stack;
  beforeEach(() => (stack = new Stack()));
  afterEach(() => stack.remove());

  it("keeps what was made when the program throws, deletes nothing, and goes on the next time", async () => {
    await stack.up([{ name: "a" }, { name: "b" }]);
    stack.forgetCalls();
    const failed = await stack.up([{ name: "a", props: { size: 1 } }, { name: "c" }, { name: "", throw: "half way" }]);
    assert.equal(failed.ok, false);
    assert.match(failed.errors.join("\n"), /half way/);
    assert.ok(!stack.calls().some((call) => call.startsWith("delete")));
    assert.ok(stack.names().includes("b"));
    const outcome = await stack.up([{ name: "a", props: { size: 1 } }, { name: "c" }]);
    assert.equal(outcome.ok, true, outcome.errors.join("\n"));
    assert.deepEqual(stack.calls().sort(), ["create c", "delete b", "update a"]);
  });

  it("reports a create that fails, saves its siblings, and leaves nothing pending", async () => {
    const outcome = await stack.up([
      { name: "good" },
      { name: "bad", props: { failOn: "create" }, options: { dependsOn: ["good"] } },
    ]);
    assert.equal(outcome.ok, false);
    assert.deepEqual(outcome.errors.length, 1);
    assert.match(outcome.errors[0] ?? "", /::bad: create of bad failed$/);
    assert.ok(stack.names().includes("good") && !stack.names().includes("bad"));
    assert.equal(stack.state.pending_operations, undefined);
  });

  it("keeps an object that did not become ready, and tries it again", async () => {
    const failed = await stack.up([{ name: "late", props: { failOn: "create-late" } }]);
    assert.match(failed.errors.join("\n"), /did not become ready: never became ready/);
    assert.deepEqual(stack.saved("late")["initErrors"], ["never became ready"]);
    stack.forgetCalls();
    const outcome = await stack.up([{ name: "late" }]);
    assert.equal(outcome.ok, true);
    assert.deepEqual(stack.calls(), ["update late"]);
    assert.equal(stack.saved("late")["initErrors"], undefined);
  });

  it("says which property a provider refuses", async () => {
    const outcome = await stack.preview([{ name: "wrong", props: { failOn: "check" } }]);
    assert.match(outcome.errors.join("\n"), /::wrong: the provider refuses the inputs\n {2}failOn: refused/);
  });

  it("keeps what an object needs when the object cannot be deleted", async () => {
    const resources: Entry[] = [
      { name: "base" },
      { name: "stuck", props: { failOn: "delete" }, options: { dependsOn: ["base"] } },
    ];
    await stack.up(resources);
    const outcome = await stack.run("destroy");
    assert.equal(outcome.ok, false);
    assert.ok(stack.names().includes("base") && stack.names().includes("stuck"));
    assert.ok(!stack.calls().includes("delete base"));
  });

  it("stops when told to: steps in flight end and are saved, others do not begin", async () => {
    const stop = new AbortController();
    const outcome = await stack.up(
      [
        { name: "slow", props: { delay: 800 } },
        { name: "never", options: { dependsOn: ["slow"] } },
      ],
      {
        signal: stop.signal,
        onEvent: (event) => {
          if (event.type === "step-started" && event.urn.endsWith("::slow")) stop.abort();
        },
      },
    );
    assert.equal(outcome.ok, false);
    assert.match(outcome.errors.join("\n"), /interrupted/);
    assert.deepEqual(stack.calls(), ["create slow"]);
    assert.ok(stack.names().includes("slow") && !stack.names().includes("never"));
  });
});

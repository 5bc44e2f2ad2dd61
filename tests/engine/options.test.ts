import assert from "node:assert/strict";
import path from "node:path";
import { nameOf, Stack, steps } from "./harness";
import { type Entry } from "./scenario";

const PLUGIN = path.resolve(__dirname, "..", "..", "engine", "programs", "plugin");

describe("embedded engine: resource options", function () {
  this.timeout(240_000);
  const stack = new Stack();
  const first: Entry[] = [
    { name: "group", kind: "group" },
    { name: "child", options: { parent: "group" } },
    { name: "after", options: { dependsOn: ["group"] } },
    { name: "old-name", props: { n: 1 } },
    { name: "old-group", kind: "group" },
    { name: "old-group-leaf", options: { parent: "old-group" } },
    { name: "kept", options: { retainOnDelete: true } },
    { name: "host" },
    { name: "guest", options: { deletedWith: "host" } },
    {
      name: "fixed",
      props: { size: 1, nested: { keep: 1, change: 1 } },
      options: { ignoreChanges: ["size", "nested.keep"] },
    },
    {
      name: "fragile",
      props: { nested: { shape: 1 }, size: 1, mark: 1 },
      options: { replaceOnChanges: ["nested.shape"], hideDiffs: ["size"], ignoreChanges: ["mark"] },
    },
    { name: "quiet", props: { pin: "0000" }, options: { additionalSecretOutputs: ["echo"] } },
    { name: "guarded", options: { protect: true } },
  ];
  const second: Entry[] = [
    { name: "group", kind: "group" },
    { name: "child", options: { parent: "group" } },
    { name: "after", options: { dependsOn: ["group"] } },
    { name: "new-name", props: { n: 1, label: "old-name" }, options: { aliases: [{ name: "old-name" }] } },
    { name: "new-group", kind: "group", options: { aliases: [{ name: "old-group" }] } },
    { name: "new-group-leaf", props: { label: "old-group-leaf" }, options: { parent: "new-group" } },
    {
      name: "fixed",
      props: { size: 2, nested: { keep: 2, change: 2 } },
      options: { ignoreChanges: ["size", "nested.keep"] },
    },
    {
      name: "fragile",
      props: { nested: { shape: 2 }, size: 2, mark: 2 },
      options: { replaceOnChanges: ["nested.shape"], hideDiffs: ["size"], ignoreChanges: ["mark"] },
    },
    { name: "quiet", props: { pin: "0000" }, options: { additionalSecretOutputs: ["echo"] } },
    { name: "guarded", options: { protect: true } },
  ];
  after(() => stack.remove());

  it("makes them all", async () => {
    const outcome = await stack.up(first, { parallel: 4 });
    assert.equal(outcome.ok, true, outcome.errors.join("\n"));
  });

  it("gives children URNs with their parents' types, and a component its outputs", () => {
    assert.equal(
      stack.saved("child").urn,
      "urn:pulumi:test::scenario::test:index:Group$pulumi-nodejs:dynamic/test:Recorded::child",
    );
    assert.deepEqual(stack.saved("group").outputs, { done: true });
  });

  it("waits for a component's children when something depends on the component", () => {
    const calls = stack.calls();
    assert.ok(calls.indexOf("create child") < calls.indexOf("create after"));
    assert.deepEqual((stack.saved("after")["dependencies"] as string[]).map(nameOf).sort(), ["child"]);
  });

  it("encrypts additional secret outputs", () => {
    assert.deepEqual(Object.keys(stack.saved("quiet").outputs?.["echo"] as object).sort(), [
      "4dabf18193072939515e22adb298388d",
      "ciphertext",
    ]);
  });

  it("refuses to delete a protected resource, and then deletes nothing", async () => {
    stack.forgetCalls();
    const outcome = await stack.up(second.filter((entry) => entry.name !== "guarded"));
    assert.equal(outcome.ok, false);
    assert.match(outcome.errors.join("\n"), /guarded.*protected/s);
    assert.ok(!stack.calls().some((call) => call.startsWith("delete")));
    assert.ok(stack.names().includes("host"));
    const replaced = outcome.events.find((event) => event.type === "step-done" && event.op === "replace");
    assert.deepEqual(
      replaced?.type === "step-done" && replaced.diff,
      ["nested.shape"],
      "without what `hideDiffs` names",
    );
  });

  it("follows aliases, keeps ignored values, replaces on chosen changes, retains, and deletes hosts with their guests", async () => {
    stack.forgetCalls();
    // The state is half-way after the refused deletion: what is left to do is the deletions.
    const outcome = await stack.up(second);
    assert.equal(outcome.ok, true, outcome.errors.join("\n"));
    assert.deepEqual(stack.calls().sort(), ["delete fragile", "delete host"]);
    assert.ok(!stack.names().includes("kept") && !stack.names().includes("guest"));
    assert.ok(stack.names().includes("new-name") && !stack.names().includes("old-name"));
    assert.equal(stack.saved("new-group-leaf")["parent"], "urn:pulumi:test::scenario::test:index:Group::new-group");
    assert.deepEqual(stack.saved("fixed").inputs?.["nested"], { keep: 1, change: 2 });
    assert.equal(stack.saved("fixed").inputs?.["size"], 1);
    assert.equal(stack.saved("fragile").inputs?.["mark"], 2, "what is ignored stays with the resource that has it");
  });

  it("refuses to destroy while a resource is protected", async () => {
    stack.forgetCalls();
    const outcome = await stack.run("destroy");
    assert.equal(outcome.ok, false);
    assert.deepEqual(stack.calls(), []);
  });
});

describe("embedded engine: limits and refusals", function () {
  this.timeout(240_000);
  let stack: Stack;
  beforeEach(() => (stack = new Stack()));
  afterEach(() => stack.remove());

  it("runs no more steps at once than it may", async () => {
    const resources = ["a", "b", "c", "d", "e"].map((name): Entry => ({ name, props: { delay: 150 } }));
    await stack.up(resources, { parallel: 2 });
    let running = 0;
    let most = 0;
    for (const line of stack.lines()) {
      running += line.includes(":start") ? 1 : -1;
      most = Math.max(most, running);
    }
    assert.equal(most, 2);
  });

  it("names two resources with one URN", async () => {
    const outcome = await stack.up([{ name: "twin" }, { name: "twin" }]);
    assert.equal(outcome.ok, false);
    assert.match(outcome.errors.join("\n"), /two resources have the URN .*::twin/);
  });

  it("refuses transforms and hooks in its own words", async () => {
    const transform = await stack.up([{ name: "a", options: { transform: true } }]);
    assert.match(transform.errors.join("\n"), /embedded engine does not do resource transforms/);
    const hook = await stack.up([{ name: "a", options: { hook: true } }]);
    assert.match(hook.errors.join("\n"), /embedded engine does not do resource hooks/);
    assert.deepEqual(stack.calls(), []);
  });

  it("names the plugin to install for a package that it has no provider for", async () => {
    const outcome = await stack.up([{ name: "thing", kind: "thing" }]);
    assert.match(outcome.errors.join("\n"), /pulumi-resource-probe/);
  });

  it("previews without plugins when told to", async () => {
    const outcome = await stack.preview(
      [
        { name: "thing", kind: "thing" },
        { name: "a", props: { x: { from: "thing.result" } } },
      ],
      {
        offline: true,
      },
    );
    assert.equal(outcome.ok, true, outcome.errors.join("\n"));
    assert.deepEqual(steps(outcome), ["create scenario-test", "create thing", "create a"]);
  });

  it("runs a provider plugin from PATH: previews it, and passes custom timeouts on in seconds", async () => {
    const thing: Entry = {
      name: "thing",
      kind: "thing",
      options: { version: "1.2.3", customTimeouts: { create: "1m30s" } },
    };
    const env = { PATH: `${PLUGIN}${path.delimiter}${process.env["PATH"] ?? ""}` };
    const preview = await stack.run(
      "preview",
      { resources: [thing], outputs: { result: { from: "thing.result" } } },
      { env },
    );
    assert.deepEqual(preview.outputs, { result: "from the plugin" });
    await stack.up([thing], { env });
    await stack.run("destroy", {}, { env });
    assert.deepEqual(stack.calls(), ["create thing timeout=90", "delete thing timeout=0"]);
  });

  it("names default providers after the package's version, as Pulumi does", async () => {
    const thing: Entry = { name: "thing", kind: "thing", options: { version: "1.2.3" } };
    await stack.up([thing], { env: { PATH: `${PLUGIN}${path.delimiter}${process.env["PATH"] ?? ""}` } });
    const provider = stack.saved("default_1_2_3");
    assert.equal(provider.urn, "urn:pulumi:test::scenario::pulumi:providers:probe::default_1_2_3");
    assert.match(provider.id ?? "", /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    assert.deepEqual(provider.inputs, { __internal: {}, version: "1.2.3" });
    // The CLI compares these with new inputs without __internal: with it, every provider would show an update there.
    assert.deepEqual(provider["outputs"], { version: "1.2.3" });
    assert.equal(stack.saved("thing")["provider"], `${provider.urn}::${provider.id}`);
  });
});

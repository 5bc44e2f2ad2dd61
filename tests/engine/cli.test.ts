import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Outcome, Stack } from "./harness";

const CLI = path.resolve(__dirname, "..", "..", "engine", "programs", "cli");
const PACK = path.resolve(__dirname, "..", "..", "engine", "programs", "pack");

describe("engine: with the pulumi CLI on PATH", function () {
  this.timeout(120_000);
  const stack = new Stack();
  const saved = { PATH: process.env["PATH"], LOG: process.env["LOG"] };
  let outcome: Outcome;

  before(async () => {
    Object.assign(process.env, { PATH: `${CLI}${path.delimiter}${saved.PATH ?? ""}`, LOG: stack.log });
    outcome = await stack.run(
      "up",
      {},
      { parallel: 3, policyPacks: [{ path: PACK, config: { advice: "mandatory" } }] },
    );
  });
  after(() => {
    process.env["PATH"] = saved.PATH;
    if (saved.LOG === undefined) delete process.env["LOG"];
    else process.env["LOG"] = saved.LOG;
    stack.remove();
  });

  it("says so", () => {
    assert.deepEqual(outcome.events[0], { type: "engine", engine: "pulumi", version: "3.200.0" });
  });

  it("passes the options on", () => {
    const commands = readFileSync(stack.log, "utf8").split("\n");
    const up = commands.find((command) => command.startsWith("up ")) ?? "";
    assert.match(up, /--parallel 3/);
    assert.ok(up.includes(`--policy-pack ${PACK}`));
    assert.ok(commands.includes('{"advice":"mandatory"}'));
    assert.ok(commands.some((command) => /^stack (select|init).* test/.test(command)));
  });

  it("turns its events into ours", () => {
    const urn = "urn:pulumi:test::scenario::a:b:C::thing";
    const done = outcome.events.find((event) => event.type === "step-done");
    assert.deepEqual(done && { ...done, seconds: 0 }, {
      type: "step-done",
      urn,
      op: "update",
      seconds: 0,
      diff: ["size"],
    });
    assert.ok(
      outcome.events.some((event) => event.type === "diagnostic" && event.message === "a word from the program"),
    );
    assert.deepEqual(outcome.errors, [`${urn}: [pack] size: too big`]);
    assert.equal(outcome.ok, false);
    assert.deepEqual(outcome.changes, { update: 1 });
  });

  it("shows outputs without secrets, and counts resources", () => {
    assert.deepEqual(outcome.outputs, { token: "[secret]", size: 1 });
    assert.equal(outcome.resources, 2);
    assert.ok(!JSON.stringify(outcome).includes("hunter2"));
  });

  it("refuses an offline preview, which the CLI does not have", async () => {
    await assert.rejects(stack.run("preview", {}, { offline: true }), { code: "UNSUPPORTED" });
  });
});

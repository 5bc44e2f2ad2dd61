import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Stack } from "./harness";
import { type Entry } from "./scenario";

const resources: Entry[] = [{ name: "a" }, { name: "b", props: { x: { from: "a.made" } } }];

/** Runs `up` in a process of its own. */
function start(stack: Stack, entries: readonly Entry[], events: string): ChildProcess {
  const options = {
    operation: "up",
    directory: stack.programDirectory,
    stack: "test",
    env: { ...stack.env, SCENARIO: JSON.stringify({ resources: entries }) },
  };
  return spawn(process.execPath, [path.join(__dirname, "child.js"), JSON.stringify(options), events], {
    stdio: "inherit",
  });
}

const ended = (child: ChildProcess): Promise<void> => new Promise((resolve) => child.once("exit", () => resolve()));

const lines = (file: string): string[] => (existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : []);

/** Kills the engine when `isTime`; false when it ended before. */
async function killWhen(child: ChildProcess, isTime: () => boolean): Promise<boolean> {
  const end = ended(child).then(() => "ended" as const);
  for (;;) {
    if (isTime()) {
      child.kill("SIGKILL");
      await end;
      return true;
    }
    if ((await Promise.race([end, sleep(10)])) === "ended") return false;
  }
}

function created(stack: Stack): string[] {
  return stack
    .lines()
    .filter((line) => line.startsWith("create:start"))
    .sort();
}

describe("embedded engine: killed with SIGKILL", function () {
  this.timeout(600_000);
  let stack: Stack;
  beforeEach(() => (stack = new Stack()));
  afterEach(() => stack.remove());

  // Steps of the stack, a and b: each begins and ends.
  for (const boundary of [1, 2, 3, 4, 5, 6]) {
    it(`at step boundary ${boundary}: the next up makes what is missing, and nothing twice`, async () => {
      const events = path.join(stack.directory, "events");
      const steps = (): number => lines(events).filter((line) => line.startsWith('{"type":"step-')).length;
      await killWhen(start(stack, resources, events), () => steps() >= boundary);
      const outcome = await stack.up(resources);
      assert.equal(outcome.ok, true, outcome.errors.join("\n"));
      assert.deepEqual(created(stack), ["create:start a", "create:start b"]);
      assert.deepEqual(
        stack.names().filter((name) => name.length === 1),
        ["a", "b"],
      );
      assert.equal(stack.state.pending_operations, undefined);
      assert.equal(outcome.changes.same ?? 0, 3 - (outcome.changes.create ?? 0));
    });
  }

  it("in the middle of a create: the object that was made all the same is found, and the operation reported", async () => {
    const slow: Entry[] = [{ name: "slow", props: { delay: 1500 } }];
    const child = start(stack, slow, path.join(stack.directory, "events"));
    assert.equal(await killWhen(child, () => stack.lines().includes("create:start slow")), true);
    const preview = await stack.preview(slow);
    const seen = preview.events.find((event) => event.type === "pending");
    assert.equal(seen?.type === "pending" && seen.operation, "creating");
    const outcome = await stack.up(slow);
    assert.deepEqual(created(stack), ["create:start slow"]);
    assert.ok(outcome.events.some((event) => event.type === "pending" && /finished all the same/.test(event.message)));
    assert.equal(outcome.changes.same, 2);
    assert.match(stack.saved("slow").id ?? "", /^slow-/);
  });

  it("keeps no secret in the clear while it is down", async () => {
    const slow: Entry[] = [
      {
        name: "slow",
        props: { delay: 1000, token: { secret: "do-not-write-me" } },
        options: { additionalSecretOutputs: ["echo"] },
      },
    ];
    const child = start(stack, slow, path.join(stack.directory, "events"));
    await killWhen(child, () => stack.lines().includes("create:start slow"));
    while (!stack.calls().includes("create slow")) await sleep(50);
    const { execFileSync } = await import("node:child_process");
    const found = execFileSync("sh", [
      "-c",
      `grep -rl do-not-write-me '${path.join(stack.directory, ".cairn")}' || true`,
    ]);
    assert.equal(found.toString(), "");
  });

  it("is refused while another engine works on the stack, and takes over when that one is dead", async () => {
    const slow: Entry[] = [{ name: "slow", props: { delay: 3000 } }];
    const child = start(stack, slow, path.join(stack.directory, "events"));
    while (!stack.lines().includes("create:start slow")) await sleep(20);
    await assert.rejects(stack.up(slow), { code: "STATE_LOCKED" });
    child.kill("SIGKILL");
    await ended(child);
    assert.equal((await stack.up(slow)).ok, true);
    assert.deepEqual(created(stack), ["create:start slow"]);
  });
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Cloud } from "./cloud";
import { CLOUDS } from "./clouds";

const [eks] = CLOUDS;
const CHILD = path.resolve(__dirname, "../engine/child.js");

describe("eks: a cluster whose making is interrupted", function () {
  this.timeout(180_000);
  assert.ok(eks);
  const { program, packages, settings } = eks;
  let cloud: Cloud;
  before(async () => (cloud = await Cloud.open(program, packages)));

  it("is killed in the middle of creates", async () => {
    cloud.delay("train", 60_000);
    const events = path.join(cloud.directory, "events");
    const engine = spawn(process.execPath, [CHILD, JSON.stringify(cloud.options("up", settings)), events], {
      stdio: "inherit",
    });
    const end = once(engine, "exit");
    while (!cloud.lines.includes("start train") && engine.exitCode === null) await sleep(20);
    // What else was under way comes to its end: only one create is interrupted.
    for (let last: unknown; last !== cloud.lines.length; await sleep(500)) last = cloud.lines.length;
    engine.kill("SIGKILL");
    assert.deepEqual(await end, [null, "SIGKILL"]);
    assert.ok(
      cloud.lines.some((line) => line.startsWith("create train-vpc ")),
      cloud.lines.join("\n"),
    );
  });

  it("goes on until what was just made is not found yet", async () => {
    cloud.fail("create", "train-coredns", "ResourceNotFoundException: No cluster found for name: test-train");
    const outcome = await cloud.run("up", settings);
    assert.match(outcome.errors.join("\n"), /No cluster found/);
    const pending = outcome.events.flatMap((event) => (event.type === "pending" ? [event.operation] : []));
    assert.deepEqual(pending, ["creating"], "the interrupted create is reported");
  });

  it("makes the rest with the next up, and nothing twice", async () => {
    const outcome = await cloud.run("up", settings);
    assert.equal(outcome.ok, true, outcome.errors.join("\n"));
    const created = cloud.lines.filter((line) => line.startsWith("create ") && !line.endsWith(" FAILED"));
    assert.deepEqual([...new Set(created)], created);
    assert.equal(created.length, cloud.names().length);
  });
});

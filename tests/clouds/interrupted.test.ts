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
  const train = eks?.clusters["train"];
  assert.ok(eks && train);
  const { program, packages } = eks;
  const settings = { train: train.settings };
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

  // What a later change replaces.
  const open = { ...train.settings, allowReplace: ["gpus", "network"] };

  it("makes the rest with the next up, and nothing twice", async () => {
    const outcome = await cloud.run("up", { train: open });
    assert.equal(outcome.ok, true, outcome.errors.join("\n"));
    const created = cloud.lines.filter((line) => line.startsWith("create ") && !line.endsWith(" FAILED"));
    assert.deepEqual([...new Set(created)], created);
    assert.equal(created.length, cloud.names().length);
  });

  it("then moves its GPU pool into a Capacity Block, to the zone that this is in", async () => {
    const reservation = "cr-c10df001";
    cloud.add({
      type: "aws:ec2/capacityReservation:CapacityReservation",
      name: "block",
      id: reservation,
      outputs: { availabilityZone: "us-west-2b", instanceType: "p5.48xlarge", instanceCount: 2 },
    });
    cloud.log();
    const gpus = { accelerator: "h100", nodes: 2, capacity: { type: "capacity-block", reservation } };
    const outcome = await cloud.run("up", { train: { ...open, gpus } });
    assert.equal(outcome.ok, true, outcome.errors.join("\n"));
    const log = cloud.log().map((line) => line.split(" ").slice(0, 2).join(" "));
    assert.deepEqual(
      log.filter((line) => line !== "update train-gpus"),
      [
        "delete train-gpus",
        "delete train-gpus-subnet-routes",
        "delete train-gpus-subnet",
        "create train-gpus-subnet",
        "create train-gpus-subnet-routes",
        "create train-gpus",
        "delete train-gpus-placement",
      ],
    );
    const subnet = cloud.all().find(({ name }) => name === "train-gpus-subnet");
    assert.equal(subnet?.inputs["availabilityZone"], "us-west-2b");
  });

  it("refuses at preview the same block in another zone, and asks AWS for nothing else", async () => {
    cloud.log();
    const capacity = { type: "capacity-block", reservation: "cr-c10df001" };
    const gpus = { accelerator: "h100", nodes: 2, capacity, zone: "us-west-2a" };
    const outcome = await cloud.run("preview", { train: { ...open, gpus } });
    assert.equal(outcome.ok, false);
    assert.match(
      outcome.errors.join("\n"),
      /eks\(\) cannot make this cluster[^]*gpus\.zone: is us-west-2a, the reservation is in us-west-2b \(leave it out/,
    );
    assert.deepEqual(cloud.log(), []);
  });
});

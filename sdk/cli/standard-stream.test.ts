import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { after, before, describe, it } from "mocha";

const CAIRN = join(dirname(require.resolve("@cairn/sdk/package.json")), "bin/cairn.js");
const CRITERIA = ["--service", "gke", "--accelerator", "h100", "--intent", "training", "--platform", "slurm"];
const LARGE = [CAIRN, "recipe", ...CRITERIA, "-o", "json"];

describe("what cairn prints", function () {
  this.timeout(30_000);
  let directory = "";
  let whole = "";
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "cairn-output-"));
    whole = spawnSync(process.execPath, LARGE, { encoding: "utf8" }).stdout;
    // More than a pipe holds, so that a reader who is slow, or gone, is noticed.
    assert.ok(whole.length > 64 * 1024);
  });
  after(() => rmSync(directory, { recursive: true }));

  it("is the same in a file as in a pipe", () => {
    const file = openSync(join(directory, "out.json"), "w");
    assert.equal(spawnSync(process.execPath, LARGE, { stdio: ["ignore", file, "ignore"] }).status, 0);
    closeSync(file);
    assert.equal(readFileSync(join(directory, "out.json"), "utf8"), whole);
  });

  it("comes whole through a pipe that never blocks and is read late", async () => {
    const fifo = join(directory, "fifo");
    execFileSync("mkfifo", [fifo]);
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
    // As descriptor 3, because Node makes those of a new process's standard streams block.
    const argv = ["-c", 'exec "$0" "$@" >&3', process.execPath, ...LARGE];
    const child = spawn("bash", argv, { stdio: ["ignore", "ignore", "ignore", writer] });
    closeSync(writer);
    const exit = once(child, "exit");
    await setTimeout(1000);
    assert.equal(child.exitCode, null);
    assert.equal(await drain(reader), whole);
    assert.deepEqual(await exit, [0, null]);
  });

  it("ends quietly when nobody reads on", () => {
    const line = `"$0" "$@" | head -c 1; echo " \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", line, process.execPath, ...LARGE], { encoding: "utf8" });
    assert.deepEqual([stdout, stderr.includes("EPIPE")], ["{ 0\n", false]);
  });
});

/** Until the other end is closed. */
async function drain(fd: number): Promise<string> {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.alloc(64 * 1024);
    try {
      const count = readSync(fd, chunk);
      if (count === 0) break;
      chunks.push(chunk.subarray(0, count));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      await setTimeout(5);
    }
  }
  closeSync(fd);
  return Buffer.concat(chunks).toString();
}

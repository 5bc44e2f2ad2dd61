import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { readTextFile, withLock, writeFileAtomically } from ".";

describe("files", () => {
  let folder: string;
  let lock: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "cairn-files-"));
    lock = path.join(folder, "lock");
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it("lets one piece of work run at a time", async () => {
    let running = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++running);
      await turn();
      running--;
    };
    await Promise.all([1, 2, 3, 4].map(() => withLock(lock, work)));
    assert.equal(most, 1);
    assert.deepEqual(fs.readdirSync(folder), []);
  });

  it("gives the lock back when the work fails", async () => {
    await assert.rejects(
      withLock(lock, () => Promise.reject(new Error("no"))),
      /no/,
    );
    assert.equal(await withLock(lock, () => Promise.resolve("next")), "next");
  });

  it("waits for a living process, says for which, and takes over when it is killed", async () => {
    const script = `require(${JSON.stringify(require.resolve("."))}).withLock(${JSON.stringify(lock)}, () => {
      console.log("held"); return new Promise((resolve) => setTimeout(resolve, 600_000)); });`;
    const holder = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      await once(holder.stdout, "data");
      const waitedFor: (number | undefined)[] = [];
      await withLock(lock, () => Promise.resolve(), {
        onWait: (pid) => {
          waitedFor.push(pid);
          holder.kill("SIGKILL");
        },
      });
      assert.deepEqual(waitedFor, [holder.pid]);
    } finally {
      holder.kill("SIGKILL");
    }
  });

  it("does not mistake a stranger with the same process id for the owner", async () => {
    fs.writeFileSync(lock, JSON.stringify({ pid: process.pid, started: "1", id: "before the reboot" }));
    assert.equal(await withLock(lock, () => Promise.resolve("taken")), "taken");
  });

  it("reads text up to the limit and no further, whatever the path names", () => {
    const file = path.join(folder, "text");
    fs.writeFileSync(file, "é".repeat(100_000));
    assert.equal(readTextFile(file, 200_000), "é".repeat(100_000));
    assert.throws(() => readTextFile(file, 199_999), /it is larger than 199999 bytes/);
    assert.throws(() => readTextFile("/dev/zero"), /it is larger than 16777216 bytes/);
    assert.throws(() => readTextFile(folder), /EISDIR/);
  });

  it("refuses what is not text", () => {
    const file = path.join(folder, "binary");
    fs.writeFileSync(file, Buffer.from([0x66, 0xff]));
    assert.throws(() => readTextFile(file), /it is not UTF-8 text/);
  });

  it("leaves no half-written file when writing fails", () => {
    const target = path.join(folder, "taken");
    fs.mkdirSync(target);
    assert.throws(() => writeFileAtomically(target, "content"));
    assert.deepEqual(fs.readdirSync(folder), ["taken"]);
  });

  it("writes into folders that do not exist yet, with the mode asked for", () => {
    const target = path.join(folder, "a", "b", "secret");
    writeFileAtomically(target, "content", { mode: 0o600 });
    assert.equal(fs.readFileSync(target, "utf8"), "content");
    assert.equal(fs.statSync(target).mode & 0o777, 0o600);
  });
});

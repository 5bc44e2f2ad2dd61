import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { MARKER } from "./processes";

/** Undoing of what fixtures made, last made first undone. */
const cleanups: (() => Promise<void> | void)[] = [];

let watchdog: ChildProcess | undefined;
let scratch: string | undefined;

/** Registers what must be undone when the tests of this process are over. */
export function onEnd(cleanup: () => Promise<void> | void): void {
  cleanups.push(cleanup);
}

/**
 * Folder of this test process. With it comes a watchdog: when this process is killed, it ends every process that the tests started and
 * removes the folder.
 */
export function scratchFolder(): string {
  if (scratch !== undefined) return scratch;
  const run = (process.env[MARKER] ??= randomUUID());
  scratch = fs.mkdtempSync(path.join(os.tmpdir(), "cairn-test-"));
  const environment = { ...process.env, [MARKER]: undefined };
  watchdog = spawn(process.execPath, [path.join(__dirname, "watchdog.js"), run, scratch], {
    detached: true,
    env: environment,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watchdog.unref();
  (watchdog.stdin as unknown as { unref(): void }).unref();
  return scratch;
}

/** Undoes everything. The watchdog is dismissed first: what cleaning up forgets is for the runner to find. */
export async function end(): Promise<void> {
  const failures: unknown[] = [];
  for (const cleanup of cleanups.splice(0).reverse()) {
    await Promise.resolve()
      .then(cleanup)
      .catch((error: unknown) => failures.push(error));
  }
  watchdog?.stdin?.end("over");
  if (scratch !== undefined) fs.rmSync(scratch, { recursive: true, force: true });
  if (failures.length > 0) throw new AggregateError(failures, `cleaning up failed: ${failures.map(String).join("; ")}`);
}

// A root-level hook: it runs once, after the last test of the process. The benchmark, which is no test, calls `end` itself.
if (typeof after === "function")
  after(async function () {
    this.timeout(60_000);
    await end();
  });

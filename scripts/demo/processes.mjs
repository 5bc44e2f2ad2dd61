// Processes that outlive a command: the registry, and a `cairn` left behind when the demo itself was killed.
import { spawn } from "node:child_process";
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { demoDir } from "./paths.mjs";

const record = (name) => join(demoDir, `${name}.json`);

/** A process is its id and its start time: ids are used again. */
function startTime(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** The recorded process, if it still runs. */
export function running(name) {
  if (!existsSync(record(name))) return undefined;
  try {
    const found = JSON.parse(readFileSync(record(name), "utf8"));
    return startTime(found.pid) === found.startTime ? found : undefined;
  } catch {
    return undefined; // a record cut short by a kill names nothing
  }
}

export function remember(name, pid, more = {}) {
  writeFileSync(record(name), JSON.stringify({ pid, startTime: startTime(pid), ...more }));
}

export const forget = (name) => rmSync(record(name), { force: true });

/** Starts a process that stays when we go. Its output goes to `<name>.log`. */
export function startDetached(name, command, args, more = {}) {
  const log = openSync(join(demoDir, `${name}.log`), "a");
  const env = { ...process.env, OTEL_TRACES_EXPORTER: "none" }; // distribution exports traces unless told not to
  const child = spawn(command, args, { detached: true, env, stdio: ["ignore", log, log] });
  child.unref();
  remember(name, child.pid, more);
  return child;
}

/** Asks the recorded process to stop and waits until it is gone. Returns whether there was one. */
export async function stop(name, signal = "SIGTERM", patience = 30_000) {
  const found = running(name);
  if (found) {
    process.kill(found.pid, signal);
    const deadline = Date.now() + patience;
    while (startTime(found.pid) === found.startTime) {
      if (Date.now() > deadline) process.kill(found.pid, "SIGKILL");
      await sleep(50);
    }
  }
  forget(name);
  return found !== undefined;
}

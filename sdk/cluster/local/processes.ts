import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A running process. */
export interface Process {
  readonly pid: number;
  /** First argument: the program as it was started. */
  readonly program: string;
}

/**
 * Processes whose program lies under `folder`. A recorded process id may belong to a stranger after a reboot, and may be missing when
 * the recorder was killed; where a program was started from tells for sure.
 */
export function processesUnder(folder: string): readonly Process[] {
  return allProcesses().filter((process) => process.program.startsWith(folder + path.sep));
}

function allProcesses(): readonly Process[] {
  if (!fs.existsSync("/proc/self/cmdline")) return fromPs();
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const program = fs.readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0", 1)[0] ?? "";
        return program === "" ? [] : [{ pid: Number(name), program }]; // A zombie has no command line.
      } catch {
        return []; // It ended in between.
      }
    });
}

function fromPs(): readonly Process[] {
  const output = execFileSync("ps", ["-axo", "pid=,command="], { encoding: "utf8", maxBuffer: 1 << 26 });
  return output.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\S+)/.exec(line);
    return match ? [{ pid: Number(match[1]), program: match[2] ?? "" }] : [];
  });
}

/** Asks every process under `folder` to end, and kills what is left after `grace` milliseconds. */
export async function stopProcessesUnder(folder: string, grace: number): Promise<void> {
  const deadline = Date.now() + grace;
  let signal: NodeJS.Signals = "SIGTERM";
  let asked = false;
  for (let left = processesUnder(folder); left.length > 0; left = processesUnder(folder)) {
    if (Date.now() >= deadline) signal = "SIGKILL";
    if (!asked || signal === "SIGKILL") left.forEach((process) => kill(process.pid, signal));
    asked = true;
    await sleep(50);
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

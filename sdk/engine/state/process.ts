import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** When a process began, so that a reused pid is not taken for the process that had it before. `undefined`: no such process. */
export function startTimeOf(pid: number): string | undefined {
  try {
    if (process.platform !== "linux") {
      return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
    }
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name is in brackets and may hold anything; field 3 (state) follows the last bracket, field 22 is the start.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

export interface ProcessIdentity {
  readonly pid: number;
  readonly start: string;
}

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, start: startTimeOf(process.pid) ?? "" };
}

export function isRunning(identity: ProcessIdentity): boolean {
  return startTimeOf(identity.pid) === identity.start;
}

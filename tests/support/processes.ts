import * as fs from "node:fs";

/** A process of a test run. */
export interface MarkedProcess {
  readonly pid: number;
  readonly command: string;
}

/** Every process that a test starts inherits this variable, however it detaches itself. */
export const MARKER = "CAIRN_TEST_RUN";

/** Living processes that carry the marker of one run, the asking one left out. Empty where the system has no `/proc`. */
export function markedProcesses(run: string): readonly MarkedProcess[] {
  if (!fs.existsSync("/proc/self/environ")) return [];
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const environment = fs.readFileSync(`/proc/${name}/environ`, "utf8").split("\0");
        if (!environment.includes(`${MARKER}=${run}`)) return [];
        const command = fs.readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        return command === "" ? [] : [{ pid: Number(name), command }];
      } catch {
        return []; // It ended in between, or is somebody else's.
      }
    });
}

/** Kills what is left of a run. */
export function killMarked(run: string): void {
  for (const { pid } of markedProcesses(run)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended in between.
    }
  }
}

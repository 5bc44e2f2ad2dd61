import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { onEnd } from "../support/run";

const BIN = join(dirname(require.resolve("@cairn/sdk/package.json")), "bin");
const LAUNCHER = join(BIN, "cairn.js");

export interface Ran {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** As an old Node does it: one process waits for another, which works. */
  readonly restarted?: boolean;
}

/** Starts the real launcher in a process group of its own: a terminal's Ctrl-C reaches all of a group. */
export function startCairn(argv: readonly string[], { cwd, env, restarted }: CommandOptions): ChildProcess {
  const restart = `require(${JSON.stringify(join(BIN, "run-under.js"))}).runUnder(process.execPath, process.argv.slice(1))`;
  const child = spawn(process.execPath, [...(restarted ? ["-e", restart, "--"] : []), LAUNCHER, ...argv], {
    cwd,
    detached: true,
    env: { ...process.env, PULUMI_CONFIG_PASSPHRASE: "test", PULUMI_NODEJS_TRANSPILE_ONLY: "true", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onEnd(() => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  });
  return child;
}

export async function finished(child: ChildProcess): Promise<Ran> {
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (chunk) => (stdout += String(chunk)));
  child.stderr?.on("data", (chunk) => (stderr += String(chunk)));
  const [exit] = (await once(child, "close")) as [number | null];
  return { exit, stdout, stderr };
}

/** Runs one command to its end. */
export const cairn = (argv: readonly string[], options: CommandOptions): Promise<Ran> =>
  finished(startCairn(argv, options));

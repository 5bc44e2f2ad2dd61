import { type World } from "./cli";
import { main } from "./command-line";

export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command line in this process. */
export async function cairn(argv: readonly string[], world: Partial<World> = {}): Promise<Ran> {
  let [stdout, stderr] = ["", ""];
  const exit = await main(argv, {
    stdout: { write: (text) => ((stdout += text), true) },
    stderr: { write: (text) => ((stderr += text), true) },
    env: {},
    cwd: process.cwd(),
    signal: new AbortController().signal,
    ...world,
  });
  return { exit, stdout, stderr };
}

/** Criteria of the recipe that the demo runs. */
export const LOCAL = ["--service", "local", "--accelerator", "h100", "--intent", "training"];

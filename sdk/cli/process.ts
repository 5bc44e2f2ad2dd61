import { type World } from "./cli";
import { EXIT, type ExitCode } from "./exit";
import { main } from "./command-line";

/** Runs `cairn` as this process: the first Ctrl-C stops it cleanly, the second at once. */
export async function runProcess(argv: readonly string[]): Promise<ExitCode> {
  const abort = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (abort.signal.aborted) process.exit(EXIT.interrupted);
    process.stderr.write(
      `\ncairn: ${signal === "SIGINT" ? "Ctrl-C" : signal}: stopping and saving; once more to stop at once\n`,
    );
    abort.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  // `cairn … | head` closes our output early; that is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  return main(argv, processWorld(abort.signal));
}

function processWorld(signal: AbortSignal): World {
  const { stdin, stdout, stderr, env } = process;
  const world = { stdout, stderr, env, cwd: process.cwd(), signal };
  return stdin.isTTY && stderr.isTTY ? { ...world, ask: (question) => ask(question, signal) } : world;
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await prompt.question(question, { signal });
  } finally {
    prompt.close();
  }
}

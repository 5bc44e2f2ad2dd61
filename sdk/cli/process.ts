import { type World } from "./cli";
import { EXIT, type ExitCode } from "./exit";
import { main } from "./command-line";
import { standardStream } from "./standard-stream";

/** Runs `cairn` as this process: the first Ctrl-C stops it cleanly, the second at once. */
export async function runProcess(argv: readonly string[]): Promise<ExitCode> {
  const abort = new AbortController();
  onStop((signal, times) => {
    if (times > 1) process.exit(EXIT.interrupted);
    process.stderr.write(
      `\ncairn: ${signal === "SIGINT" ? "Ctrl-C" : signal}: stopping and saving; once more to stop at once\n`,
    );
    abort.abort();
  });
  return main(argv, processWorld(abort.signal));
}

/** `timeout` sends its signal to the process and to its group: nobody presses a key twice within this time. */
const ONE_REQUEST_MS = 50;

/**
 * Tells how often this process was asked to stop. A launcher that waits for it (`bin/run-under.js`) hands on what it is sent, and a
 * terminal sends to both: what came both ways was asked once.
 */
function onStop(stop: (signal: string, times: number) => void): void {
  const asked = { here: { times: 0, last: -Infinity }, launcher: { times: 0, last: -Infinity } };
  const count = (where: keyof typeof asked, signal: string): void => {
    const before = Math.max(asked.here.times, asked.launcher.times);
    const now = performance.now();
    if (now - asked[where].last < ONE_REQUEST_MS) return;
    asked[where] = { times: asked[where].times + 1, last: now };
    if (asked[where].times > before) stop(signal, asked[where].times);
  };
  process.on("SIGINT", (signal) => count("here", signal)).on("SIGTERM", (signal) => count("here", signal));
  if (process.channel === undefined) return;
  process.on("message", (message: { readonly signal?: unknown } | null) => {
    if (typeof message?.signal === "string") count("launcher", message.signal);
  });
  process.channel?.unref();
}

function processWorld(signal: AbortSignal): World {
  const [stdout, stderr] = [standardStream("stdout"), standardStream("stderr")];
  const world = { stdout, stderr, env: process.env, cwd: process.cwd(), signal };
  // In this order, because `process.stdin` is opened by looking at it.
  return stderr.isTTY && process.stdin.isTTY
    ? { ...world, ask: (question, answer) => ask(question, answer, signal) }
    : world;
}

async function ask(question: string, answer: "shown" | "hidden", signal: AbortSignal): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  const { Writable } = await import("node:stream");
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = answer === "shown" ? process.stderr : hidden;
  const prompt = createInterface({ input: process.stdin, output, terminal: true });
  // readline takes Ctrl-C from the terminal for itself.
  prompt.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  if (answer === "hidden") process.stderr.write(question);
  try {
    return await prompt.question(answer === "shown" ? question : "", { signal });
  } finally {
    prompt.close();
    if (answer === "hidden") process.stderr.write("\n");
  }
}

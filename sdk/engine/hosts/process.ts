import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { CairnError } from "../../errors";
import { cacheRoot } from "../../tools";

export interface HostOptions {
  /** For messages: "the program", "policy pack x". */
  readonly name: string;
  readonly module: string;
  readonly args: readonly string[];
  readonly nodeArguments?: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** A line that the process wrote for people. */
  readonly onLine: (line: string) => void;
}

const TERM_GRACE_MS = 3_000;
/** In MiB. With V8's default of one, loading modules, all of which stay, has the garbage collector copy them over and over: a fifth of a start. */
const YOUNG_HEAP = "--min-semi-space-size=16";
const running = new Set<ChildProcess>();

process.once("exit", () => running.forEach((child) => signalGroup(child, "SIGKILL")));

/** Finds a module as seen from a directory, else as seen from here: a policy pack brings its own SDK, a bare one uses ours. */
export function resolveModule(module: string, directory: string): string {
  try {
    return createRequire(path.join(directory, "package.json")).resolve(module);
  } catch {
    return require.resolve(module);
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // it has ended already
  }
}

/**
 * A Node process of its own group, so that Ctrl-C reaches only the engine, which then stops it in order. It gets a pipe as standard
 * input: when that closes, its engine is gone.
 */
export class Host {
  readonly exited: Promise<number>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly name: string,
  ) {
    running.add(child);
    this.exited = new Promise((resolve) =>
      child.once("close", (code, signal) => {
        running.delete(child);
        resolve(code ?? (signal === null ? 1 : 128));
      }),
    );
    child.once("error", () => running.delete(child));
  }

  static start(options: HostOptions, command = process.execPath): Host {
    const args = command === process.execPath ? [YOUNG_HEAP, ...(options.nodeArguments ?? []), options.module] : [];
    const child = spawn(command, [...args, ...options.args], {
      cwd: options.cwd,
      env: { NODE_COMPILE_CACHE: path.join(cacheRoot(options.env), "compile"), ...options.env },
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    createInterface({ input: child.stderr }).on("line", options.onLine);
    return new Host(child, options.name);
  }

  /** Every line of standard output, for programs. */
  onOutput(onLine: (line: string) => void): void {
    if (this.child.stdout) createInterface({ input: this.child.stdout }).on("line", onLine);
  }

  /** The first line of standard output: the port that a plugin listens on. @throws CairnError HOST_FAILED */
  async port(onLine: (line: string) => void): Promise<number> {
    const first = new Promise<number>((resolve, reject) => {
      let found = false;
      this.onOutput((line) => {
        const port = found ? NaN : Number(line.trim());
        if (!Number.isInteger(port) || port <= 0) return onLine(line);
        found = true;
        resolve(port);
      });
      this.child.once("error", (cause) =>
        reject(new CairnError("HOST_FAILED", `cannot start ${this.name}: ${cause.message}`, { cause })),
      );
    });
    const ended = this.exited.then((code): never => {
      throw new CairnError("HOST_FAILED", `${this.name} ended with exit code ${code} before it was ready`, {
        hint: "its messages above say why",
      });
    });
    return Promise.race([first, ended]);
  }

  /** Asks the group to end, then ends it. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    signalGroup(this.child, "SIGTERM");
    const timer = setTimeout(() => signalGroup(this.child, "SIGKILL"), TERM_GRACE_MS);
    await this.exited;
    clearTimeout(timer);
  }
}

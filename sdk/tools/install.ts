import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { CairnError } from "../errors";
import { withLock } from "../files";
import { cachedProgram, cacheRoot, toolFolder, type Environment, isExecutable } from "./cache";
import { toolStatus } from "./find";
import { NODE_INTEGRITY, NODE_VERSION, nodeFits } from "./node";
import { TOOL_NAMES, TOOLS, type Tool, type ToolName } from "./table";

/** What an installation is doing. */
export type InstallEvent =
  | { readonly type: "waiting"; readonly pid: number }
  | {
      readonly type: "started";
      readonly name: string;
      readonly version: string;
      readonly index: number;
      readonly count: number;
    }
  /** `detail`: the package that the compiler has just finished. */
  | { readonly type: "progress"; readonly detail: string }
  | { readonly type: "finished"; readonly name: string; readonly version: string };

export interface InstallOptions {
  /** @default process.env */
  readonly env?: Environment;
  readonly onEvent?: (event: InstallEvent) => void;
  /** Ends the programs that are running; nothing half-made is left in the cache. */
  readonly signal?: AbortSignal;
}

/** Folder with the go.mod and go.sum that pin every tool; it is in the source tree, not beside the compiled files. */
const GO_MODULE = path.join(__dirname, "..", "..", "tools", "go");

/**
 * Puts what is neither on `PATH` in a fitting version nor in the per-user cache into the cache: Node from its npm package, the other
 * tools built from pinned sources. Each appears whole; two installations at once take turns.
 *
 * @returns names of what was installed.
 * @throws CairnError `TOOL_INSTALL` with the last lines of the program that failed.
 */
export async function installTools(options: InstallOptions = {}): Promise<readonly string[]> {
  const env = options.env ?? process.env;
  const folder = path.join(cacheRoot(env), "tools");
  fs.mkdirSync(folder, { recursive: true });
  if (missing(env).length === 0) return [];
  return withLock(path.join(folder, "lock"), () => installMissing(env, options), {
    onWait: (pid) => options.onEvent?.({ type: "waiting", pid }),
  });
}

type Missing = ToolName | "node";

function missing(env: Environment): readonly Missing[] {
  const nodeIsThere = nodeFits(process.versions.node) || isExecutable(cachedProgram("node", NODE_VERSION, env));
  return [
    ...(nodeIsThere ? [] : (["node"] as const)),
    ...TOOL_NAMES.filter((name) => !toolStatus(name, { env }).found),
  ];
}

async function installMissing(env: Environment, { onEvent, signal }: InstallOptions): Promise<readonly string[]> {
  const names = missing(env);
  for (const [index, name] of names.entries()) {
    const version = name === "node" ? NODE_VERSION : TOOLS[name].version;
    onEvent?.({ type: "started", name, version, index: index + 1, count: names.length });
    const target = toolFolder(name, version, env);
    const work: Work = { env, folder: `${target}.partial`, onEvent, signal };
    try {
      fs.rmSync(work.folder, { recursive: true, force: true });
      fs.mkdirSync(path.join(work.folder, "bin"), { recursive: true });
      await (name === "node" ? fetchNode(work) : buildTool(name, work));
      fs.rmSync(target, { recursive: true, force: true });
      fs.renameSync(work.folder, target);
    } finally {
      fs.rmSync(work.folder, { recursive: true, force: true });
    }
    onEvent?.({ type: "finished", name, version });
  }
  return names;
}

interface Work {
  readonly env: Environment;
  /** Becomes the tool's folder when all is done. */
  readonly folder: string;
  readonly onEvent: InstallOptions["onEvent"];
  readonly signal: AbortSignal | undefined;
}

const GO_SETTINGS = { GOFLAGS: "-mod=readonly", GOTOOLCHAIN: "local", GOWORK: "off", CGO_ENABLED: "0" };

/** A quarter of the compiler's time goes into collecting garbage; one that leaves it holds up to 1.8 GB. */
const garbageTarget = (): string => (os.totalmem() / os.availableParallelism() >= 4e9 ? "off" : "100");

async function buildTool(name: ToolName, work: Work): Promise<void> {
  const tool: Tool = TOOLS[name];
  const variables = Object.entries(tool.goVariables ?? {}).map(([variable, value]) => `-X ${variable}=${value}`);
  // The linker leaves debugging information out, so the compiler need not make it.
  const smaller = ["-trimpath", "-gcflags=all=-dwarf=false", `-ldflags=${["-s", "-w", ...variables].join(" ")}`];
  await run(name, "go", ["build", "-v", ...smaller, "-o", path.join(work.folder, "bin", name), tool.goPackage], {
    ...work,
    cwd: GO_MODULE,
    env: { GOGC: garbageTarget(), ...work.env, ...GO_SETTINGS },
  });
}

/** npm packs the Node project's own binary as `node-<platform>-<arch>`; the digest that must come is written in this repository. */
async function fetchNode(work: Work): Promise<void> {
  const platform = `${process.platform}-${process.arch}`;
  const integrity = NODE_INTEGRITY[platform];
  if (integrity === undefined) {
    throw new CairnError("TOOL_INSTALL", `npm has no Node ${NODE_VERSION} for ${platform}`, {
      hint: "install Node 24 by hand and run again",
    });
  }
  const name = `node-${platform}`;
  await run(name, "npm", ["pack", "--silent", `${name}@${NODE_VERSION}`], { ...work, cwd: work.folder });
  const archive = path.join(work.folder, `${name}-${NODE_VERSION}.tgz`);
  const digest = `sha512-${createHash("sha512").update(fs.readFileSync(archive)).digest("base64")}`;
  if (digest !== integrity) {
    throw new CairnError("TOOL_INSTALL", `${name}@${NODE_VERSION} is not the archive that Cairn was tested with`, {
      findings: [{ message: `expected ${integrity}, got ${digest}`, file: `${name}-${NODE_VERSION}.tgz` }],
      hint: "check which registry npm is set to (`npm config get registry`)",
    });
  }
  const files = ["package/bin/node", "package/LICENSE"];
  await promisify(execFile)("tar", ["-xzf", archive, "--strip-components=1", ...files], { cwd: work.folder });
  fs.rmSync(archive);
}

/** Runs a program to its end; each line that it prints is progress, and the last ones explain a failure. */
async function run(
  what: string,
  command: string,
  args: readonly string[],
  work: Work & { readonly cwd: string },
): Promise<void> {
  const child = spawn(command, args, {
    cwd: work.cwd,
    env: { ...work.env },
    stdio: ["ignore", "ignore", "pipe"],
    ...(work.signal ? { signal: work.signal } : {}),
  });
  const lastLines: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    work.onEvent?.({ type: "progress", detail: line });
    lastLines.push(line);
    if (lastLines.length > 12) lastLines.shift();
  });
  const failure = await new Promise<Error | string | undefined>((resolve) => {
    child.once("error", resolve);
    child.once("close", (code, signal) => resolve(code === 0 ? undefined : `it ended with ${signal ?? code}`));
  });
  if (failure === undefined) return;
  throw new CairnError(
    "TOOL_INSTALL",
    `${what} could not be installed: ${failure instanceof Error ? failure.message : failure}`,
    {
      kind: work.signal?.aborted ? "interrupted" : "could-not-check",
      findings: lastLines.map((message) => ({ message })),
      cause: failure,
      hint: "run `make setup` again: what was finished is kept",
    },
  );
}

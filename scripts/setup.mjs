// Brings a fresh checkout to where everything runs: npm packages, compiled sources, and the programs that Cairn runs beside itself.
// Plain Node 20 without packages, because it runs before there are any. A second run finds everything in place.
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { Progress } from "./progress.mjs";

const root = path.resolve(import.meta.dirname, "..");
const started = Date.now();
const progress = new Progress(process.stdout);
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => interrupted.abort());

const [NODE_FLOOR, GO_FLOOR] = ["20.0", "1.26"];

/** What must be there before, how to see its version, and how to get it. Go is needed only when a tool must be built. */
const PREREQUISITES = [
  {
    name: `Node ${NODE_FLOOR} or newer`,
    ok: () => atLeast(process.versions.node, NODE_FLOOR),
    get: "https://nodejs.org/en/download, or `apt install nodejs npm` on Debian 13",
  },
  {
    name: "npm",
    ok: () => /^\d/.test(output("npm", ["--version"])),
    get: "it comes with Node; on Debian: `apt install npm`",
  },
  {
    name: `Go ${GO_FLOOR} or newer`,
    ok: () => atLeast(/go(\d+\.\d+)/.exec(output("go", ["env", "GOVERSION"]))?.[1] ?? "0", GO_FLOOR),
    get: "https://go.dev/doc/install; it builds the control plane and the tools, once",
    onlyToBuild: true,
  },
];

try {
  const absent = PREREQUISITES.filter((prerequisite) => !prerequisite.ok());
  if (absent.some((prerequisite) => !prerequisite.onlyToBuild)) fail(absent);
  await installPackages();
  await run("compile the sources", process.execPath, ["node_modules/typescript/bin/tsc", "-b"]);
  await run("bundle the command line and the parser", process.execPath, ["sdk/bundle.mjs"]);
  await run("parse the built-in catalogue", process.execPath, ["sdk/dist/recipe/compile.js"]);
  await installTools(absent);
  progress.line(`set-up is complete (${((Date.now() - started) / 1000).toFixed(1)} s)`);
} catch (error) {
  progress.stop();
  if (interrupted.signal.aborted) process.exit(130);
  console.error(error.message);
  process.exit(1);
}

/** `npm ci`, when the lock file or what is installed changed since the last one. */
async function installPackages() {
  const stamp = path.join(root, "node_modules", ".cairn-setup");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === packagesDigest()) return;
  await run("install npm packages", "npm", ["ci", "--loglevel=error"]);
  writeFileSync(stamp, packagesDigest());
}

/** The second file is npm's own record of what it installed. */
function packagesDigest() {
  const hash = createHash("sha256");
  for (const file of ["package-lock.json", "node_modules/.package-lock.json"]) {
    hash.update(existsSync(path.join(root, file)) ? readFileSync(path.join(root, file)) : "");
  }
  return hash.digest("hex");
}

async function installTools(absent) {
  const tools = createRequire(import.meta.url)("../sdk/dist/tools/index.js");
  if (absent.length > 0 && tools.allToolStatuses().some((status) => !status.found)) fail(absent);
  await tools.installTools({ signal: interrupted.signal, onEvent: showInstallation });
}

function showInstallation(event) {
  switch (event.type) {
    case "waiting":
      return progress.line(`waiting for another set-up (process ${event.pid})`);
    case "started":
      return progress.begin(`[${event.index}/${event.count}] ${event.name} ${event.version}`);
    case "progress":
      return progress.detail(event.detail);
    case "finished":
      return progress.done();
  }
}

function fail(absent) {
  throw new Error(
    [
      "set-up cannot go on without:",
      ...absent.map(({ name, get }) => `  ${name}: ${get}`),
      "→ then run the command again",
    ].join("\n"),
  );
}

/** Runs one step; its output is shown only when it fails. */
async function run(title, command, args) {
  progress.begin(title, { brief: true });
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], signal: interrupted.signal });
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => chunks.push(chunk));
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new Error(`${Buffer.concat(chunks)}\ncould not ${title} (\`${command} ${args.join(" ")}\`)`);
  progress.done();
}

function output(command, args) {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
}

function atLeast(version, floor) {
  const [major, minor] = version.split(".").map(Number);
  const [floorMajor, floorMinor] = floor.split(".").map(Number);
  return major > floorMajor || (major === floorMajor && minor >= floorMinor);
}

import { readdir, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { allToolStatuses, cacheRoot, nodeFits, onPath, type ToolName, type ToolStatus } from "../../tools";
import { type Cli } from "../cli";
import { EXIT, type ExitCode } from "../exit";
import { type Style } from "../style";
import { table } from "../table";

/** One thing that was looked at. */
interface Diagnosis {
  readonly name: string;
  readonly state: "ok" | "warning" | "missing";
  readonly found: string;
  /** What it is for. */
  readonly use: string;
  readonly hint?: string;
}

/** What each tool is for. Without a required one Cairn cannot do its main work anywhere. */
const USES: Readonly<Record<ToolName, { readonly use: string; readonly required: boolean }>> = {
  helm: { use: "renders charts", required: true },
  etcd: { use: "local clusters", required: false },
  "kube-apiserver": { use: "local clusters", required: false },
  "kube-controller-manager": { use: "local clusters", required: false },
  "kube-scheduler": { use: "local clusters", required: false },
  kwok: { use: "local clusters", required: false },
  kwokctl: { use: "local clusters", required: false },
  kubectl: { use: "local clusters", required: false },
  registry: { use: "the demo and tests", required: false },
  cosign: { use: "tests of interoperability", required: false },
};

/** Bytes that the tools and a cache of charts want. */
const ROOM_WANTED = 2 * 1024 ** 3;

/** `cairn doctor`. */
export async function run(_options: object, cli: Cli): Promise<ExitCode> {
  const checks = [
    node(),
    engine(cli),
    ...allToolStatuses({ env: cli.env }).map(tool),
    await disk(cli),
    ...(await localClusters(cli)),
  ];
  const healthy = checks.every(({ state }) => state !== "missing");
  await cli.print({ healthy, checks }, () => doctorText(checks, healthy, cli.style));
  return healthy ? EXIT.ok : EXIT.checkFailed;
}

function node(): Diagnosis {
  const { node: version } = process.versions;
  const base = { name: "node", found: `${version}  ${process.execPath}`, use: "runs Cairn and your programs" };
  return nodeFits(version) ? { ...base, state: "ok" } : { ...base, state: "missing", hint: "run `make setup`" };
}

function engine({ env }: Cli): Diagnosis {
  const path = onPath("pulumi", env);
  const found = path ?? "not on PATH: Cairn's embedded engine runs programs";
  return { name: "pulumi", state: "ok", found, use: "runs programs, where it is installed" };
}

function tool(status: ToolStatus): Diagnosis {
  const { use, required } = USES[status.name];
  if (status.found) {
    const { name, version, path, source } = status;
    return { name, state: "ok", found: `${version}  ${path}${source === "cache" ? " (cache)" : ""}`, use };
  }
  const others = status.unfit.map(({ path, version }) => `${version ?? "unknown version"} at ${path} does not fit`);
  return {
    name: status.name,
    state: required ? "missing" : "warning",
    found: [`not found, wanted ${status.wanted}`, ...others].join("; "),
    use,
    hint: "put what is missing on PATH in a fitting version, or run `make setup` in a checkout of Cairn",
  };
}

async function disk({ env }: Cli): Promise<Diagnosis> {
  const root = cacheRoot(env);
  const base = { name: "cache", use: "tools and charts" };
  const free = await freeBytes(root);
  if (free === undefined) return { ...base, state: "warning", found: `${root} cannot be looked at` };
  const found = `${(free / 1024 ** 3).toFixed(1)} GiB free  ${root}`;
  return free >= ROOM_WANTED
    ? { ...base, state: "ok", found }
    : { ...base, state: "warning", found, hint: "make room, or point CAIRN_CACHE at a larger disk" };
}

/** Those of the project in the current directory. */
async function localClusters({ cwd }: Cli): Promise<readonly Diagnosis[]> {
  const folder = join(cwd, ".cairn", "clusters");
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (names.length === 0) return [];
  const { localClusterStatus } = await import("../../cluster/local/index.js");
  return names.map((name): Diagnosis => {
    const status = localClusterStatus({ name, folder });
    const base = { name: `cluster ${name}`, use: "local cluster of this project", found: status.state };
    return status.state === "partial"
      ? { ...base, state: "warning", hint: "`cairn up` starts what is missing of a local cluster" }
      : { ...base, state: "ok" };
  });
}

/** Of the disk that a folder is on, or will be on. */
async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return dirname(folder) === folder ? undefined : freeBytes(dirname(folder));
  }
}

const MARKS = { ok: "✓", warning: "!", missing: "✗" } as const;
const TONES = { ok: "good", warning: "warn", missing: "bad" } as const;

function doctorText(checks: readonly Diagnosis[], healthy: boolean, style: Style): string {
  const rows = checks.map(({ name, state, use, found }) => [
    style[TONES[state]](MARKS[state]),
    name,
    style.faint(use),
    found,
  ]);
  const hints = [...new Set(checks.flatMap(({ hint }) => hint ?? []))];
  return [
    table(rows),
    "",
    healthy ? style.good("Cairn can work here.") : style.bad("Something that Cairn needs is missing."),
    ...hints.map((hint) => `→ ${hint}`),
  ].join("\n");
}

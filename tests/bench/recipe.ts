/*
 * How long a recipe takes. Medians, because other programs run on the machine too.
 */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import {
  builtinCatalog,
  coveredCriteria,
  type Criteria,
  loadCatalog,
  parseCriteria,
  recipeDigest,
  resolve,
} from "@cairn/sdk/recipe";
import { measureLargeCatalog } from "./large-catalog";

export interface Measurement {
  readonly what: string;
  /** In milliseconds, or what `unit` says. */
  readonly value: number;
  /** What it should be at most on two cores. */
  readonly limit: number;
  readonly unit?: "MB" | "times";
}

const root = path.resolve(__dirname, "../../..");
const recipes = path.join(root, "recipes");
const local = { service: "local", accelerator: "h100", intent: "training" };
const eks = { ...local, service: "eks", os: "ubuntu", platform: "kubeflow" };

export function measureRecipes(): readonly Measurement[] {
  const catalog = builtinCatalog();
  const coordinates = coveredCriteria(catalog);
  const each = coordinates.map((criteria) => medianOf(20, () => resolve(catalog, criteria)));
  const { recipe } = resolve(catalog, parseCriteria(eks, catalog));
  const thousand = Array.from({ length: 1000 }, (_, i) => coordinates[i % coordinates.length] as Criteria);
  return [
    {
      what: "built-in catalogue from YAML, cold",
      value: loadOnce(`loadCatalog([${JSON.stringify(recipes)}])`),
      limit: 60,
    },
    { what: "  warm", value: medianOf(9, () => loadCatalog([recipes])), limit: 60 },
    { what: "  from its compiled form, cold", value: packaged(), limit: 8 },
    { what: "resolve the slowest coordinate, warm", value: Math.max(...each), limit: 1 },
    {
      what: "resolve 1,000 coordinates",
      value: timeOf(() => thousand.forEach((c) => resolve(catalog, c))),
      limit: 500,
    },
    { what: "digest of a recipe, warm", value: medianOf(200, () => recipeDigest(recipe)), limit: 5 },
    ...measureLargeCatalog(),
    ...measureStart(),
  ];
}

/** Whole processes, each kind in turn, because the machine's speed changes from one minute to the next. */
function measureStart(): readonly Measurement[] {
  const cairn = (criteria: object): readonly string[] => [
    path.join(root, "sdk/bin/cairn.js"),
    "recipe",
    ...Object.entries(criteria).flatMap(([name, value]) => [`--${name}`, String(value)]),
  ];
  const commands = [["-e", "0"], cairn(local), cairn(eks)] as const;
  commands.forEach(start);
  const rounds = Array.from({ length: 15 }, () => commands.map((args) => timeOf(() => start(args))));
  const [bare = NaN, small = NaN, large = NaN] = commands.map((_, i) => median(rounds.map((round) => round[i] ?? NaN)));
  const beyond = "  beyond Node's own start";
  return [
    { what: "Node's own start", value: bare, limit: 120 },
    { what: "`cairn recipe`, local", value: small, limit: 120 },
    { what: beyond, value: small - bare, limit: 35 },
    { what: "  as many times Node's own start", value: small / bare, limit: 2, unit: "times" },
    { what: "`cairn recipe`, eks", value: large, limit: 120 },
    { what: beyond, value: large - bare, limit: 35 },
    { what: "  memory", value: memoryOf(cairn(eks)), limit: 150, unit: "MB" },
  ];
}

function start(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} failed: ${stderr}`);
  return stdout;
}

/** The compiled catalogue as an installed package has it; in a checkout each file is looked at, because somebody may have edited it. */
function packaged(): number {
  const folder = fs.mkdtempSync(path.join(tmpdir(), "cairn-bench-"));
  try {
    fs.cpSync(path.join(root, "sdk/dist"), path.join(folder, "dist"), { recursive: true });
    fs.cpSync(recipes, path.join(folder, "recipes"), { recursive: true });
    fs.symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
    return loadOnce("builtinCatalog()", path.join(folder, "dist/recipe/index.js"));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Milliseconds of one call in a new process that has the room loaded, and nothing else. */
function loadOnce(call: string, room = require.resolve("@cairn/sdk/recipe")): number {
  const program = `const room = require(${JSON.stringify(room)}); const before = performance.now(); room.${call}; console.log(performance.now() - before)`;
  return median(Array.from({ length: 5 }, () => Number(start(["-e", program]))));
}

/** Largest resident size of a process, in MB. */
function memoryOf(args: readonly string[]): number {
  const report = "process.on('exit', () => console.log('\\n' + process.resourceUsage().maxRSS / 1024))";
  const preload = `data:text/javascript,${encodeURIComponent(report)}`;
  return Number(
    start(["--import", preload, ...args])
      .trimEnd()
      .split("\n")
      .at(-1),
  );
}

function timeOf(call: () => unknown): number {
  const before = performance.now();
  call();
  return performance.now() - before;
}

/** Median time of a call, after one tenth of the calls as a warm-up. */
function medianOf(calls: number, call: () => unknown): number {
  for (let i = 0; i < Math.ceil(calls / 10); i++) call();
  return median(Array.from({ length: calls }, () => timeOf(call)));
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
}

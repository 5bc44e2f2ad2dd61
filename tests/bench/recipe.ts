/*
 * How long a recipe takes: `node tests/dist/bench/recipe.js`. Medians, because other programs run on the machine too.
 */
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { builtinCatalog, loadCatalog, parseCriteria, recipeDigest, resolve } from "@cairn/sdk/recipe";
import { measureLargeCatalog } from "./large-catalog";

export interface Measurement {
  readonly what: string;
  readonly milliseconds: number;
  /** What it should take at most on two cores. */
  readonly limit: number;
}

const root = path.resolve(__dirname, "../../..");
const criteria = { service: "local", accelerator: "h100", intent: "training" };
const commandLine = ["recipe", ...Object.entries(criteria).flatMap(([name, value]) => [`--${name}`, value])];

export function measureRecipes(): readonly Measurement[] {
  const catalog = builtinCatalog();
  const query = parseCriteria(criteria, catalog);
  const { recipe } = resolve(catalog, query);
  const bare = medianOf(9, () => start(["-e", "0"]));
  const whole = medianOf(9, () => start([path.join(root, "sdk/bin/cairn.js"), ...commandLine]));
  return [
    { what: "resolve a recipe, warm", milliseconds: medianOf(500, () => resolve(catalog, query)), limit: 2 },
    { what: "digest of a recipe, warm", milliseconds: medianOf(200, () => recipeDigest(recipe)), limit: 5 },
    {
      what: "load the built-in catalogue from YAML, warm",
      milliseconds: medianOf(9, () => loadCatalog([path.join(root, "recipes")])),
      limit: 60,
    },
    ...measureLargeCatalog(),
    { what: "`cairn recipe` from a cold start", milliseconds: whole, limit: 120 },
    { what: "  of which Node's own start", milliseconds: bare, limit: 120 },
  ];
}

function start(args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} failed: ${stderr}`);
}

/** Median time of a call, after one tenth of the calls as a warm-up. */
function medianOf(calls: number, call: () => unknown): number {
  for (let i = 0; i < Math.ceil(calls / 10); i++) call();
  const times = Array.from({ length: calls }, () => {
    const before = performance.now();
    call();
    return performance.now() - before;
  }).sort((a, b) => a - b);
  return times[Math.floor(calls / 2)] ?? NaN;
}

function print(measurements: readonly Measurement[]): void {
  for (const { what, milliseconds, limit } of measurements) {
    process.stdout.write(`${what.padEnd(46)} ${milliseconds.toFixed(2).padStart(8)} ms   ≤ ${limit} ms\n`);
  }
}

if (require.main === module) print(measureRecipes());

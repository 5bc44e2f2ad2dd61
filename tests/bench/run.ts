/*
 * `make bench`: how long things take on this machine, against what they should take at most on two cores, with the command that
 * reproduces each figure. `make bench GROUPS="demo test"` measures what takes minutes.
 */
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { measureClouds } from "./clouds";
import { measureEngine } from "./engine";
import { measureRecipes, type Measurement } from "./recipe";

interface Group {
  readonly command: string;
  readonly measure: () => readonly Measurement[] | Promise<readonly Measurement[]>;
  /** Left out unless it is asked for. */
  readonly slow?: boolean;
}

const GROUPS: Readonly<Record<string, Group>> = {
  recipe: { command: "make bench GROUPS=recipe", measure: measureRecipes },
  engine: { command: "make bench GROUPS=engine", measure: measureEngine },
  clouds: { command: "make bench GROUPS=clouds", measure: measureClouds },
  setup: { command: "make setup", measure: () => [timed("set-up, warm", 20_000, "setup")] },
  demo: { command: "make demo", measure: () => [timed("the demo, warm", 90_000, "demo")], slow: true },
  test: { command: "make test", measure: () => [timed("all tests, warm", 360_000, "test")], slow: true },
};

function timed(what: string, limit: number, target: string): Measurement {
  const before = performance.now();
  const { status, stderr } = spawnSync("make", [target], {
    cwd: path.resolve(__dirname, "../../.."),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`make ${target} failed: ${stderr}`);
  return { what, value: performance.now() - before, limit };
}

async function main(asked: readonly string[]): Promise<void> {
  const names = asked.length > 0 ? asked : Object.keys(GROUPS).filter((name) => !GROUPS[name]?.slow);
  print("measured", "took", "limit", "", "command");
  for (const name of names) {
    const group = GROUPS[name];
    if (!group) throw new Error(`no such group: ${name} (there are ${Object.keys(GROUPS).join(", ")})`);
    for (const { what, value, limit, unit } of await group.measure()) {
      print(what, amount(value, unit), amount(limit, unit), value <= limit ? "ok" : "over", group.command);
    }
  }
}

function print(what: string, took: string, limit: string, verdict: string, command: string): void {
  process.stdout.write(
    `${what.padEnd(46)} ${took.padStart(10)} ${limit.padStart(10)}  ${verdict.padEnd(4)}  ${command}\n`,
  );
}

function amount(value: number, unit: Measurement["unit"]): string {
  if (unit !== undefined) return `${value.toFixed(1)} ${unit}`;
  return value < 1000 ? `${value.toFixed(1)} ms` : `${(value / 1000).toFixed(1)} s`;
}

void main(process.argv.slice(2));

import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { failed, runMocha } from "./mocha.mjs";

const sources = (pattern) => globSync(pattern, { exclude: (name) => ["dist", "node_modules"].includes(name) }).sort();

/**
 * Test sources of each suite, and the longest a test of it may take by default. Suites `apart` run every file in a process of its own,
 * several at once: real clusters and hosts make them wait more than they work.
 */
export const SUITES = {
  unit: { patterns: ["sdk/**/*.test.ts", "policy-packs/*/**/*.test.ts"], timeout: 20_000 },
  engine: { patterns: ["tests/engine/**/*.test.ts"], timeout: 120_000, apart: true },
  cluster: { patterns: ["tests/cluster/**/*.test.ts"], timeout: 120_000, apart: true },
  interop: { patterns: ["tests/interop/**/*.test.ts"], timeout: 120_000, apart: true },
};

const PROCESSES = availableParallelism() + 1;

/** Runs one suite; a suite without tests is a failure. */
export async function runSuite(name, children) {
  const { patterns, timeout, apart } = SUITES[name];
  // Compiled tests are found by their sources: what an earlier compilation left is not run.
  const files = patterns.flatMap(sources);
  if (files.length === 0) return failed(`the suite ${name}`, "it has no test");
  if (!apart) return runMocha({ title: `the suite ${name}`, files: files.map(compiled), timeout }, children);
  const queue = [...files];
  const results = [];
  const work = async () => {
    for (let file = queue.shift(); file !== undefined && !children.stopped; file = queue.shift()) {
      const result = await runMocha({ title: file, files: [compiled(file)], timeout }, children, { capture: true });
      console.log(`${file}\n${result.output.trimEnd()}\n`);
      results.push(result);
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }, work));
  return {
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    failures: results.flatMap(({ failures }) => failures),
  };
}

/** Test files that no suite would run. */
export function unassigned() {
  const assigned = new Set(Object.keys(SUITES).flatMap((suite) => SUITES[suite].patterns.flatMap(sources)));
  return sources("{sdk,policy-packs,tests,examples}/**/*.test.ts")
    .filter((file) => !assigned.has(file))
    .map((file) => ({ title: "every test file is in a suite", message: `${file} is in none` }));
}

/** `sdk/lock/pin.test.ts` → `sdk/dist/lock/pin.test.js`, for each TypeScript project. */
function compiled(source) {
  return source.replace(/^(sdk|tests|policy-packs\/[^/]+)\//, "$1/dist/").replace(/\.ts$/, ".js");
}

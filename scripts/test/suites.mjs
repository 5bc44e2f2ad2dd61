import { globSync } from "node:fs";

const sources = (pattern) => globSync(pattern, { exclude: (name) => ["dist", "node_modules"].includes(name) }).sort();

/** Test sources of each suite, in the order in which they run, and the longest a test of it may take by default. */
export const SUITES = {
  unit: { patterns: ["sdk/**/*.test.ts", "policy-packs/*/**/*.test.ts"], timeout: 20_000 },
  engine: { patterns: ["tests/engine/**/*.test.ts"], timeout: 120_000 },
  cluster: { patterns: ["tests/cluster/**/*.test.ts"], timeout: 120_000 },
  interop: { patterns: ["tests/interop/**/*.test.ts"], timeout: 120_000 },
};

/** Compiled tests of a suite. They are found by their sources: what an earlier compilation left is not run. */
export function testsOf(suite) {
  return SUITES[suite].patterns.flatMap(sources).map(compiled);
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

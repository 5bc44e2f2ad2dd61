import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { failed, runMocha } from "./mocha.mjs";

const sources = (pattern) => globSync(pattern, { exclude: (name) => ["dist", "node_modules"].includes(name) }).sort();

/** Test sources of each suite, what takes long first, and the longest that a test of it may take by default. */
export const SUITES = {
  unit: { patterns: ["sdk/**/*.test.ts", "policy-packs/*/**/*.test.ts"], timeout: 20_000 },
  cluster: { patterns: ["tests/cluster/{demo,local*,validation*,stack}.test.ts", "tests/cluster/**/*.test.ts"] },
  engine: { patterns: ["tests/engine/{kill,lifecycle}.test.ts", "tests/engine/**/*.test.ts"] },
  interop: { patterns: ["tests/interop/**/*.test.ts"] },
};
const REAL_PARTS_TIMEOUT = 180_000;

/** One more than cores, because tests wait as long as they work; with many more, a control plane takes minutes to be ready. */
const PROCESSES = availableParallelism() + 1;

const filesOf = (suite) => [...new Set(SUITES[suite].patterns.flatMap(sources))];

/** Unit tests: one process. */
export async function runUnit(children) {
  const { timeout } = SUITES.unit;
  return [await runMocha({ suite: "unit", files: filesOf("unit").map(compiled), timeout }, children)];
}

/** Tests with real parts: each file in a process of its own, several at once; a file's output appears when it is done. */
export async function runReal(suites, children) {
  const results = suites
    .filter((suite) => filesOf(suite).length === 0)
    .map((suite) => ({ suite, ...failed(`the suite ${suite}`, "it has no test") }));
  const queue = suites.flatMap((suite) => filesOf(suite).map((file) => ({ suite, file })));
  const work = async () => {
    for (let next = queue.shift(); next !== undefined && !children.stopped; next = queue.shift()) {
      const { suite, file } = next;
      const job = { suite, files: [compiled(file)], timeout: REAL_PARTS_TIMEOUT };
      const result = await runMocha(job, children, { capture: true });
      console.log(`${file}\n${result.output.trimEnd()}\n`);
      results.push(result);
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }, work));
  return results;
}

/** Test files that no suite would run. */
export function unassigned() {
  const assigned = new Set(Object.keys(SUITES).flatMap(filesOf));
  return sources("{sdk,policy-packs,tests,examples}/**/*.test.ts")
    .filter((file) => !assigned.has(file))
    .map((file) => ({ title: "every test file is in a suite", message: `${file} is in none` }));
}

/** `sdk/lock/pin.test.ts` → `sdk/dist/lock/pin.test.js`, for each TypeScript project; what an earlier compilation left is not run. */
function compiled(source) {
  return source.replace(/^(sdk|tests|policy-packs\/[^/]+)\//, "$1/dist/").replace(/\.ts$/, ".js");
}

import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { lintJobs } from "./lint.mjs";
import { failed, runMocha } from "./mocha.mjs";

const sources = (pattern) => globSync(pattern, { exclude: (name) => ["dist", "node_modules"].includes(name) }).sort();

/** Test sources of each suite. */
const PATTERNS = {
  unit: ["sdk/**/*.test.ts", "policy-packs/*/**/*.test.ts"],
  cluster: ["tests/cluster/**/*.test.ts"],
  engine: ["tests/engine/**/*.test.ts"],
  interop: ["tests/interop/**/*.test.ts"],
  clouds: ["tests/clouds/**/*.test.ts"],
};
export const SUITES = ["lint", ...Object.keys(PATTERNS)];

/** Files that share what takes more to start than they do: a control plane, or a process with the SDK and a registry. */
const TOGETHER = [
  "tests/cluster/{evidence,validation}*.test.ts",
  "tests/cluster/{catalogue,cloud,drain,kube,local,stack}*.test.ts",
  "tests/interop/{cosign,evidence,hostile-*,policy-pack,registry}.test.ts",
  "tests/engine/{cli,state,failure}.test.ts",
];

/** What takes longest is begun first, so that nothing long is left for the end. What is not here takes less than a minute. */
const LONGEST_FIRST = [
  "tests/cluster/catalogue.test.ts",
  "tests/cluster/evidence-cli.test.ts",
  "unit",
  "tests/clouds/stacks.test.ts",
  "tests/clouds/lifecycle.test.ts",
  "tests/clouds/examples.test.ts",
  "tests/cluster/demo.test.ts",
  "eslint",
  "tests/engine/kill.test.ts",
  "tests/engine/lifecycle.test.ts",
];

/** The longest that a test may take by default, in milliseconds. */
const UNIT_TIMEOUT = 20_000;
const REAL_PARTS_TIMEOUT = 180_000;

/** Tests with real parts wait as long as they work. With many more, a control plane takes minutes until its nodes are ready. */
const JOBS_AT_ONCE = 2 * availableParallelism();

const filesOf = (suite) => [...new Set(PATTERNS[suite].flatMap(sources))];

/** Linters are a job each, unit tests are one, and so is every file with real parts, or those that belong together. */
function jobsOf(suite) {
  if (suite === "lint") return lintJobs();
  const files = filesOf(suite);
  if (files.length === 0) return [{ suite, run: async () => failed(`the suite ${suite}`, "it has no test") }];
  const job = (of, timeout, name) => ({
    suite,
    name,
    async run(children) {
      const started = Date.now();
      const result = await runMocha({ suite, files: of.map(compiled), timeout }, children);
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      return { ...result, output: `${name}: ${seconds} s\n${result.output.trimEnd()}\n` };
    },
  });
  if (suite === "unit") return [job(files, UNIT_TIMEOUT, "unit tests")];
  const groups = new Map(files.map((file) => [file, [file]]));
  for (const together of TOGETHER.map(sources)) {
    const [first, ...rest] = files.filter((file) => together.includes(file));
    if (first !== undefined) groups.set(first, [first, ...rest]);
    rest.forEach((file) => groups.delete(file));
  }
  return [...groups.values()].map((group) => job(group, REAL_PARTS_TIMEOUT, group.join(", ")));
}

/** Runs the suites, several jobs at once; a job's output appears when it is done. */
export async function runSuites(suites, children) {
  const rank = ({ name }) => LONGEST_FIRST.findIndex((start) => name.startsWith(start)) + 1 || Infinity;
  const queue = suites.flatMap(jobsOf).sort((a, b) => rank(a) - rank(b) || 0);
  const results = [];
  const work = async () => {
    for (let job = queue.shift(); job !== undefined && !children.stopped; job = queue.shift()) {
      const { output, ...result } = await job.run(children);
      if (output !== undefined) console.log(output);
      results.push({ suite: job.suite, ...result });
    }
  };
  await Promise.all(Array.from({ length: JOBS_AT_ONCE }, work));
  return results;
}

/** Test files that no suite would run. */
export function unassigned() {
  const assigned = new Set(Object.keys(PATTERNS).flatMap(filesOf));
  return sources("{sdk,policy-packs,tests,examples}/**/*.test.ts")
    .filter((file) => !assigned.has(file))
    .map((file) => ({ title: "every test file is in a suite", message: `${file} is in none` }));
}

/** `sdk/lock/pin.test.ts` → `sdk/dist/lock/pin.test.js`, for each TypeScript project; what an earlier compilation left is not run. */
function compiled(source) {
  return source.replace(/^(sdk|tests|policy-packs\/[^/]+)\//, "$1/dist/").replace(/\.ts$/, ".js");
}

// Runs the linters and the test suites and adds up: `test.mjs [lint|unit|engine|cluster|interop]…`, all of them by default.
// The last line is `N passed, N failed`; the exit code says whether all passed.
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import path from "node:path";
import { lint } from "./test/lint.mjs";
import { Children } from "./test/children.mjs";
import { runReal, runUnit, SUITES, unassigned } from "./test/suites.mjs";

process.chdir(path.resolve(import.meta.dirname, ".."));
const marker = "CAIRN_TEST_RUN";
const run = (process.env[marker] = randomUUID());
const { killMarked, markedProcesses } = createRequire(import.meta.url)("../tests/dist/support/processes.js");
const children = new Children();
// Set-up has checked the types of every program; Pulumi's runner need not do it again at each of some hundred runs.
process.env.PULUMI_NODEJS_TRANSPILE_ONLY = "true";

let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    interrupted = true;
    children.stop();
  });
}

const wanted = process.argv.slice(2);
const names = ["lint", ...Object.keys(SUITES)];
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`no such suite: ${unknown.join(", ")} (there are ${names.join(", ")})`);
  process.exit(2);
}

const groups = [
  { names: ["lint"], work: async () => [{ suite: "lint", ...(await lint(children)) }] },
  { names: ["unit"], work: () => runUnit(children) },
  { names: names.filter((name) => !["lint", "unit"].includes(name)), work: (chosen) => runReal(chosen, children) },
];

const results = [];
for (const { names: offered, work } of groups) {
  const chosen = offered.filter((name) => wanted.length === 0 || wanted.includes(name));
  if (interrupted || chosen.length === 0) continue;
  const started = Date.now();
  const title = chosen.join(", ");
  console.log(`\n──── ${title} ────`);
  const part = [...(await work(chosen)), { suite: title, passed: 0, failures: leftovers(title) }];
  results.push(...part);
  console.log(`${title}: ${counts(part)} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
if (interrupted) {
  killMarked(run);
  console.error("interrupted");
  process.exit(130);
}
if (wanted.length === 0) results.push({ suite: "suites", passed: 0, failures: unassigned() });
report();

/** A process that outlives its suite is a failure of the suite. */
function leftovers(suite) {
  const left = markedProcesses(run);
  killMarked(run);
  return left.map(({ pid, command }) => ({
    title: `${suite} leaves no process behind`,
    message: `process ${pid} was still there: ${command.slice(0, 300)}`,
  }));
}

function counts(results) {
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  return `${passed} passed, ${results.flatMap(({ failures }) => failures).length} failed`;
}

function report() {
  const failures = results.flatMap(({ suite, failures }) => failures.map((failure) => ({ suite, ...failure })));
  for (const [index, { suite, title, message }] of failures.entries()) {
    console.log(`\n${index + 1}) ${suite}: ${title}\n${message.replaceAll(/^/gm, "   ")}`);
  }
  console.log(`\n${counts(results)}`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

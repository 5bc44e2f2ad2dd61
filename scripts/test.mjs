// Runs the linters and the test suites and adds up: `test.mjs [lint|unit|engine|cluster|interop|clouds]…`, all of them by default.
// The last line is `N passed, N failed`; the exit code says whether all passed.
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import path from "node:path";
import { Children } from "./test/children.mjs";
import { runSuites, SUITES, unassigned } from "./test/suites.mjs";

process.chdir(path.resolve(import.meta.dirname, ".."));
const marker = "CAIRN_TEST_RUN";
const run = (process.env[marker] = randomUUID());
const { killMarked, markedProcesses } = createRequire(import.meta.url)("../tests/dist/support/processes.js");
const children = new Children();
// Set-up has checked the types of every program; Pulumi's runner need not do it again at each of some hundred runs.
process.env.PULUMI_NODEJS_TRANSPILE_ONLY = "true";
process.env.NODE_COMPILE_CACHE ??= path.resolve("node_modules/.cache/compile");

let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    interrupted = true;
    children.stop();
  });
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !SUITES.includes(name));
if (unknown.length > 0) {
  console.error(`no such suite: ${unknown.join(", ")} (there are ${SUITES.join(", ")})`);
  process.exit(2);
}

const started = Date.now();
const results = await runSuites(
  wanted.length === 0 ? SUITES : SUITES.filter((name) => wanted.includes(name)),
  children,
);
results.push({ suite: "processes", passed: 0, failures: leftovers() });
if (interrupted) {
  console.error("interrupted");
  process.exit(130);
}
if (wanted.length === 0) results.push({ suite: "suites", passed: 0, failures: unassigned() });
report();

/** A process that outlives the tests is a failure. */
function leftovers() {
  const left = markedProcesses(run);
  killMarked(run);
  return left.map(({ pid, command }) => ({
    title: "no test leaves a process behind",
    message: `process ${pid} was still there: ${command.slice(0, 300)}`,
  }));
}

function counts(results) {
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  return `${passed} passed, ${results.flatMap(({ failures }) => failures).length} failed`;
}

function report() {
  for (const suite of SUITES) {
    const own = results.filter((result) => result.suite === suite);
    if (own.length > 0) console.log(`${suite}: ${counts(own)}`);
  }
  console.log(`in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  const failures = results.flatMap(({ suite, failures }) => failures.map((failure) => ({ suite, ...failure })));
  for (const [index, { suite, title, message }] of failures.entries()) {
    console.log(`\n${index + 1}) ${suite}: ${title}\n${message.replaceAll(/^/gm, "   ")}`);
  }
  console.log(`\n${counts(results)}`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

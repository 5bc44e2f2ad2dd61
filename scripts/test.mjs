// Runs the linters and the test suites and adds up: `test.mjs [lint|unit|engine|cluster|interop]…`, all of them by default.
// The last line is `N passed, N failed`; the exit code says whether all passed.
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import path from "node:path";
import { lint } from "./test/lint.mjs";
import { Children } from "./test/children.mjs";
import { runSuite, SUITES, unassigned } from "./test/suites.mjs";

process.chdir(path.resolve(import.meta.dirname, ".."));
const marker = "CAIRN_TEST_RUN";
const run = (process.env[marker] = randomUUID());
const { killMarked, markedProcesses } = createRequire(import.meta.url)("../tests/dist/support/processes.js");
const children = new Children();

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

const results = [];
for (const name of names.filter((candidate) => wanted.length === 0 || wanted.includes(candidate))) {
  if (interrupted) break;
  const started = Date.now();
  console.log(`\n──── ${name} ────`);
  const { passed, failures } = name === "lint" ? await lint(children) : await runSuite(name, children);
  failures.push(...leftovers(name));
  results.push({ name, passed, failures });
  console.log(
    `${name}: ${passed} passed, ${failures.length} failed in ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
}
if (interrupted) {
  killMarked(run);
  console.error("interrupted");
  process.exit(130);
}
if (wanted.length === 0) results.push({ name: "suites", passed: 0, failures: unassigned() });
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

function report() {
  const failures = results.flatMap(({ name, failures }) => failures.map((failure) => ({ suite: name, ...failure })));
  for (const [index, { suite, title, message }] of failures.entries()) {
    console.log(`\n${index + 1}) ${suite}: ${title}\n${message.replaceAll(/^/gm, "   ")}`);
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  console.log(`\n${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

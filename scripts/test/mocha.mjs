import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SUITES, testsOf } from "./suites.mjs";

/** Runs one suite in a mocha process of its own. A process that dies, runs nothing or skips is a failure. */
export async function runSuite(suite, children) {
  const folder = mkdtempSync(path.join(tmpdir(), "cairn-results-"));
  const results = path.join(folder, "results.json");
  const files = testsOf(suite);
  if (files.length === 0) return failed(suite, "it has no test");
  try {
    const { ended } = await children.run(process.execPath, [
      "--enable-source-maps",
      "node_modules/mocha/bin/mocha.js",
      ...["--no-config", "--exit", "--forbid-only", "--forbid-pending", "--timeout", String(SUITES[suite].timeout)],
      ...["--reporter", path.join(import.meta.dirname, "reporter.cjs"), "--reporter-option", `results=${results}`],
      ...files,
    ]);
    const { passed, failures } =
      readResults(results) ?? failed(suite, `mocha ended with ${ended} before it had run every test`);
    return passed + failures.length === 0 ? failed(suite, "no test ran") : { passed, failures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readResults(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function failed(suite, message) {
  return { passed: 0, failures: [{ title: `the suite ${suite} runs`, message }] };
}

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Runs compiled test files in a mocha process of their own. A process that dies, runs nothing or skips is a failure. */
export async function runMocha({ suite, files, timeout }, children) {
  const folder = mkdtempSync(path.join(tmpdir(), "cairn-results-"));
  const results = path.join(folder, "results.json");
  try {
    const { ended, output } = await children.run(process.execPath, [
      ...["--enable-source-maps", "--min-semi-space-size=32", "--max-semi-space-size=32"],
      "node_modules/mocha/bin/mocha.js",
      ...["--no-config", "--exit", "--forbid-only", "--forbid-pending", "--timeout", String(timeout)],
      ...["--reporter", path.join(import.meta.dirname, "reporter.cjs"), "--reporter-option", `results=${results}`],
      // Only there do programs of Pulumi run in the process of the tests.
      ...(suite === "unit" ? ["--require", path.join(import.meta.dirname, "promises.cjs")] : []),
      ...files,
    ]);
    const title = files.length === 1 ? files[0] : suite;
    const { passed, failures } =
      readResults(results) ?? failed(title, `mocha ended with ${ended} before it had run every test`);
    const outcome = passed + failures.length === 0 ? failed(title, "no test ran") : { passed, failures };
    return { suite, output, ...outcome };
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

export function failed(title, message) {
  return { passed: 0, failures: [{ title: `${title} runs`, message }] };
}

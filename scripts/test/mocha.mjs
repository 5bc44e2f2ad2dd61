import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Runs compiled test files in a mocha process of their own. A process that dies, runs nothing or skips is a failure. */
export async function runMocha({ title, files, timeout }, children, options) {
  const folder = mkdtempSync(path.join(tmpdir(), "cairn-results-"));
  const results = path.join(folder, "results.json");
  try {
    const { ended, output } = await children.run(
      process.execPath,
      [
        "--enable-source-maps",
        "node_modules/mocha/bin/mocha.js",
        ...["--no-config", "--exit", "--forbid-only", "--forbid-pending", "--timeout", String(timeout)],
        ...["--reporter", path.join(import.meta.dirname, "reporter.cjs"), "--reporter-option", `results=${results}`],
        ...files,
      ],
      options,
    );
    const { passed, failures } =
      readResults(results) ?? failed(title, `mocha ended with ${ended} before it had run every test`);
    return { output, ...(passed + failures.length === 0 ? failed(title, "no test ran") : { passed, failures }) };
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

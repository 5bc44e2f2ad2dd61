import { createHash } from "node:crypto";
import { globSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";

const ESLINT_CACHE = "node_modules/.cache/eslint";
const BY_CONTENT = ["--cache", "--cache-strategy", "content"];

/** Each linter counts as one test. */
const linters = () => ({
  "eslint: the rules of eslint.config.mjs": [
    "node_modules/eslint/bin/eslint.js",
    ...BY_CONTENT,
    "--cache-location",
    eslintCache(),
    ".",
  ],
  "prettier: every file is formatted": [
    "node_modules/prettier/bin/prettier.cjs",
    "--check",
    ...BY_CONTENT,
    "--log-level",
    "warn",
    ".",
  ],
  "dependency-cruiser: the walls between rooms": [
    "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs",
    "--config",
    ".dependency-cruiser.cjs",
    ...["--cache", "node_modules/.cache/dependency-cruiser", "--cache-strategy", "content"],
    "sdk",
    "policy-packs",
    "examples",
  ],
});

/**
 * Rules that need types look into other files, and eslint's cache only asks whether a file itself or the configuration changed. So what they
 * can see is in the name of the cache: every TypeScript file of ours, built or not, how it is compiled, and which packages there are.
 */
function eslintCache() {
  const seen = globSync("**/{*.ts,*.mts,tsconfig*.json,package-lock.json}", {
    exclude: (name) => name === "node_modules",
  });
  const hash = createHash("sha256");
  for (const file of seen.sort()) hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  const name = hash.digest("hex");
  for (const other of cachesIn(ESLINT_CACHE))
    if (other !== name) rmSync(path.join(ESLINT_CACHE, other), { force: true });
  return path.join(ESLINT_CACHE, name);
}

function cachesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A job for each linter. */
export function lintJobs() {
  return Object.entries(linters()).map(([title, args]) => ({
    suite: "lint",
    name: title,
    async run(children) {
      const { ok, output } = await children.run(process.execPath, args);
      return ok
        ? { passed: 1, failures: [], output: `  ✔ ${title}` }
        : { passed: 0, failures: [{ title, message: output.trim() }], output: `  ✗ ${title}` };
    },
  }));
}

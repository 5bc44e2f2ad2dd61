/** Each linter counts as one test. */
const LINTERS = {
  "eslint: the rules of eslint.config.mjs": ["node_modules/eslint/bin/eslint.js", "."],
  "prettier: every file is formatted": [
    "node_modules/prettier/bin/prettier.cjs",
    "--check",
    "--cache",
    "--cache-strategy",
    "content",
    "--log-level",
    "warn",
    ".",
  ],
  "dependency-cruiser: the walls between rooms": [
    "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs",
    "--config",
    ".dependency-cruiser.cjs",
    "sdk",
    "policy-packs",
    "examples",
  ],
};

/** A job for each linter. */
export function lintJobs() {
  return Object.entries(LINTERS).map(([title, args]) => ({
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

/** Each linter counts as one test. */
const LINTERS = {
  "eslint: the rules of eslint.config.mjs": ["node_modules/eslint/bin/eslint.js", "."],
  "prettier: every file is formatted": [
    "node_modules/prettier/bin/prettier.cjs",
    "--check",
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

/** Runs every linter, at the same time. */
export async function lint(children) {
  const results = await Promise.all(
    Object.entries(LINTERS).map(async ([title, args]) => {
      const { ok, output } = await children.run(process.execPath, args, { capture: true });
      console.log(`  ${ok ? "✔" : "✗"} ${title}`);
      return { ok, title, message: output.trim() };
    }),
  );
  const failures = results.filter(({ ok }) => !ok);
  return { passed: results.length - failures.length, failures };
}

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

/** Runs every linter, also after one has failed. */
export async function lint(children) {
  const failures = [];
  for (const [title, args] of Object.entries(LINTERS)) {
    const { ok, output } = await children.run(process.execPath, args, { capture: true });
    console.log(`  ${ok ? "✔" : "✗"} ${title}`);
    if (!ok) failures.push({ title, message: output.trim() });
  }
  return { passed: Object.keys(LINTERS).length - failures.length, failures };
}

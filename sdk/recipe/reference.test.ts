import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const ROOT = join(dirname(require.resolve("@cairn/sdk/package.json")), "..");

describe("docs/recipe-reference.md", () => {
  it("is what the schemas say, and they describe every field", () => {
    const printed = execFileSync(process.execPath, [join(ROOT, "scripts/recipe-reference.mjs")], { encoding: "utf8" });
    const page = readFileSync(join(ROOT, "docs/recipe-reference.md"), "utf8");
    assert.ok(page === printed, "run `node scripts/recipe-reference.mjs > docs/recipe-reference.md`");
  });
});

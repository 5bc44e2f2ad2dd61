import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { type Check, runPhase } from "@cairn/sdk/validation";
import { ModuleKind, transpileModule } from "typescript";
import { tempDir, testCluster } from "../support";
import { recipe } from "./validation-fixture";

const guide = resolve(__dirname, "../../../docs/validation.md");

/** The complete check in the guide, as code. */
function exampleCheck(): Check {
  const [, source] = /<!-- example:[^]*?```ts\n([^]*?)```/.exec(readFileSync(guide, "utf8")) ?? [];
  assert.ok(source);
  const { outputText } = transpileModule(source, { compilerOptions: { module: ModuleKind.CommonJS } });
  const file = join(tempDir("docs"), "immutable-config.js");
  const here = JSON.stringify(__filename);
  writeFileSync(file, `require = require("node:module").createRequire(${here});\n${outputText}`);
  return (createRequire(file)(file) as { immutableConfig: Check }).immutableConfig;
}

describe("the check that docs/validation.md shows", function () {
  this.timeout(60_000);

  it("runs, with both controls", async () => {
    const { kube } = await testCluster();
    const check = exampleCheck();
    const result = await runPhase({
      cluster: { kube },
      recipe: { ...recipe, validation: { [check.phase]: { constraints: [], checks: [check.name] } } },
      images: {},
      phase: check.phase,
      checks: [check],
    });
    assert.equal(result.status, "passed", result.summary);
    assert.deepEqual(
      result.outcomes[0]?.assertions.map((a) => a.control),
      ["positive", "negative"],
    );
  });
});

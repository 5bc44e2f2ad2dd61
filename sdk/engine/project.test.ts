import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadProject } from "./project";

describe("a project file", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(path.join(tmpdir(), "cairn-project-"))));
  afterEach(() => rmSync(directory, { recursive: true }));

  const doubled = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`);
  const broken: Readonly<Record<string, string>> = {
    "not YAML": "name: [",
    "a list": "[1, 2]",
    "one that aliases blow up": ["name: p", "runtime: nodejs", "a0: &a0 [x]", ...doubled].join("\n"),
  };
  for (const [what, text] of Object.entries(broken))
    it(`is refused when it is ${what}`, () => {
      writeFileSync(path.join(directory, "Pulumi.yaml"), text);
      assert.throws(() => loadProject(directory, "dev"), { code: "PROJECT_INVALID" });
    });
});

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadProject, resolveConfig, stateFile } from "./project";
import { Crypter } from "./state/crypter";

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

  it("is missed by name, and so is a runtime that needs the pulumi CLI", () => {
    assert.throws(() => loadProject(directory, "dev"), { code: "PROJECT_MISSING" });
    writeFileSync(path.join(directory, "Pulumi.yaml"), "name: p\nruntime: go\n");
    assert.throws(() => loadProject(directory, "dev"), /runs nodejs programs, not "go"; install the pulumi CLI/);
  });

  it("gives programs the stack's configuration over its own, with secure values opened and known as secret", async () => {
    const crypter = await Crypter.open("test");
    const secure = crypter.encrypt("hunter2");
    writeFileSync(
      path.join(directory, "Pulumi.yaml"),
      "name: p\nruntime: nodejs\nconfig:\n  region: { default: west }\n  size: { value: 3 }\n",
    );
    writeFileSync(
      path.join(directory, "Pulumi.dev.yaml"),
      JSON.stringify({
        config: { region: "east", other: { tokens: [{ secure }], plain: true }, "aws:key": { secure } },
      }),
    );
    assert.deepEqual(resolveConfig(loadProject(directory, "dev"), crypter), {
      values: {
        "p:region": "east",
        "p:size": "3",
        "p:other": '{"tokens":["hunter2"],"plain":true}',
        "aws:key": "hunter2",
      },
      secretKeys: ["p:other", "aws:key"],
    });
  });

  it("has its state beside it, or where a file backend says", () => {
    writeFileSync(path.join(directory, "Pulumi.yaml"), "name: p\nruntime: nodejs\n");
    const project = loadProject(directory, "dev");
    const below = (folder: string): string => path.join(folder, ".cairn/state/p/dev.json");
    assert.equal(stateFile(project, {}), below(directory));
    assert.equal(stateFile(project, { PULUMI_BACKEND_URL: "file:///var/lib/state" }), below("/var/lib/state"));
    assert.equal(stateFile(project, { PULUMI_BACKEND_URL: "file://.." }), below(path.dirname(directory)));
    assert.equal(stateFile(project, { PULUMI_BACKEND_URL: "file://~" }), below(process.env["HOME"] ?? ""));
    assert.throws(() => stateFile(project, { PULUMI_BACKEND_URL: "s3://bucket" }), { code: "BACKEND_UNSUPPORTED" });
  });
});

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";

const runner = require.resolve("@pulumi/pulumi/cmd/run");
const lazy = require.resolve("./lazy");

/** What a program in a process of its own says. */
function run(program: string): string {
  const start = `require(${JSON.stringify(lazy)}).loadSdkLazily(${JSON.stringify(runner)});
    const pulumi = require("@pulumi/pulumi");
    const loaded = () => Object.keys(require.cache).some((file) => file.includes("/@npmcli/arborist/"));`;
  return execFileSync(process.execPath, ["-e", `${start} ${program}`], { cwd: __dirname, encoding: "utf8" }).trim();
}

describe("the SDK of a host", () => {
  it("leaves npm's package manager out until a function's packages are looked up", () => {
    const said = run(`
      const before = loaded();
      pulumi.runtime.computeCodePaths({ extraIncludePackages: ["yaml"] }).then((paths) => {
        console.log(before, loaded(), [...paths.keys()].some((path) => path.endsWith("node_modules/yaml")));
      });`);
    assert.equal(said, "false true true");
  });

  it("takes functions apart, and says where one is that cannot go to a cloud", () => {
    const said = run(`
      const text = (f) => pulumi.runtime.serializeFunction(f).then(({ text }) => text, ({ message }) => message);
      const two = 2;
      const entries = [].entries();
      Promise.all([text(() => two), text(() => entries.next())]).then((texts) => console.log(...texts));`);
    assert.match(said, /with\(\{ two: 2, .*return \(\) => two;/s);
    assert.match(said, /'\(\) => entries\.next\(\)': \[eval\]\S*\(7,\d+\): captured/);
  });

  it("has the Automation API for programs that run others", () => {
    const said = run(`
      const before = Object.keys(require.cache).some((file) => file.endsWith("/automation/stack.js"));
      const { LocalWorkspace } = require("@pulumi/pulumi/automation");
      console.log(before, pulumi.automation.LocalWorkspace === LocalWorkspace, Object.keys(pulumi.automation).includes("Stack"));`);
    assert.equal(said, "false true true");
  });

  it("gives the real one to a program that asks for it", () => {
    assert.equal(run(`console.log(typeof require("@npmcli/arborist"), loaded())`), "function true");
  });
});

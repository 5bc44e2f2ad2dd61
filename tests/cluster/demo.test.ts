import { strict as assert } from "node:assert";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { markedProcesses, MARKER } from "../support/processes";
import { onEnd } from "../support/run";

const root = resolve(__dirname, "..", "..", "..");

/** The demo on copies of the examples; inside the checkout, so that programs find their packages. */
class Demo {
  private readonly stage: string;

  constructor() {
    mkdirSync(join(root, ".cairn"), { recursive: true });
    this.stage = mkdtempSync(join(root, ".cairn", "stage-"));
    onEnd(() => rmSync(this.stage, { recursive: true, force: true }));
    cpSync(join(root, "tsconfig.base.json"), join(this.stage, "tsconfig.base.json"));
    for (const example of ["local-training", "unsigned-image"]) {
      for (const file of ["Pulumi.yaml", "index.ts", "package.json", "tsconfig.json"]) {
        cpSync(join(root, "examples", example, file), join(this.stage, "examples", example, file));
      }
    }
  }

  path(...parts: readonly string[]): string {
    return join(this.stage, ...parts);
  }

  /** Runs to the end, or until the output matches: then everything of this run is killed as by a crash of its terminal. */
  async run(
    args: readonly string[] = [],
    killAt?: RegExp,
  ): Promise<{ readonly output: string; readonly exit: number | null }> {
    const child = spawn(process.execPath, [join(root, "scripts", "demo.mjs"), ...args], {
      detached: true,
      env: { ...process.env, CAIRN_DEMO_STAGE: this.stage, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (killAt?.test(output) && child.exitCode === null && child.pid !== undefined)
          process.kill(-child.pid, "SIGKILL");
      });
    }
    const [exit] = (await once(child, "close")) as [number | null];
    return { output, exit };
  }
}

describe("make demo", function () {
  this.timeout(600_000);
  const demo = new Demo();
  let suggested = "";

  for (const [moment, sign] of [
    ["while it locks", /\$ npx cairn lock/],
    ["while the control plane starts", /\+ GpuTrainingCluster demo/],
    ["in the middle of the stack", /\+ ImageLock /],
  ] as const) {
    it(`is killed ${moment}`, async () => {
      const { output, exit } = await demo.run([], sign);
      assert.equal(exit, null, output);
    });
  }

  it("recovers from it, and shows every step with real parts", async () => {
    const { output, exit } = await demo.run();
    assert.equal(exit, 0, output);
    assert.match(output, /image-signature-verified \(mandatory, pack cairn-supply-chain\)/);
    assert.match(
      output,
      /Deployment "notebook": image registry\.cairn\.test\/demo\/notebook:0\.9\.0@sha256:[0-9a-f]{64} .*not signed.*cosign sign/,
    );
    assert.match(output, /ValidationPhase demo-conformance/);
    assert.match(
      output,
      /results {4}recounted: readiness 1 of 1 passed; deployment 1 of 1 passed; conformance 3 of 3 passed/,
    );
    assert.match(output, /tier simulated: no kubelet ran, so this never counts as conformance/);
    assert.match(output, /FAILED {2}files .*\n.*changed: recipe\.json/);
    assert.match(output, /Tamper: one byte changed +refused, as it should be/);
  });

  it("leaves state, lock, evidence and kubeconfig where it says, and no secret in them", () => {
    const password = readFileSync(demo.path(".cairn", "demo", "passphrase"), "utf8");
    const project = (...parts: readonly string[]): string => demo.path("examples", "local-training", ...parts);
    assert.ok(existsSync(project(".cairn", "clusters", "dev-demo", "kubeconfig")));
    for (const file of ["cairn.lock.yaml", "evidence.yaml", ".cairn/state/local-training/dev.json"]) {
      const content = readFileSync(project(file), "utf8");
      assert.ok(!content.includes(password) && !content.includes("client-key-data"), `${file} holds a secret`);
    }
  });

  it("says unchanged the second time", async () => {
    const { output, exit } = await demo.run();
    assert.equal(exit, 0, output);
    assert.match(output, /Up: cluster, stack, validation, signed evidence +unchanged/);
    suggested = output.slice(output.indexOf("Try next:"));
  });

  it("suggests commands that work where it was run", async () => {
    const commands = [...suggested.matchAll(/^ +\$ (.*)$/gm)].map(([, command = ""]) => command);
    assert.equal(commands.pop(), "make demo-down");
    // `up` has just passed conformance, which takes longest.
    const script = commands.join(" && ").replace("--phase conformance", "--phase readiness");
    const { stdout } = await promisify(execFile)("bash", ["-c", script], { cwd: root });
    assert.match(stdout, /scrapeInterval = "10s"/);
    assert.match(stdout, /readiness.*passed/);
  });

  it("goes down in order and leaves no process", async () => {
    const { output, exit } = await demo.run(["down"]);
    assert.equal(exit, 0, output);
    assert.ok(output.indexOf("Evidence demo-evidence") < output.indexOf("LocalCluster demo"), output);
    const ours = markedProcesses(process.env[MARKER] ?? "").filter(({ command }) => command.includes(demo.path()));
    assert.deepEqual(ours, []);
  });
});

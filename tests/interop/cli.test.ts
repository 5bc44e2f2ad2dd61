import assert from "node:assert/strict";
import { once } from "node:events";
import { cpSync, existsSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { main } from "@cairn/sdk/cli";
import { beforeEach, describe, it } from "mocha";
import { tempDir } from "../support";
import { cairn as run, finished, startCairn, type Ran } from "./command";

const ROOT = resolve(__dirname, "../../..");
const PACK = dirname(require.resolve("@cairn/policy-supply-chain/package.json"));

describe("the cairn command as a process", () => {
  let directory: string;
  beforeEach(() => {
    directory = tempDir("cli");
    symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"));
  });

  const cairn = (argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
    run(argv, { cwd: directory, env });

  const program = (name: string): string => {
    const target = join(directory, name);
    cpSync(join(ROOT, "tests/interop/programs", name), target, { recursive: true });
    return target;
  };

  it("resolves a recipe and writes nothing to stderr", async () => {
    const { exit, stdout, stderr } = await cairn(["recipe", "--service", "local", "-o", "json"]);
    assert.deepEqual([exit, stderr], [0, ""]);
    assert.equal((JSON.parse(stdout) as { kind: string }).kind, "RecipeResult");
  });

  it("does not mind that its output is cut off", async () => {
    const child = startCairn(["recipe", "--service", "local", "-o", "json"], { cwd: directory });
    child.stdout?.destroy();
    const [exit] = (await once(child, "exit")) as [number];
    assert.equal(exit, 0);
  });

  it("refuses at preview what the policy pack refuses, and names resource, image, rule and way out", async () => {
    const { exit, stdout, stderr } = await cairn(
      ["preview", "-C", program("images"), "--offline", "--policy-pack", PACK],
      { TEST_IMAGES: "web=nginx:1.27\nlate=?" },
    );
    assert.deepEqual([exit, stderr], [1, ""]);
    assert.match(stdout, /✗ image-digest-pinned \(mandatory, pack cairn-supply-chain\)/);
    assert.match(
      stdout,
      /Pod "web": image nginx:1\.27 at spec\.containers\[0\]\.image has no digest.*cairn lock --image/,
    );
    assert.match(stdout, /Pod "late": the image at spec\.containers\[0\]\.image is not known before `up`/);
    assert.match(stdout, /there is no lock at .*images\/cairn\.lock\.yaml/);
    assert.match(stdout, /✗ preview refused by policy/);
    assert.ok(!stdout.includes("hunter2"));
  });

  it("takes a policy pack's levels from a file, and lets advice pass", async () => {
    const config = join(directory, "policy.json");
    cpSync(join(ROOT, "tests/interop/programs/images/advisory.json"), config);
    const { exit, stdout } = await cairn(
      ["preview", "-C", program("images"), "--offline", "--policy-pack", `${PACK}=${config}`, "-o", "json"],
      { TEST_IMAGES: "web=nginx:1.27" },
    );
    const result = JSON.parse(stdout) as { ok: boolean; policies: { level: string; policy: string }[] };
    assert.deepEqual([exit, result.ok], [0, true]);
    assert.deepEqual(new Set(result.policies.map(({ level }) => level)), new Set(["advisory"]));
    assert.ok(!stdout.includes("hunter2"));
  });

  it("creates, says unchanged the second time, and destroys", async () => {
    const project = program("steps");
    const env = { MARKS: join(directory, "marks"), SECONDS: "0" };
    const up = await cairn(["up", "-C", project, "--yes"], env);
    assert.equal(up.exit, 0, up.stdout + up.stderr);
    assert.match(up.stdout, /\n✓ up: 3 created in/);
    assert.match(up.stdout, /done {3}both\n {2}token {2}\[secret\]/);
    const again = await cairn(["up", "-C", project, "--yes"], env);
    assert.match(again.stdout, /✓ up unchanged: all 3 resources are as they should be/);
    const destroy = await cairn(["destroy", "-C", project, "--yes"], env);
    assert.match(destroy.stdout, /✓ destroy: 3 deleted/);
  });

  it("asks before it changes anything, and takes no for an answer", async () => {
    const project = program("steps");
    const marks = join(directory, "marks");
    const env = { ...process.env, PULUMI_CONFIG_PASSPHRASE: "test", MARKS: marks, SECONDS: "0" };
    const signal = new AbortController().signal;
    const say = async (answer: string): Promise<{ readonly exit: number; readonly text: string }> => {
      let text = "";
      const stream = { write: (more: string) => ((text += more), true) };
      const ask = (question: string) => Promise.resolve(((text += question), answer));
      const exit = await main(["up", "-C", project], {
        stdout: stream,
        stderr: stream,
        env,
        cwd: directory,
        signal,
        ask,
      });
      return { exit, text };
    };
    const refused = await say("");
    assert.match(refused.text, /preview: 3 to create[^]*Do this now\? \[y\/N\] nothing was changed/);
    assert.deepEqual([refused.exit, existsSync(marks)], [0, false]);
    const done = await say("yes");
    assert.equal(done.exit, 0, done.text);
    assert.equal(readFileSync(marks, "utf8"), "first\nsecond\n");
  });

  interface Request {
    readonly restarted: boolean;
    readonly group: boolean;
    readonly signals: readonly NodeJS.Signals[];
  }
  const requests: Readonly<Record<string, Request>> = {
    "on Ctrl-C": { restarted: false, group: true, signals: ["SIGINT"] },
    "on Ctrl-C, which a waiting launcher gets too,": { restarted: true, group: true, signals: ["SIGINT"] },
    "on the two signals of `timeout`, to the waiting launcher alone,": {
      restarted: true,
      group: false,
      signals: ["SIGTERM", "SIGTERM"],
    },
  };
  for (const [when, { restarted, group, signals }] of Object.entries(requests))
    it(`stops ${when} with what was done saved and exit code 130, and goes on from there`, async () => {
      const project = program("steps");
      const marks = join(directory, "marks");
      const env = { MARKS: marks, SECONDS: "2" };
      const child = startCairn(["up", "-C", project, "--yes"], { cwd: directory, env, restarted });
      const done = finished(child);
      while (!existsSync(marks) && child.exitCode === null && child.signalCode === null) await sleep(50);
      for (const signal of signals) {
        process.kill((group ? -1 : 1) * (child.pid ?? 0), signal);
        await sleep(5);
      }
      const stopped = await done;
      assert.equal(stopped.exit, 130, stopped.stdout + stopped.stderr);
      assert.match(stopped.stderr, /stopping and saving/);
      assert.match(stopped.stdout, /up interrupted/);
      assert.equal(readFileSync(marks, "utf8"), "first\n");
      const rest = await cairn(["up", "-C", project, "--yes"], { MARKS: marks, SECONDS: "0" });
      assert.equal(rest.exit, 0, rest.stdout + rest.stderr);
      assert.equal(readFileSync(marks, "utf8"), "first\nsecond\n");
    });
});

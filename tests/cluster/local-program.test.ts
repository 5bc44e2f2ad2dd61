import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { localClusterStatus, stopLocalCluster } from "@cairn/sdk/local";
import { cairn, type Ran } from "../interop/command";
import { tempDir } from "../support";

const ROOT = path.resolve(__dirname, "../../..");

describe("a program with a local cluster", function () {
  this.timeout(300_000);
  let project: string;
  const place = () => ({ name: "dev-one", folder: path.join(project, ".cairn", "clusters") });
  const run = async (nodes: number, ...argv: string[]): Promise<Ran> => {
    const ran = await cairn([...argv, "-C", project], { cwd: project, env: { TEST_NODES: String(nodes) } });
    assert.equal(ran.exit, 0, ran.stdout + ran.stderr);
    return ran;
  };

  before(() => {
    const folder = tempDir("local-program");
    fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
    project = path.join(folder, "local");
    fs.cpSync(path.join(ROOT, "tests/cluster/programs/local"), project, { recursive: true });
  });
  after(() => stopLocalCluster(place()));

  it("starts nothing at preview", async () => {
    await run(1, "preview");
    assert.equal(localClusterStatus(place()).state, "absent");
  });

  it("brings the cluster up, and shows its key neither in the output nor in the state", async () => {
    const { stdout, stderr } = await run(1, "up", "--yes");
    assert.equal(localClusterStatus(place()).state, "running");
    const kubeconfig = fs.readFileSync(path.join(place().folder, "dev-one", "kubeconfig"), "utf8");
    const key = /"client-key-data":"(\w{40})/.exec(kubeconfig)?.[1];
    assert.ok(key);
    const states = filesUnder(path.join(project, ".cairn")).filter((file) => !file.startsWith(place().folder));
    assert.ok(states.length > 0);
    for (const [what, text] of [
      ["output", stdout + stderr],
      ...states.map((file) => [file, fs.readFileSync(file, "utf8")]),
    ]) {
      assert.ok(!text?.includes(key), `the key is in ${what}`);
    }
  });

  it("says unchanged while the cluster runs", async () => {
    assert.match((await run(1, "up", "--yes")).stdout, /unchanged/);
  });

  it("heals what was killed, as `up` after a reboot would, and keeps the cluster's address and keys", async () => {
    const status = localClusterStatus(place());
    assert.ok(status.state === "running");
    for (const { pid } of status.processes) process.kill(pid, "SIGKILL");
    while (localClusterStatus(place()).state !== "stopped") await sleep(20);
    const kubeconfig = () => fs.readFileSync(path.join(place().folder, "dev-one", "kubeconfig"), "utf8");
    const before = kubeconfig();
    await run(2, "up", "--yes");
    assert.equal(localClusterStatus(place()).state, "running");
    assert.equal(kubeconfig(), before);
  });

  it("leaves no process and no folder after destroy", async () => {
    await run(2, "destroy", "--yes");
    assert.equal(localClusterStatus(place()).state, "absent");
    assert.equal(fs.existsSync(path.join(place().folder, "dev-one")), false);
  });
});

function filesUnder(folder: string): readonly string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

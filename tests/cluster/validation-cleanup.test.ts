import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { type Cluster, goodCluster, leftovers, recipe } from "./validation-fixture";

/** Runs, in a process of its own, a check that makes a namespaced and a cluster-scoped object and then never ends. */
const PROGRAM = `
const { readFileSync } = require("node:fs");
const { runPhase } = require("@cairn/sdk/validation");
const interrupt = new AbortController();
process.once("SIGINT", () => interrupt.abort());
const endless = {
  name: "endless", phase: "performance", description: "never ends", timeout: 600000, needs: [], permissions: [],
  async run({ kube, namespace, owner }) {
    await kube.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kept", namespace } });
    const metadata = { name: namespace, ownerReferences: [owner] };
    await kube.create({ apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata, value: 1 });
    console.log(namespace);
    return new Promise(() => {});
  },
};
runPhase({
  cluster: { kubeconfig: readFileSync(process.argv[1], "utf8") },
  recipe: JSON.parse(process.argv[2]),
  images: {},
  phase: "performance",
  checks: [endless],
  signal: interrupt.signal,
}).catch((error) => {
  console.error(error.code);
  process.exit(130);
});
`;

describe("a validation run that is cut short", function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let child: ChildProcess | undefined;

  before(async () => {
    cluster = await goodCluster();
  });
  after(async () => {
    child?.kill("SIGKILL");
    await cluster.undo();
  });

  /** Starts the program and waits until its check has made its objects. */
  const start = async (): Promise<{ readonly process: ChildProcess; readonly namespace: string }> => {
    const performance = { constraints: [], checks: ["endless"] };
    const underTest = JSON.stringify({ ...recipe, validation: { performance } });
    const args = ["-e", PROGRAM, cluster.kubeconfigFile, underTest];
    child = spawn(process.execPath, args, { cwd: __dirname, stdio: ["ignore", "pipe", "pipe"] });
    const [line] = (await once(child.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
    return { process: child, namespace: line.toString().trim() };
  };
  const priorityClasses = async (): Promise<readonly string[]> =>
    (await cluster.kube.list("scheduling.k8s.io/v1", "PriorityClass"))
      .map((c) => c.metadata.name)
      .filter((name) => name.startsWith("cairn-check"));

  it("by an interrupt has removed everything before it ends", async () => {
    const running = await start();
    assert.deepEqual(await leftovers(cluster.kube), [running.namespace]);
    running.process.kill("SIGINT");
    const errors = text(running.process.stderr as Readable);
    const [code] = (await once(running.process, "exit")) as [number | null];
    assert.deepEqual([code, (await errors).trim()], [130, "VALIDATION_INTERRUPTED"]);
    assert.deepEqual(await leftovers(cluster.kube), []);
    assert.deepEqual(await priorityClasses(), []);
  });

  it("by a kill is cleaned up by the next run, which leaves a run that is alive alone", async () => {
    const killed = await start();
    killed.process.kill("SIGKILL");
    await once(killed.process, "exit");
    const alive = await start();
    assert.deepEqual(await leftovers(cluster.kube), [alive.namespace]);
    assert.deepEqual(await priorityClasses(), [alive.namespace]);

    const result = await cluster.run("deployment");
    assert.equal(result.status, "passed", result.summary);
    assert.deepEqual(await leftovers(cluster.kube), [alive.namespace]);
    alive.process.kill("SIGINT");
    await once(alive.process, "exit");
    assert.deepEqual(await leftovers(cluster.kube), []);
  });
});

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type KubeObject, type KubeClient, readiness, waitFor } from "@cairn/sdk/kube";
import {
  localClusterProvider,
  localClusterStatus,
  localPools,
  startLocalCluster,
  stopLocalCluster,
} from "@cairn/sdk/local";
import { type NodePool } from "@cairn/sdk/cluster";
import { markedProcesses } from "../support/processes";
import { tempDir, testCluster, type TestCluster } from "../support";

describe("a local cluster", function () {
  this.timeout(120_000);
  const namespace = "local-cluster";
  let cluster: TestCluster;
  let kube: KubeClient;

  before(async () => {
    cluster = await testCluster();
    kube = cluster.kube;
    await kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  });

  const ready = (object: KubeObject | undefined) => (object ? readiness(object).ready : false);
  const waitReady = async (object: KubeObject) => {
    const { apiVersion, kind, metadata } = await kube.create(object);
    return waitFor(kube, { apiVersion, kind, name: metadata.name, namespace }, ready, { timeout: 60 });
  };
  const podSpec = (more: object = {}) => ({ containers: [{ name: "main", image: "example.com/nothing:1" }], ...more });

  it("reports the version it was asked for, and its identity", async () => {
    assert.match(cluster.kubernetesVersion, /^1\.36\.\d+$/);
    const system = await kube.get({ apiVersion: "v1", kind: "Namespace", name: "kube-system" });
    assert.equal(cluster.identity, system?.metadata["uid"]);
  });

  it("listens on 127.0.0.1 only, and shows its kubeconfig to its owner only", () => {
    const kubeconfig = JSON.parse(cluster.kubeconfig) as { clusters: { cluster: { server: string } }[] };
    assert.match(kubeconfig.clusters[0]?.cluster.server ?? "", /^https:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(fs.statSync(cluster.kubeconfigFile).mode & 0o777, 0o600);
    assert.equal(fs.statSync(path.dirname(cluster.kubeconfigFile)).mode & 0o777, 0o700);
  });

  it("has schedulable nodes with GPUs, and one without", async () => {
    const nodes = await kube.list("v1", "Node");
    const gpus = nodes.map(({ metadata, status }) => {
      const { allocatable } = status as { allocatable: Record<string, string> };
      return [metadata.name, allocatable["nvidia.com/gpu"]];
    });
    assert.deepEqual(Object.fromEntries(gpus), {
      "gpu-0": "8",
      "gpu-1": "8",
      "gpu-2": "8",
      "gpu-3": "8",
      "system-0": undefined,
    });
  });

  it("serves the alpha and beta APIs that checks need", async () => {
    const served = new Set((await kube.resources()).map(({ groupVersion, kind }) => `${groupVersion} ${kind}`));
    for (const wanted of [
      "resource.k8s.io/v1 ResourceClaim",
      "scheduling.k8s.io/v1alpha2 PodGroup",
      "admissionregistration.k8s.io/v1 MutatingAdmissionPolicy",
      "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy",
    ]) {
      assert.ok(served.has(wanted), wanted);
    }
  });

  it("makes Deployments and DaemonSets ready and Jobs complete", async () => {
    const selector = (app: string) => ({
      selector: { matchLabels: { app } },
      template: { metadata: { labels: { app } }, spec: podSpec() },
    });
    const object = (apiVersion: string, kind: string, spec: object) =>
      ({ apiVersion, kind, metadata: { name: kind.toLowerCase(), namespace }, spec }) as unknown as KubeObject;
    await Promise.all([
      waitReady(object("apps/v1", "Deployment", { replicas: 2, ...selector("deployment") })),
      waitReady(object("apps/v1", "DaemonSet", selector("daemonset"))),
      waitReady(object("batch/v1", "Job", { template: { spec: podSpec({ restartPolicy: "Never" }) } })),
    ]);
  });

  it("places a pod on a GPU node only when it tolerates the taint, and only while devices are left", async () => {
    const gpuPod = (name: string, devices: number, tolerations: object[]) =>
      ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace },
        spec: {
          tolerations,
          containers: [
            {
              name: "main",
              image: "example.com/nothing:1",
              resources: { limits: { "nvidia.com/gpu": String(devices) } },
            },
          ],
        },
      }) as unknown as KubeObject;
    const tolerated = [{ key: "nvidia.com/gpu", operator: "Exists" }];
    const placed = await waitReady(gpuPod("fits", 8, tolerated));
    assert.match((placed?.["spec"] as { nodeName: string }).nodeName, /^gpu-\d$/);
    for (const pod of [gpuPod("no-toleration", 1, []), gpuPod("too-many", 9, tolerated)]) {
      await kube.create(pod);
      const ref = { apiVersion: "v1", kind: "Pod", name: pod.metadata.name, namespace };
      const refused = (object: KubeObject | undefined) =>
        JSON.stringify(object?.["status"] ?? {}).includes('"reason":"Unschedulable"');
      await waitFor(kube, ref, refused, { timeout: 30 });
    }
  });
});

describe("the life of a local cluster", function () {
  this.timeout(180_000);
  const pools = (nodes: number) => localPools({ accelerator: "h100", nodes, devicesPerNode: 8 });
  const inputs = { clusterName: "life", folder: "", kubernetesVersion: "1.36.1", pools: pools(2) };
  const place = () => ({ name: inputs.clusterName, folder: inputs.folder });
  const programs = () =>
    markedProcesses(process.env["CAIRN_TEST_RUN"] ?? "").filter(({ command }) => command.startsWith(inputs.folder));

  const reversed = <T extends object>(value: T) => Object.fromEntries(Object.entries(value).reverse()) as T;
  const withReversedKeys = (pool: NodePool) => reversed({ ...pool, labels: reversed(pool.labels) });

  before(() => {
    inputs.folder = tempDir("life");
  });
  after(() => stopLocalCluster(place()));

  it("goes from debris to a cluster, heals, grows, and leaves nothing", async () => {
    // What a start that was killed leaves: a folder that was never complete.
    fs.mkdirSync(path.join(inputs.folder, "life", "clusters", "life", "etcd"), { recursive: true });
    const { outs } = await localClusterProvider.create(inputs);
    assert.ok(outs);
    // Pulumi's engine hands property maps over with their keys in any order.
    const shuffled = { ...inputs, pools: inputs.pools.map(withReversedKeys) };
    assert.equal((await localClusterProvider.diff("life", outs, shuffled)).changes, false);

    const status = localClusterStatus(place());
    assert.ok(status.state === "running");
    const scheduler = status.processes.find(({ program }) => program.endsWith("kube-scheduler"));
    process.kill(scheduler?.pid ?? 0, "SIGKILL");
    while (localClusterStatus(place()).state === "running") await sleep(20);
    const { changes, replaces } = await localClusterProvider.diff("life", outs, inputs);
    assert.deepEqual({ changes, replaces }, { changes: true, replaces: [] });

    const healed = await localClusterProvider.update("life", outs, { ...inputs, pools: pools(3) });
    assert.equal(healed.outs?.identity, outs.identity, "it is the same cluster, with its objects");
    assert.equal(localClusterStatus(place()).state, "running");
    const again = await startLocalCluster({ ...place(), pools: pools(1) });
    assert.equal(again.identity, outs.identity);

    await localClusterProvider.delete("life", outs);
    assert.deepEqual(programs(), []);
    assert.deepEqual(fs.readdirSync(inputs.folder), []);
    assert.deepEqual(await localClusterProvider.read("life", outs), {});
    assert.deepEqual((await localClusterProvider.diff("life", outs, inputs)).replaces, ["identity"]);
  });

  it("refuses a name that would leave its folder", async () => {
    await assert.rejects(
      startLocalCluster({ name: "../life", folder: inputs.folder, pools: [] }),
      /cannot name a cluster/,
    );
  });
});

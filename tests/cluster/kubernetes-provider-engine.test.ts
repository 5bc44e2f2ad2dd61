import assert from "node:assert/strict";
import path from "node:path";

import { type KubeClient } from "@cairn/sdk/kube";

import { type Outcome, Stack, steps } from "../engine/harness";
import { testCluster } from "../support";

const namespace = "provider-engine";
const configMap = (data: string) => ({
  type: "kubernetes:core/v1:ConfigMap",
  name: "settings",
  inputs: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace }, data: { key: data } },
});
const deployment = (spec: object = {}) => ({
  type: "kubernetes:apps/v1:Deployment",
  name: "web",
  timeout: "2s",
  inputs: {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace },
    spec: {
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: {
          containers: [{ name: "main", image: "app:1", env: [{ name: "KEY", value: "secret:hunter2" }] }],
          ...spec,
        },
      },
    },
  },
});
const space = {
  type: "kubernetes:core/v1:Namespace",
  name: "space",
  inputs: { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
};

class ObjectsStack extends Stack {
  constructor(private readonly kubeconfig: string) {
    super("kubernetes-objects");
  }

  override get programDirectory(): string {
    return path.resolve(__dirname, "..", "..", "cluster", "programs", this.program);
  }

  apply(operation: "preview" | "up" | "refresh" | "destroy", objects: readonly object[] = []): Promise<Outcome> {
    return this.run(operation, {}, { env: { KUBECONFIG_TEXT: this.kubeconfig, OBJECTS: JSON.stringify(objects) } });
  }
}

describe("a program with Kubernetes objects under the embedded engine", function () {
  this.timeout(180_000);
  let kube: KubeClient;
  let stack: ObjectsStack;

  before(async () => {
    const cluster = await testCluster();
    kube = cluster.kube;
    stack = new ObjectsStack(cluster.kubeconfig);
  });
  after(() => stack.remove());
  const get = (kind: string, name: string, apiVersion = "v1") => kube.get({ apiVersion, kind, name, namespace });

  it("creates them in order, keeps secrets out of state and events, and finds nothing to do the second time", async () => {
    const objects = [space, configMap("1"), deployment()];
    const up = await stack.apply("up", objects);
    assert.deepEqual(up.errors, []);
    assert.deepEqual(steps(up).slice(-3), ["create space", "create settings", "create web"]);
    assert.equal(stack.saved("settings").id, `${namespace}/settings`);
    for (const text of [stack.stateText, JSON.stringify(up.events)]) assert(!text.includes("hunter2"));
    const again = await stack.apply("preview", objects);
    assert.deepEqual(again.changes, { same: again.changes.same });
  });

  it("mends what a refresh has found changed, and replaces what cannot be changed in place", async () => {
    await kube.patch(
      { apiVersion: "apps/v1", kind: "Deployment", name: "web", namespace },
      { spec: { minReadySeconds: 1 } },
    );
    const uid = (await get("ConfigMap", "settings"))?.metadata["uid"];
    await kube.patch(
      { apiVersion: "v1", kind: "ConfigMap", name: "settings", namespace },
      { data: { key: "changed" } },
    );
    const refreshed = await stack.apply("refresh");
    assert.deepEqual(refreshed.errors, []);
    assert.equal((stack.saved("settings").inputs?.["data"] as { key: string }).key, "changed");
    const mended = await stack.apply("up", [space, configMap("1"), deployment()]);
    assert.deepEqual(mended.errors, []);
    const after = await get("ConfigMap", "settings");
    assert.deepEqual(after?.["data"], { key: "1" });
    assert.notEqual(after?.metadata["uid"], uid, "its data is immutable for Pulumi unless the provider says otherwise");
  });

  it("keeps a workload that does not get ready, says why, and goes on with it the next time", async () => {
    const stuck = [space, configMap("1"), deployment({ nodeSelector: { none: "such" } })];
    const failed = await stack.apply("up", stuck);
    assert.equal(failed.ok, false);
    assert.match(failed.errors.join("\n"), /not ready after 2 s[^]*Unschedulable/);
    assert(stack.names().includes("web"));
    const mended = await stack.apply("up", [space, configMap("1"), deployment()]);
    assert.deepEqual(mended.errors, []);
  });

  it("reads what is somebody else's, keeps its state, and leaves it there", async () => {
    const type = "kubernetes:core/v1:ConfigMap";
    const theirs = { type, name: "theirs", inputs: {}, id: "kube-public/theirs" };
    const metadata = { name: "theirs", namespace: "kube-public" };
    await kube.create({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { of: "others" } });
    const ours = [space, configMap("1"), deployment()];
    const up = await stack.apply("up", [...ours, theirs]);
    assert.deepEqual([up.errors, up.changes.read], [[], 1]);
    assert.deepEqual(stack.saved("theirs").outputs?.["data"], { of: "others" });
    const without = await stack.apply("up", ours);
    assert.deepEqual([without.errors, stack.names().includes("theirs")], [[], false]);
    assert.notEqual(await kube.get({ apiVersion: "v1", kind: "ConfigMap", ...metadata }), undefined);
    const missing = await stack.apply("preview", [...ours, { ...theirs, id: "kube-public/nobody" }]);
    assert.match(missing.errors.join("\n"), /kube-public\/nobody does not exist/);
  });

  it("deletes them in reverse and waits until they are gone", async () => {
    const destroyed = await stack.apply("destroy");
    assert.deepEqual(destroyed.errors, []);
    assert.deepEqual(steps(destroyed).slice(0, 3), ["delete web", "delete settings", "delete space"]);
    assert.equal(await kube.get({ apiVersion: "v1", kind: "Namespace", name: namespace }), undefined);
  });
});

import assert from "node:assert/strict";

import { connect, isKubeError, type KubeClient, type KubeObject, waitFor } from "@cairn/sdk/kube";

import { testCluster } from "../support";

const namespace = "kube-client";
const configMap = (name: string, data: Record<string, string> = {}, metadata = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace, ...metadata },
  data,
});
const ref = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", name, namespace });

describe("the Kubernetes client on a real API server", function () {
  this.timeout(60_000);
  let kube: KubeClient;
  let kubeconfig: string;

  before(async () => {
    ({ kube, kubeconfig } = await testCluster());
    await kube.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  });

  it("finds what the server serves, in one aggregated answer for each root", async () => {
    assert.match(await kube.version(), /^1\.\d+\.\d+/);
    const deployments = (await kube.resources()).find(({ kind }) => kind === "Deployment");
    assert.equal(deployments?.groupVersion, "apps/v1");
    assert.equal(deployments?.namespaced, true);
    assert(deployments?.verbs.includes("watch"));
  });

  it("finds a kind that is defined while it is connected", async () => {
    await kube.resources();
    const group = "client.cairn.dev";
    const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `probes.${group}` },
      spec: {
        group,
        scope: "Cluster",
        names: { kind: "Probe", plural: "probes" },
        versions: [{ name: "v1", served: true, storage: true, schema, subresources: { status: {} } }],
      },
    };
    await kube.apply(definition);
    const established = (object: KubeObject | undefined) =>
      JSON.stringify(object?.["status"] ?? "").includes("Established");
    const { apiVersion, kind, metadata } = definition;
    await waitFor(kube, { apiVersion, kind, name: metadata.name }, established, { timeout: 30 });
    const probe = { apiVersion: `${group}/v1`, kind: "Probe", metadata: { name: "a" }, spec: { a: 1 } };
    const applied = await eventually(() => kube.apply(probe, { createOnly: true }));
    assert.equal(applied.metadata["namespace"], undefined);
    await assert.rejects(kube.apply(probe, { createOnly: true }), { code: "KUBE_CONFLICT" });
    const patched = await kube.patch(
      { apiVersion: probe.apiVersion, kind: "Probe", name: "a" },
      { status: { seen: true } },
      { subresource: "status" },
    );
    assert.deepEqual(patched["status"], { seen: true });
    await kube.delete({ apiVersion, kind, name: metadata.name });
  });

  it("applies, and names who owns what when two managers differ", async () => {
    const first = await kube.apply(configMap("owned", { a: "1", b: "1" }), { fieldManager: "one" });
    await assert.rejects(kube.apply(configMap("owned", { a: "2" }), { fieldManager: "two" }), (error) => {
      assert(isKubeError(error, "KUBE_CONFLICT"));
      assert.deepEqual(error.conflicts, [{ manager: "one", fields: [".data.a"] }]);
      assert.equal(error.status, 409);
      return true;
    });
    const dry = await kube.apply(configMap("owned", { a: "2" }), { fieldManager: "two", force: true, dryRun: true });
    assert.deepEqual(dry["data"], { a: "2", b: "1" });
    assert.deepEqual((await kube.get(ref("owned")))?.metadata["resourceVersion"], first.metadata["resourceVersion"]);
    const forced = await kube.apply(configMap("owned", { a: "2" }), { fieldManager: "two", force: true });
    assert.deepEqual(forced["data"], { a: "2", b: "1" });
  });

  it("passes on what the server warns of", async () => {
    const warnings: string[] = [];
    const env = [{ name: "A" }, { name: "A" }];
    const pod = { containers: [{ name: "a", image: "a", env }], hostPath: "not a field" };
    const job = {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "odd", namespace },
      spec: { suspend: true, template: { spec: { restartPolicy: "Never", ...pod } } },
    };
    await kube.create(job, { dryRun: true, onWarning: (text) => warnings.push(text) });
    assert(warnings.includes('unknown field "spec.template.spec.hostPath"'), warnings.join("\n"));
  });

  it("patches by merge, JSON patch and strategic merge", async () => {
    await kube.apply(configMap("patched", { a: "1", b: "2" }));
    const merged = await kube.patch(ref("patched"), { data: { a: null, c: "3" } });
    assert.deepEqual(merged["data"], { b: "2", c: "3" });
    const json = await kube.patch(ref("patched"), [{ op: "replace", path: "/data/b", value: "4" }], { type: "json" });
    assert.deepEqual(json["data"], { b: "4", c: "3" });
    const finalizers = (names: string[]) =>
      kube.patch(ref("patched"), { metadata: { finalizers: names } }, { type: "strategic" });
    await finalizers(["test.cairn.dev/a"]);
    const both = await finalizers(["test.cairn.dev/b"]);
    assert.equal((both.metadata["finalizers"] as string[]).length, 2, "a strategic merge adds to the list");
    await kube.patch(ref("patched"), { metadata: { finalizers: null } });
  });

  it("replaces what has not changed since it was read", async () => {
    const read = await kube.apply(configMap("replaced", { a: "1" }));
    const replaced = await kube.replace({ ...read, data: { b: "2" } });
    assert.deepEqual(replaced["data"], { b: "2" });
    await assert.rejects(kube.replace({ ...read, data: { c: "3" } }), { code: "KUBE_CONFLICT" });
  });

  it("creates what must not be there yet, with a generated name too", async () => {
    const made = await kube.create({ ...configMap("x"), metadata: { generateName: "made-", namespace } });
    assert.match(made.metadata.name, /^made-.{5}$/);
    await assert.rejects(kube.create(configMap(made.metadata.name)), { code: "KUBE_ALREADY_EXISTS" });
  });

  it("tells whether a deleted object is gone, still held, or was never there", async () => {
    await kube.apply(configMap("plain"));
    assert.equal(await kube.delete(ref("plain"), { propagation: "Background" }), "deleted");
    assert.equal(await kube.delete(ref("plain")), "absent");
    assert.equal(await kube.delete({ apiVersion: "none.cairn.dev/v1", kind: "None", name: "x" }), "absent");
    const held = await kube.apply(configMap("held", {}, { finalizers: ["test.cairn.dev/hold"] }));
    await assert.rejects(kube.delete(ref("held"), { uid: "another" }), { code: "KUBE_CONFLICT" });
    assert.equal(await kube.delete(ref("held"), { uid: String(held.metadata["uid"]) }), "deleting");
    await kube.patch(ref("held"), { metadata: { finalizers: null } });
    assert.equal(await kube.get(ref("held")), undefined);
  });

  it("lists by label and field", async () => {
    for (const name of ["l1", "l2", "l3"])
      await kube.apply(configMap(name, {}, { labels: { group: name === "l3" ? "b" : "a" } }));
    const names = async (options: object) =>
      (await kube.list("v1", "ConfigMap", { namespace, ...options })).map(({ metadata }) => metadata.name).sort();
    assert.deepEqual(await names({ labelSelector: "group=a" }), ["l1", "l2"]);
    assert.deepEqual(await names({ fieldSelector: "metadata.name=l3" }), ["l3"]);
  });

  it("watches from what is there to what changes, until it is aborted", async () => {
    await kube.apply(configMap("w1", {}, { labels: { watched: "yes" } }));
    const stop = new AbortController();
    const seen: string[] = [];
    const options = { namespace, labelSelector: "watched=yes", signal: stop.signal };
    for await (const { type, object } of kube.watch("v1", "ConfigMap", options)) {
      seen.push(`${type} ${object.metadata.name}`);
      if (seen.length === 1) await kube.apply(configMap("w2", {}, { labels: { watched: "yes" } }));
      if (seen.length === 2) await kube.patch(ref("w1"), { data: { a: "1" } });
      if (seen.length === 3) await kube.patch(ref("w1"), { metadata: { labels: null } });
      if (seen.length === 4) stop.abort();
    }
    assert.deepEqual(seen, ["ADDED w1", "ADDED w2", "MODIFIED w1", "DELETED w1"]);
  });

  it("waits for an object to come, to change and to go, and says at the timeout what it saw last", async () => {
    const coming = waitFor(kube, ref("awaited"), (object) => object !== undefined);
    await kube.apply(configMap("awaited", { phase: "new" }));
    assert.equal((await coming)?.metadata.name, "awaited");
    const phase = (object: KubeObject | undefined) =>
      (object?.["data"] as { phase: string } | undefined)?.phase ?? "none";
    const late = waitFor(kube, ref("awaited"), (object) => phase(object) === "old" || `it is ${phase(object)}`, {
      timeout: 0.5,
    });
    await assert.rejects(late, {
      code: "KUBE_WAIT_TIMEOUT",
      message: /v1 ConfigMap kube-client\/awaited .*: it is new/,
    });
    const going = waitFor(kube, ref("awaited"), (object) => object === undefined);
    await kube.delete(ref("awaited"));
    assert.equal(await going, undefined);
    const stop = new AbortController();
    const aborted = waitFor(kube, ref("never"), () => false, { signal: stop.signal });
    stop.abort();
    await assert.rejects(aborted, { name: "AbortError" });
  });

  it("refuses a server whose certificate another CA signed", async () => {
    const config = JSON.parse(kubeconfig) as { clusters: { cluster: Record<string, string> }[] };
    delete config.clusters[0]?.cluster["certificate-authority-data"];
    const stranger = connect(JSON.stringify(config));
    await assert.rejects(stranger.version(), { code: "KUBE_UNREACHABLE", message: /certificate/ });
    await stranger.close();
  });

  it("reports what a user without permissions may not do", async () => {
    const config = JSON.parse(kubeconfig) as { users: { user: object }[] };
    const anonymous = connect(JSON.stringify({ ...config, users: [{ ...config.users[0], user: {} }] }));
    await assert.rejects(anonymous.list("v1", "Secret"), (error) =>
      isKubeError(error, "KUBE_FORBIDDEN", "KUBE_UNAUTHORIZED"),
    );
    await anonymous.close();
  });
});

async function eventually<T>(action: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!isKubeError(error, "KUBE_KIND_UNKNOWN", "KUBE_NOT_FOUND")) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

import assert from "node:assert/strict";
import { type KubeClient, type KubeObject } from "@cairn/sdk/kube";
import { testCluster } from "../support";
import { Driver, type Made } from "./kubernetes-provider-driver";
import { configMap, definition, deployment, job, namespace, ref, SECRET, types } from "./kubernetes-provider-objects";

describe("the built-in Kubernetes provider on a real API server", function () {
  this.timeout(120_000);
  let kubeconfig: string;
  let kube: KubeClient;
  let driver: Driver;

  before(async () => {
    ({ kubeconfig, kube } = await testCluster());
    await kube.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  });
  beforeEach(() => (driver = new Driver({ kubeconfig })));
  afterEach(() => driver.provider.close());

  describe("create", () => {
    it("applies under a field manager of its own and keeps the state that pulumi-kubernetes keeps", async () => {
      const made = await driver.create(types.configMap, "settings", configMap("settings", { a: "1" }));
      assert.equal(made.id, `${namespace}/settings`);
      const manager = made.state["__fieldManager"];
      assert.match(String(manager), /^pulumi-kubernetes-[0-9a-f]{8}$/);
      assert.equal(made.state["__initialApiVersion"], "v1");
      assert.deepEqual(made.state["__inputs"], {
        apiVersion: "v1",
        kind: "ConfigMap",
        ...configMap("settings", { a: "1" }),
      });
      const live = await kube.get(ref("settings"));
      assert.deepEqual(managersOf(live), [`${String(manager)} Apply`]);
      assert.deepEqual(made.state["data"], { a: "1" });
    });

    it("generates a name from the seed, and keeps it over an update", async () => {
      const made = await driver.create(types.configMap, "auto", { metadata: { namespace }, data: { a: "1" } });
      assert.match(made.id, /^provider-test\/auto-[0-9a-f]{8}$/);
      const again = await driver.check(
        types.configMap,
        "auto",
        { metadata: { namespace } },
        made.inputs,
        "another seed",
      );
      assert.deepEqual((again["metadata"] as { name: string }).name, made.id.split("/")[1]);
      const fresh = await driver.check(types.configMap, "auto", { metadata: { namespace } }, undefined, "another seed");
      assert.notDeepEqual(fresh["metadata"], again["metadata"]);
    });

    it("puts what names no namespace into the provider's, and leaves cluster-scoped objects without one", async () => {
      const other = new Driver({ kubeconfig, namespace });
      const inside = await other.check(types.configMap, "x", { metadata: { name: "x" } });
      const outside = await other.check(types.namespace, "y", { metadata: { name: "y" } });
      await other.provider.close();
      assert.equal((inside["metadata"] as { namespace?: string }).namespace, namespace);
      assert.equal((outside["metadata"] as { namespace?: string }).namespace, undefined);
    });

    it("takes up the object that a killed run of the same resource has made", async () => {
      const first = await driver.create(types.configMap, "killed", configMap("killed", { a: "1" }));
      const second = await driver.create(types.configMap, "killed", configMap("killed", { a: "1" }));
      assert.equal(uidOf(second), uidOf(first));
      assert.deepEqual(managersOf(await kube.get(ref("killed"))), [`${String(first.state["__fieldManager"])} Apply`]);
    });

    it("refuses an object that somebody else has made, and leaves it as it is", async () => {
      const theirs = { apiVersion: "v1", kind: "ConfigMap", ...configMap("theirs", { a: "theirs" }) };
      const before = await kube.apply(theirs, { fieldManager: "somebody" });
      await assert.rejects(driver.create(types.configMap, "theirs", configMap("theirs", { b: "ours" })), {
        code: "KUBE_ALREADY_EXISTS",
        message: /provider-test\/theirs exists already[^]*alias[^]*upsertExistingObjects/,
      });
      assert.deepEqual(await kube.get(ref("theirs")), before);
      const adopting = new Driver({ kubeconfig, upsertExistingObjects: "true" });
      const made = await adopting.create(types.configMap, "theirs", configMap("theirs", { b: "ours" }));
      await adopting.provider.close();
      assert.deepEqual(made.state["data"], { a: "theirs", b: "ours" });
    });

    it("waits until an old object of the same name is gone", async () => {
      const name = "going";
      const held = {
        apiVersion: "v1",
        kind: "ConfigMap",
        ...configMap(name, {}, { finalizers: ["test.cairn.dev/hold"] }),
      };
      const old = await kube.apply(held);
      await kube.delete(ref(name));
      const creating = driver.create(types.configMap, name, configMap(name, { a: "new" }));
      await until(() => driver.progress.some((message) => message.includes("test.cairn.dev/hold")));
      await kube.patch(ref(name), { metadata: { finalizers: null } });
      assert.notEqual(uidOf(await creating), old.metadata["uid"]);
    });

    it("keeps the data of a Secret secret in inputs and state", async () => {
      const news = { metadata: { name: "password", namespace }, stringData: { key: "hunter2" } };
      const made = await driver.create(types.secret, "password", news);
      const base64 = Buffer.from("hunter2").toString("base64");
      assert.deepEqual(made.inputs["stringData"], { ...SECRET, value: { key: "hunter2" } });
      assert.deepEqual(made.state["data"], { ...SECRET, value: { key: base64 } });
      assert.deepEqual((made.state["__inputs"] as typeof made.state)["stringData"], made.inputs["stringData"]);
      assert.equal((await driver.diff(made, news)).changes, "none");
    });

    it("refuses what is not one object of the cluster", async () => {
      const refused = (type: string, news: Made["inputs"], code: string) =>
        assert.rejects(driver.check(type, "x", news), { code });
      await refused("kubernetes:core/v1:ConfigMapList", { items: [] }, "KUBE_LIST");
      await refused("kubernetes:core/v1:ConfigMapPatch", { kind: "ConfigMap", metadata: { name: "x" } }, "UNSUPPORTED");
      await refused("kubernetes:helm.sh/v3:Release", { chart: "x" }, "UNSUPPORTED");
      await refused(types.configMap, { metadata: { generateName: "x-" } }, "KUBE_GENERATE_NAME");
    });
  });

  describe("readiness", () => {
    it("waits for a Deployment and says how far it is", async () => {
      const { metadata, spec } = deployment("web");
      const made = await driver.create(types.deployment, "web", { metadata, spec: { ...spec, minReadySeconds: 2 } });
      assert.equal(made.initErrors, undefined);
      assert.equal((made.state["status"] as { availableReplicas?: number }).availableReplicas, 2);
      assert(driver.progress.includes("0 of 2 replicas are available"), driver.progress.join("\n"));
    });

    it("keeps the state of a Deployment that does not get ready, and says what its pods lack", async () => {
      const made = await driver.create(
        types.deployment,
        "stuck",
        deployment("stuck", { spec: { nodeSelector: { none: "such" } } }),
        { timeout: 2 },
      );
      assert.equal(made.id, `${namespace}/stuck`);
      assert.match(made.initErrors?.[0] ?? "", /not ready after 2 s: 0 of 2 replicas are available/);
      assert.match(made.initErrors?.[1] ?? "", /^Pod stuck-.*: Unschedulable: .*nodes are available/);
      const mended = await driver.update(made, deployment("stuck"));
      assert.equal(mended.initErrors, undefined);
    });

    it("takes the timeout from the annotation, and does not wait with skipAwait", async () => {
      const never = { spec: { nodeSelector: { none: "such" } } };
      const annotated = (annotations: object) => ({ ...never, metadata: { annotations } });
      const timed = deployment("timed", annotated({ "pulumi.com/timeoutSeconds": "1" }));
      assert.match((await driver.create(types.deployment, "timed", timed)).initErrors?.[0] ?? "", /after 1 s/);
      const skipped = deployment("skipped", annotated({ "pulumi.com/skipAwait": "true" }));
      assert.equal((await driver.create(types.deployment, "skipped", skipped)).initErrors, undefined);
    });

    it("waits for what pulumi.com/waitFor asks", async () => {
      const waitFor = (expression: string) => ({ annotations: { "pulumi.com/waitFor": expression } });
      const name = "awaited";
      const creating = driver.create(types.configMap, name, configMap(name, {}, waitFor("jsonpath={.data.ready}=yes")));
      await until(() => driver.progress.includes(".data.ready selects nothing"));
      await kube.patch(ref(name), { data: { ready: "no" } });
      await until(() => driver.progress.includes(".data.ready is no, not yes"));
      await kube.patch(ref(name), { data: { ready: "yes" } });
      assert.equal((await creating).initErrors, undefined);
      const wrong = configMap("wrong", {}, waitFor("whenever"));
      await assert.rejects(driver.create(types.configMap, "wrong", wrong), { code: "KUBE_WAIT_FOR_INVALID" });
      assert.equal(await kube.get(ref("wrong")), undefined);
    });

    it("waits until a Job has completed", async () => {
      const made = await driver.create(types.job, "works", job("works"));
      assert.equal(made.initErrors, undefined);
      assert.equal((made.state["status"] as { succeeded?: number }).succeeded, 1);
    });

    it("reports a failed Job with the last state of its pods", async () => {
      const creating = driver.create(types.job, "fails", job("fails", 0, { nodeSelector: { none: "such" } }));
      const pod = await podOf("fails");
      const terminated = { exitCode: 3, reason: "Error", message: "no GPU found\n" };
      await kube.patch(
        ref(pod.metadata.name, "Pod"),
        { status: { phase: "Failed", containerStatuses: [{ ...containerStatus, state: { terminated } }] } },
        { subresource: "status" },
      );
      const { initErrors, id } = await creating;
      assert.equal(id, `${namespace}/fails`);
      assert.match(initErrors?.[0] ?? "", /^failed: BackoffLimitExceeded/);
      assert.match(
        initErrors?.[1] ?? "",
        /^Pod fails-.*: container main ended with exit code 3 \(Error: no GPU found\)$/,
      );
    });

    it("keeps what was made when it is interrupted while waiting", async () => {
      const stop = new AbortController();
      const never = deployment("interrupted", { spec: { nodeSelector: { none: "such" } } });
      const creating = driver.create(types.deployment, "interrupted", never, { signal: stop.signal });
      await until(() => driver.progress.length > 0);
      stop.abort();
      const made = await creating;
      assert.equal(made.id, `${namespace}/interrupted`);
      assert.match(made.initErrors?.[0] ?? "", /interrupted while waiting/);
    });

    it("makes a custom resource together with its definition, in the scope that the definition says", async () => {
      const [crd, thing] = await Promise.all([
        driver.create(types.definition, "crd", definition("one.cairn.dev", "Thing", "Cluster")),
        driver.create("kubernetes:one.cairn.dev/v1:Thing", "thing", { metadata: { name: "thing" }, spec: { a: 1 } }),
      ]);
      assert.equal(crd.initErrors, undefined);
      assert.equal(thing.id, "thing");
      const key = JSON.stringify(crd.state).includes("x_kubernetes_preserve_unknown_fields");
      assert(key, "x-kubernetes-* keys are spelled with underscores in the state");
      assert.equal((await driver.diff(crd, definition("one.cairn.dev", "Thing", "Cluster"))).changes, "none");
      await driver.delete(crd);
      await driver.delete(thing);
      assert.equal(await driver.refresh(thing), undefined, "without its definition it is gone");
    });
  });

  describe("update", () => {
    it("changes in place, and removes what is no longer in the program", async () => {
      const mutable = new Driver({ kubeconfig, enableConfigMapMutable: true });
      const made = await mutable.create(types.configMap, "changing", configMap("changing", { a: "1", b: "2" }));
      const next = configMap("changing", { a: "2" });
      assert.deepEqual(await mutable.diff(made, next), {
        changes: "some",
        diffs: ["data.a", "data.b"],
        replaces: [],
        deleteBeforeReplace: false,
      });
      const updated = await mutable.update(made, next);
      await mutable.provider.close();
      assert.deepEqual(updated.state["data"], { a: "2" });
      assert.equal(uidOf(updated), uidOf(made));
    });

    it("reports a conflict with the other manager's name and field, and takes the field over when told to", async () => {
      const made = await driver.create(types.configMap, "shared", configMap("shared", { a: "1" }));
      const theirs = { apiVersion: "v1", kind: "ConfigMap", ...configMap("shared", { a: "theirs" }) };
      await kube.apply(theirs, { fieldManager: "gitops", force: true });
      await assert.rejects(driver.update(made, configMap("shared", { a: "2" })), {
        code: "KUBE_FIELD_CONFLICT",
        message: /shared[^]*\.data\.a: belongs to field manager "gitops"[^]*patchForce/,
      });
      assert.deepEqual((await kube.get(ref("shared")))?.["data"], { a: "theirs" });
      const forced = configMap("shared", { a: "2" }, { annotations: { "pulumi.com/patchForce": "true" } });
      assert.deepEqual((await driver.update(made, forced)).state["data"], { a: "2" });
    });

    it("goes on with an object that pulumi-kubernetes created", async () => {
      const name = "moved";
      const created = await kube.create(
        { apiVersion: "v1", kind: "ConfigMap", ...configMap(name, { a: "1", b: "2" }) },
        { fieldManager: "pulumi-kubernetes" },
      );
      const inputs = { apiVersion: "v1", kind: "ConfigMap", ...configMap(name, { a: "1", b: "2" }) };
      const state = {
        ...created,
        __inputs: inputs,
        __initialApiVersion: "v1",
        __fieldManager: "pulumi-kubernetes-feedc0de",
      };
      const moved = { type: types.configMap, name, id: `${namespace}/${name}`, inputs, state };
      assert.equal((await driver.diff(moved, configMap(name, { a: "1", b: "2" }))).changes, "none");
      const updated = await driver.update(moved, configMap(name, { a: "2" }));
      assert.deepEqual(updated.state["data"], { a: "2" }, "a is changed without a conflict, b is removed");
      assert.deepEqual(managersOf(await kube.get(ref(name))), ["pulumi-kubernetes-feedc0de Apply"]);
    });

    it("waits for the new pods of a Deployment, not for the old ones", async () => {
      const made = await driver.create(types.deployment, "rolling", deployment("rolling"));
      const next = deployment("rolling", { spec: { terminationGracePeriodSeconds: 1 } });
      const updated = await driver.update(made, next);
      assert.equal(updated.initErrors, undefined);
      const { observedGeneration, updatedReplicas } = updated.state["status"] as Record<string, number>;
      assert.deepEqual([observedGeneration, updatedReplicas], [2, 2]);
    });
  });

  describe("refresh", () => {
    it("sees no drift in what the server or a controller has filled in", async () => {
      const made = await driver.create(types.deployment, "still", deployment("still"));
      const read = await driver.refresh(made);
      assert.deepEqual(read?.inputs, made.inputs);
    });

    it("sees the fields of ours that somebody changed or removed, and none of theirs", async () => {
      const made = await driver.create(types.configMap, "drifts", configMap("drifts", { a: "1", b: "2" }));
      await kube.patch(ref("drifts"), {
        data: { a: "changed", b: null, c: "theirs" },
        metadata: { labels: { x: "y" } },
      });
      const read = await driver.refresh(made);
      assert.deepEqual(read?.inputs["data"], { a: "changed" });
      assert.deepEqual(read?.inputs["metadata"], made.inputs["metadata"]);
      const diff = await driver.diff(read as Made, configMap("drifts", { a: "1", b: "2" }));
      assert.deepEqual(diff.diffs, ["data.a", "data.b"]);
    });

    it("tells that an object is gone", async () => {
      const made = await driver.create(types.configMap, "gone", configMap("gone", {}));
      await kube.delete(ref("gone"), { propagation: "Background" });
      assert.equal(await driver.refresh(made), undefined);
    });

    it("reads an object that it did not make, without what only the server sets", async () => {
      await kube.apply({ apiVersion: "v1", kind: "ConfigMap", ...configMap("found", { a: "1" }) });
      const found = { type: types.configMap, name: "found", id: `${namespace}/found`, inputs: {}, state: {} };
      const read = await driver.refresh(found);
      assert.deepEqual(read?.inputs, { apiVersion: "v1", kind: "ConfigMap", ...configMap("found", { a: "1" }) });
    });
  });

  describe("delete", () => {
    it("waits until a workload and its pods are gone", async () => {
      const made = await driver.create(types.deployment, "leaving", deployment("leaving"));
      await driver.delete(made);
      assert.equal(await kube.get(ref("leaving", "Deployment", "apps/v1")), undefined);
      assert.deepEqual(await kube.list("v1", "Pod", { namespace, labelSelector: "app=leaving" }), []);
    });

    it("says which finalizer holds an object when the time is over", async () => {
      const made = await driver.create(types.configMap, "held", configMap("held", {}));
      await kube.patch(ref("held"), { metadata: { finalizers: ["test.cairn.dev/hold"] } });
      await assert.rejects(driver.delete(made, { timeout: 1 }), {
        code: "KUBE_DELETE_TIMEOUT",
        message: /held is still being deleted after 1 s: finalizer test\.cairn\.dev\/hold holds it/,
      });
      const again = driver.delete(made);
      await kube.patch(ref("held"), { metadata: { finalizers: null } });
      await again;
    });

    it("says what is left in a namespace that does not go away", async () => {
      const name = "provider-held";
      const made = await driver.create(types.namespace, name, { metadata: { name } });
      await kube.apply({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "x", namespace: name, finalizers: ["test.cairn.dev/hold"] },
      });
      await assert.rejects(driver.delete(made, { timeout: 8 }), { message: /test\.cairn\.dev\/hold/ });
      await kube.patch(
        { apiVersion: "v1", kind: "ConfigMap", name: "x", namespace: name },
        { metadata: { finalizers: null } },
      );
      await driver.delete(made);
    });

    it("is done when there is nothing to delete", async () => {
      const made = await driver.create(types.configMap, "twice", configMap("twice", {}));
      await driver.delete(made);
      await driver.delete(made);
    });
  });

  const containerStatus = { name: "main", image: "job:1", imageID: "", ready: false, restartCount: 0 };

  async function podOf(jobName: string): Promise<KubeObject> {
    for await (const { object } of kube.watch("v1", "Pod", { namespace, labelSelector: `job-name=${jobName}` }))
      return object;
    return assert.fail("no pod came");
  }
});

function managersOf(object: KubeObject | undefined): readonly string[] {
  const entries = object?.metadata["managedFields"] as readonly { manager: string; operation: string }[] | undefined;
  return (entries ?? []).map(({ manager, operation }) => `${manager} ${operation}`);
}

function uidOf({ state }: Made): unknown {
  return (state["metadata"] as { uid?: string }).uid;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

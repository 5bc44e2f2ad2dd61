import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type KubeClient, type ObjectRef, refOf } from "@cairn/sdk/kube";
import { drainProvider } from "@cairn/sdk/stack";
import { testCluster } from "../support";

const NAMESPACE = "drained";

const inNamespace = (apiVersion: string, kind: string, name: string, spec: object, more: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name, namespace: NAMESPACE, ...more },
  spec: { ...spec },
});
const service = (name: string, type: string, more: object = {}) =>
  inNamespace("v1", "Service", name, { type, ports: [{ port: 80 }] }, more);
const claim = (name: string) =>
  inNamespace("v1", "PersistentVolumeClaim", name, {
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: "1Gi" } },
    storageClassName: "none",
    volumeName: `${name}-volume`,
  });
const volume = (name: string, reclaim: string) => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: `${name}-volume` },
  spec: {
    accessModes: ["ReadWriteOnce"],
    capacity: { storage: "1Gi" },
    storageClassName: "none",
    persistentVolumeReclaimPolicy: reclaim,
    csi: { driver: "csi.example.com", volumeHandle: name },
    claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: NAMESPACE, name },
  },
});

describe("draining a cluster before it goes", function () {
  this.timeout(60_000);
  let kube: KubeClient;
  let kubeconfig: string;
  const ref = (apiVersion: string, kind: string, name: string): ObjectRef => ({
    apiVersion,
    kind,
    name,
    namespace: NAMESPACE,
  });
  const isThere = async (what: ObjectRef) =>
    (await kube.get(what))?.metadata["deletionTimestamp"] === undefined && (await kube.get(what)) !== undefined;

  before(async () => {
    ({ kube, kubeconfig } = await testCluster());
    await kube.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
  });
  after(() => kube.delete({ apiVersion: "v1", kind: "Namespace", name: NAMESPACE }));

  it("removes what a controller keeps a load balancer for, waits for the controller, and leaves the rest", async () => {
    await kube.apply(service("public", "LoadBalancer", { finalizers: ["example.com/load-balancer"] }));
    await kube.apply(service("inside", "ClusterIP"));
    const rule = {
      http: {
        paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "inside", port: { number: 80 } } } }],
      },
    };
    await kube.apply(inNamespace("networking.k8s.io/v1", "Ingress", "web", { rules: [rule] }));
    let done = false;
    const drained = drainProvider
      .delete("drain", { what: "load-balancers", timeout: 30, kubeconfig })
      .then(() => (done = true));
    await sleep(1500);
    assert.equal(done, false, "the load balancer is not gone yet");
    await kube.patch(ref("v1", "Service", "public"), { metadata: { finalizers: null } });
    await drained;
    assert.equal(await kube.get(ref("v1", "Service", "public")), undefined);
    assert.equal(await kube.get(ref("networking.k8s.io/v1", "Ingress", "web")), undefined);
    assert.ok(await isThere(ref("v1", "Service", "inside")));
  });

  it("names what is left and the finalizer that holds it", async () => {
    const stuck = refOf(
      await kube.apply(service("stuck", "LoadBalancer", { finalizers: ["example.com/load-balancer"] })),
    );
    await assert.rejects(
      drainProvider.delete("drain", { what: "load-balancers", timeout: 1, kubeconfig }),
      (error: Error) => {
        assert.match(error.message, /load-balancers were not gone after 1 s/);
        assert.match(error.message, /Service drained\/stuck, held by example\.com\/load-balancer/);
        assert.match(error.message, /destroy again/);
        return true;
      },
    );
    await kube.patch(stuck, { metadata: { finalizers: null } });
  });

  it("removes claims and waits for volumes that go with them, not for those that are kept", async () => {
    for (const [name, reclaim] of [
      ["gone", "Delete"],
      ["kept", "Retain"],
    ] as const) {
      await kube.apply(volume(name, reclaim));
      await kube.apply(claim(name));
    }
    const drained = drainProvider.delete("drain", { what: "volumes", timeout: 30, kubeconfig });
    await sleep(1500);
    // What the driver of the volume does.
    await kube.delete({ apiVersion: "v1", kind: "PersistentVolume", name: "gone-volume" });
    await drained;
    assert.equal(await kube.get(ref("v1", "PersistentVolumeClaim", "kept")), undefined);
    assert.ok(await kube.get({ apiVersion: "v1", kind: "PersistentVolume", name: "kept-volume" }));
    await kube.delete({ apiVersion: "v1", kind: "PersistentVolume", name: "kept-volume" });
  });
});

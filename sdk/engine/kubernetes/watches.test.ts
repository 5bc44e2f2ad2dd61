import assert from "node:assert/strict";

import { type Informer, type InformerListener, type KubeClient, type KubeObject } from "../../kube";
import { Watches } from "./watches";

const configMap = (name: string, namespace: string, ready: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace },
  data: { ready },
});
const ref = (name: string, namespace = "one") => ({ apiVersion: "v1", kind: "ConfigMap", name, namespace });

/** A client whose watches the test moves. */
class FakeWatches {
  readonly opened: string[] = [];
  readonly objects = new Map<string, KubeObject>();
  readonly listeners = new Set<InformerListener>();

  readonly client = {
    informer: (apiVersion: string, kind: string, { namespace = "" } = {}): Informer => {
      this.opened.push(`${apiVersion} ${kind} ${namespace}`);
      return {
        synced: Promise.resolve(),
        get: (name, space = "") => this.objects.get(`${space}/${name}`),
        list: () => [...this.objects.values()],
        subscribe: (listener) => {
          this.listeners.add(listener);
          return () => void this.listeners.delete(listener);
        },
        close: () => {},
      };
    },
  } as unknown as KubeClient;

  set(object: KubeObject): void {
    this.objects.set(`${String(object.metadata["namespace"])}/${object.metadata.name}`, object);
    for (const listener of [...this.listeners]) listener.changed(object, false);
  }
}

describe("shared watches", () => {
  let fake: FakeWatches;
  let watches: Watches;
  let progress: string[];
  beforeEach(() => {
    fake = new FakeWatches();
    watches = new Watches(fake.client);
    progress = [];
  });

  const wait = (name: string, { namespace = "one", timeout = 60, signal = new AbortController().signal } = {}) =>
    watches.until(
      ref(name, namespace),
      (object) => {
        const ready = (object?.["data"] as { ready: string } | undefined)?.ready ?? "missing";
        return ready === "yes" ? { done: true, result: name } : { done: false, reason: ready };
      },
      { timeout, signal, onProgress: (message) => progress.push(`${name}: ${message}`) },
    );

  it("open one watch for each kind and namespace, however many wait", async () => {
    const names = Array.from({ length: 50 }, (_, index) => `x${index}`);
    const waiting = Promise.all([...names.map((name) => wait(name)), wait("y", { namespace: "two" })]);
    await Promise.resolve();
    for (const name of names) fake.set(configMap(name, "one", "yes"));
    fake.set(configMap("y", "two", "yes"));
    assert((await waiting).every(({ outcome }) => outcome === "done"));
    assert.deepEqual(fake.opened, ["v1 ConfigMap one", "v1 ConfigMap two"]);
  });

  it("tell of progress when the reason changes, and stop listening at the end", async () => {
    const waiting = wait("x");
    await Promise.resolve();
    for (const ready of ["no", "no", "soon", "yes"]) fake.set(configMap("x", "one", ready));
    fake.set(configMap("other", "one", "yes"));
    assert.deepEqual(await waiting, { outcome: "done", result: "x" });
    assert.deepEqual(progress, ["x: missing", "x: no", "x: soon"]);
    assert.equal(fake.listeners.size, 1, "only the one that watches for failures is left");
  });

  it("end with the last reason at the timeout and when aborted", async () => {
    fake.set(configMap("x", "one", "no"));
    assert.deepEqual(await wait("x", { timeout: 0.01 }), { outcome: "timeout", reason: "no" });
    assert.deepEqual(await wait("x", { signal: AbortSignal.abort() }), { outcome: "aborted", reason: "" });
  });

  it("fail who waits when the watch fails, and open another for who comes next", async () => {
    const waiting = wait("x");
    await Promise.resolve();
    for (const listener of [...fake.listeners]) listener.failed(new Error("forbidden"));
    await assert.rejects(waiting, /forbidden/);
    fake.set(configMap("x", "one", "yes"));
    await wait("x");
    assert.equal(fake.opened.length, 2);
  });
});

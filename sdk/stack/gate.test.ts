import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { CairnError } from "../errors";
import { type JsonObject } from "../json";
import { type KubeObject } from "../kube";
import { type ExpectedResource } from "../recipe";
import { parseGate } from "../recipe";
import { type ClusterView, judge } from "./gate-judge";
import { mismatches } from "./gate-match";
import { gateChanged, waitForGate } from "./gate-run";
import { type GateInputs } from "./types";

const file = (spec: string) => ({
  path: "components/x/readiness.yaml",
  content: `apiVersion: cairn.dev/v1\nkind: ReadinessGate\nmetadata: {name: x}\nspec:\n${spec.replace(/^/gm, "  ")}`,
});

/** A cluster that holds exactly these objects. */
function clusterOf(...objects: JsonObject[]): ClusterView {
  const all = objects as unknown as readonly KubeObject[];
  const same = (a: KubeObject, apiVersion: string, kind: string) => a.apiVersion === apiVersion && a.kind === kind;
  return {
    get: (ref) =>
      Promise.resolve(
        all.find(
          (o) =>
            same(o, ref.apiVersion, ref.kind) &&
            o.metadata.name === ref.name &&
            (o.metadata["namespace"] ?? ref.namespace) === ref.namespace,
        ),
      ),
    list: (apiVersion, kind, { namespace, labelSelector } = {}) =>
      Promise.resolve(
        all.filter((o) => {
          const labels = (o.metadata["labels"] ?? {}) as Record<string, string>;
          const wanted = (labelSelector ?? "").split(",").filter((part) => part !== "");
          return (
            same(o, apiVersion, kind) &&
            (o.metadata["namespace"] ?? namespace) === namespace &&
            wanted.every((part) => labels[part.split("=")[0]!] === part.split("=")[1])
          );
        }),
      ),
    resources: () =>
      Promise.resolve([
        { groupVersion: "serving.x.io/v1", kind: "Deployment", name: "deployments", namespaced: true, verbs: [] },
        { groupVersion: "apps/v1", kind: "Deployment", name: "deployments", namespaced: true, verbs: [] },
      ]),
  };
}

const pod = (name: string, phase: string, labels: JsonObject = {}): JsonObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "ns", labels },
  status: { phase, conditions: [{ type: "Ready", status: phase === "Running" ? "True" : "False" }] },
});
const gate = (steps: string) => parseGate(file(`timeout: 10ms\nsteps:\n${steps}`));
const open = async (steps: string, expected: readonly ExpectedResource[], ...objects: JsonObject[]) =>
  (await judge(clusterOf(...objects), { namespace: "ns", gate: gate(steps), expected })).map(
    (f) => `${f.path}: ${f.message}`,
  );

describe("readiness.yaml", () => {
  it("reads every gate of the built-in catalogue", () => {
    const components = path.join(__dirname, "../../../recipes/components");
    const gates = fs
      .readdirSync(components)
      .map((name) => path.join(components, name, "readiness.yaml"))
      .filter((name) => fs.existsSync(name));
    assert.ok(gates.length >= 4);
    for (const name of gates)
      assert.ok(parseGate({ path: name, content: fs.readFileSync(name, "utf8") }).steps.length > 0);
  });

  it("reads Go durations; five minutes are the default", () => {
    const steps = "steps: [{assert: {apiVersion: v1, kind: Pod}}]";
    assert.equal(parseGate(file(`timeout: 1m30s\n${steps}`)).timeout, 90_000);
    assert.equal(parseGate(file(steps)).timeout, 300_000);
  });

  const invalid: Readonly<Record<string, [string, RegExp]>> = {
    "a malformed expression": [
      "steps: [{assert: {apiVersion: v1, kind: Pod, status: {'(a[)': true}}}]",
      /readiness\.yaml:5:\d+: spec\.steps\.0\.assert\.status\.\(a\[\): not a JMESPath/,
    ],
    "an unknown function": ["steps: [{assert: {apiVersion: v1, kind: Pod, (size(@)): 1}}]", /Unknown function/],
    "a step that is neither": ["steps: [{wait: 1}]", /spec\.steps\.0/],
    "no kind": ["steps: [{assert: {apiVersion: v1}}]", /assert\.kind/],
    "a bad duration": [
      "timeout: soon\nsteps: [{error: {apiVersion: v1, kind: Pod}}]",
      /readiness\.yaml:5:3: spec\.timeout: must be a duration/,
    ],
    "broken YAML": ["steps: [", /readiness\.yaml:\d+/],
    "an alias bomb": [`a: &a [1]\nb: &b [${"*a,".repeat(400)}]\nsteps: [${"*b,".repeat(400)}]`, /values/],
    "endless nesting": [`steps: ${"[".repeat(100_000)}`, /nested deeper than 64 levels/],
  };
  for (const [what, [spec, message]] of Object.entries(invalid)) {
    it(`is refused with ${what}`, () => {
      assert.throws(
        () => parseGate(file(spec)),
        (error: unknown) => error instanceof CairnError && error.code === "GATE_INVALID" && message.test(error.message),
      );
    });
  }
});

describe("an assertion tree", () => {
  it("is a subset of maps, and lists item by item", () => {
    const value = { a: 1, b: { c: "x", d: true }, list: [{ n: 1, m: 2 }, { n: 2 }], none: null };
    assert.deepEqual(mismatches({ b: { c: "x" }, list: [{ n: 1 }, { n: 2 }], none: null, absent: null }, value), []);
    assert.deepEqual(mismatches({ a: "1", b: { c: "y" }, list: [{ n: 1 }], gone: { x: 1 } }, value), [
      { path: "a", expected: '"1"', observed: "1" },
      { path: "b.c", expected: '"y"', observed: '"x"' },
      { path: "list", expected: "1 items", observed: "2 items" },
      { path: "gone", expected: "to be there", observed: "nothing" },
    ]);
  });

  it("evaluates keys in parentheses where they stand", () => {
    const status = { ready: 2, wanted: 3, conditions: [{ type: "A", status: "True" }] };
    assert.deepEqual(
      mismatches({ status: { "(conditions[?type=='A'].status | [0])": "True", "(ready < wanted)": true } }, { status }),
      [],
    );
    assert.deepEqual(mismatches({ status: { "(ready == wanted)": true } }, { status }), [
      { path: "status.(ready == wanted)", expected: "true", observed: "false" },
    ]);
    assert.match(mismatches({ "(length(nothing))": 1 }, status)[0]!.observed, /length/);
  });
});

describe("a readiness gate", () => {
  it("finds objects by name, else by labels, else all in the namespace; every one must fit", async () => {
    const a = pod("a", "Running", { app: "x" });
    const b = pod("b", "Pending", { app: "y" });
    const running = (metadata: string) =>
      `  - assert: {apiVersion: v1, kind: Pod, metadata: ${metadata}, status: {phase: Running}}`;
    assert.deepEqual(await open(running("{name: a}"), [], a, b), []);
    assert.deepEqual(await open(running("{labels: {app: x}}"), [], a, b), []);
    assert.deepEqual(await open(running("{}"), [], a, b), ['Pod ns/b status.phase: expected "Running", saw "Pending"']);
    assert.deepEqual(await open(running("{namespace: other}"), [], a, b), ["Pod other/any: there is none"]);
  });

  it("stays closed while an error step finds an object", async () => {
    const failed = "  - error: {apiVersion: v1, kind: Pod, status: {phase: Failed}}";
    assert.deepEqual(await open(failed, [], pod("a", "Running")), []);
    assert.deepEqual(await open(failed, [], pod("a", "Running"), pod("b", "Failed")), [
      "Pod ns/b: is in the state that the gate calls an error",
    ]);
    assert.deepEqual(await open(failed, []), []);
  });

  it("waits for expected resources to be healthy, of Kubernetes' own kind", async () => {
    const any = "  - error: {apiVersion: v1, kind: Pod}";
    const expected = [{ kind: "Deployment", name: "d" }];
    const deployment = (available: number): JsonObject => ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "d", namespace: "ns", generation: 1 },
      spec: { replicas: 2 },
      status: {
        observedGeneration: 1,
        replicas: 2,
        updatedReplicas: 2,
        availableReplicas: available,
        conditions: [{ type: "Available", status: "True" }],
      },
    });
    assert.deepEqual(await open(any, expected), ["Deployment d: does not exist"]);
    assert.deepEqual(await open(any, expected, deployment(1)), ["Deployment ns/d: 1 of 2 replicas are available"]);
    assert.deepEqual(await open(any, expected, deployment(2)), []);
    assert.deepEqual(await open(any, [{ kind: "Gadget", name: "g" }]), [
      "Gadget g: the cluster does not serve this kind",
    ]);
  });

  const inputs = (steps: string): Omit<GateInputs, "kubeconfig"> => ({
    component: "gpu-operator",
    namespace: "ns",
    gate: gate(steps),
    expected: [],
    content: "sha256:1",
    cluster: "uid",
  });

  it("times out with the assertion, the object and what was seen", async () => {
    const steps = "  - assert: {apiVersion: v1, kind: Pod, metadata: {name: a}, status: {phase: Running}}";
    await assert.rejects(
      waitForGate(clusterOf(pod("a", "Pending")), inputs(steps)),
      /gpu-operator was not ready after 0\.01 s\n {2}Pod ns\/a status\.phase: expected "Running", saw "Pending"/,
    );
  });

  it("opens as soon as the cluster gets there, also when the kind was not served at first", async () => {
    let asked = 0;
    const late: ClusterView = {
      ...clusterOf(pod("a", "Running")),
      get: (ref) => (++asked === 1 ? Promise.reject(new Error("not served")) : clusterOf(pod("a", "Running")).get(ref)),
    };
    const steps = "  - assert: {apiVersion: v1, kind: Pod, metadata: {name: a}}";
    await waitForGate(late, { ...inputs(steps), gate: { ...gate(steps), timeout: 60_000 } });
    assert.equal(asked, 2);
  });

  it("judges again for other content or another cluster, not for another kubeconfig", () => {
    const olds = { ...inputs("  - error: {apiVersion: v1, kind: Pod}"), kubeconfig: "a" };
    assert.equal(gateChanged(olds, { ...olds, kubeconfig: "b" }), false);
    assert.equal(gateChanged(olds, { ...olds, content: "sha256:2" }), true);
    assert.equal(gateChanged(olds, { ...olds, cluster: "other" }), true);
  });
});

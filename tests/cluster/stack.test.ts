import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { type EngineEvent, type Operation, type OperationResult, run } from "@cairn/sdk/engine";
import { localPools } from "@cairn/sdk/local";
import { writeLock } from "@cairn/sdk/lock";
import { packChart, parseReference, pushArtifact } from "@cairn/sdk/oci";
import { type ComponentRef, type Recipe } from "@cairn/sdk/recipe";
import { tempDir, type TestCluster, testCluster } from "../support";
import { localRecipe, type Published, publish, UNSIGNED } from "./stack-fixture";

const PROGRAM = path.resolve(__dirname, "../../cluster/programs/stack");
const HOST = "registry.cairn.test";

interface Outcome extends OperationResult {
  readonly events: readonly EngineEvent[];
}

/** What ended, in order, as `op type name`, without the stack's and the component's part of the URN. */
const steps = ({ events }: Outcome): string[] =>
  events.flatMap((event) =>
    event.type === "step-done" && event.op !== "same" ? [`${event.op} ${nameOf(event.urn)}`] : [],
  );
const nameOf = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2).replace(/^test\//, "");

const change = (recipe: Recipe, name: string, by: Partial<ComponentRef>): Recipe => ({
  ...recipe,
  componentRefs: recipe.componentRefs.map((component) =>
    component.name === name ? { ...component, ...by } : component,
  ),
});

/** A component that depends on `metrics` and brings a pre-delete hook that must run before its ConfigMap goes. */
function withFarewell(recipe: Recipe): Recipe {
  const farewell: ComponentRef = {
    name: "farewell",
    type: "Helm",
    namespace: "farewell",
    source: `oci://${HOST}/charts`,
    chart: "farewell",
    version: "1.0.0",
    values: {},
    dependencyRefs: ["metrics"],
    preManifests: [],
    manifests: [],
    expectedResources: [],
    hooks: { "Job/farewell": "destroy-step" },
    nodeScheduling: {},
  };
  return {
    ...recipe,
    componentRefs: [...recipe.componentRefs, farewell],
    deploymentOrder: [...recipe.deploymentOrder, "farewell"],
  };
}

const FAREWELL_CHART = {
  "Chart.yaml": "apiVersion: v2\nname: farewell\nversion: 1.0.0\n",
  "templates/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept}\ndata: {a: b}\n",
  "templates/job.yaml": `apiVersion: batch/v1
kind: Job
metadata: {name: farewell, annotations: {helm.sh/hook: pre-delete}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "${HOST}/${UNSIGNED}"}]}}}
`,
};

describe("a recipe stack on a real API server", function () {
  this.timeout(300_000);
  const directory = tempDir("stack");
  let published: Published;
  let cluster: TestCluster;
  let recipe: Recipe;

  const operate = async (operation: Operation, of: Recipe, kubeconfigFile?: string): Promise<Outcome> => {
    const lock = path.join(directory, "cairn.lock.yaml");
    const settings = path.join(directory, "settings.json");
    writeLock(lock, await published.lock(of));
    const facts = {
      service: "local",
      accelerator: "h100",
      os: "any",
      kubernetesVersion: cluster.kubernetesVersion,
      pools: localPools({ accelerator: "h100", nodes: 4, devicesPerNode: 8 }),
    };
    const kubeconfig = kubeconfigFile ?? cluster.kubeconfigFile;
    const { cacheDir } = published;
    fs.writeFileSync(settings, JSON.stringify({ recipe: of, lock, cacheDir, facts, kubeconfig }));
    const events: EngineEvent[] = [];
    const env = {
      STACK_SETTINGS: settings,
      PULUMI_BACKEND_URL: `file://${directory}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    };
    const result = await run({
      operation,
      directory: PROGRAM,
      stack: "test",
      env,
      onEvent: (event) => events.push(event),
    });
    return { ...result, events };
  };
  const succeed = async (operation: Operation, of: Recipe): Promise<Outcome> => {
    const outcome = await operate(operation, of);
    assert.deepEqual(outcome.errors, []);
    return outcome;
  };

  before(async () => {
    [published, cluster] = await Promise.all([publish(), testCluster()]);
    const chart = path.join(directory, "chart");
    for (const [file, content] of Object.entries(FAREWELL_CHART)) {
      fs.mkdirSync(path.dirname(path.join(chart, file)), { recursive: true });
      fs.writeFileSync(path.join(chart, file), content);
    }
    const { artifact } = await packChart(chart);
    await pushArtifact(published.client, parseReference(`${HOST}/charts/farewell:1.0.0`), artifact);
    recipe = withFarewell(localRecipe());
  });
  // Its admission policies judge every pod of the cluster that the tests share.
  after(() => operate("destroy", recipe));

  it("is previewed before its cluster can be reached", async () => {
    const unreachable = path.join(directory, "unreachable.yaml");
    const text = fs.readFileSync(cluster.kubeconfigFile, "utf8");
    fs.writeFileSync(unreachable, text.replace(/https:..127\.0\.0\.1:\d+/, "https://127.0.0.1:1"));
    const { ok, outputs, changes } = await operate("preview", recipe, unreachable);
    assert.deepEqual([ok, outputs], [true, { identity: undefined }]);
    assert.ok((changes.create ?? 0) > 20);
    const refused = await operate("up", recipe, unreachable);
    assert.match(refused.errors.join("\n"), /127\.0\.0\.1:1/);
    assert.equal(JSON.stringify(refused.events).includes("BEGIN CERTIFICATE"), false);
  });

  it("comes up in order: gates before dependants, hook Jobs before the chart's objects", async () => {
    const outcome = await succeed("up", recipe);
    const done = steps(outcome);
    const before = (first: string, second: string) => {
      const [a, b] = [done.indexOf(`create ${first}`), done.indexOf(`create ${second}`)];
      assert.ok(a !== -1 && b !== -1 && a < b, `${first} (${a}) comes before ${second} (${b}):\n${done.join("\n")}`);
    };
    before("image-admission/CustomResourceDefinition/imagelocks.cairn.dev", "image-admission/ImageLock/cairn");
    before("image-admission/ImageLock/cairn", "image-admission/gate");
    before("image-admission/gate", "gpu-simulator/Namespace/gpu-simulator");
    before(
      "gpu-simulator/Job/gpu-simulator/gpu-simulator-preflight",
      "gpu-simulator/DaemonSet/gpu-simulator/gpu-simulator-driver",
    );
    before("gpu-simulator/DaemonSet/gpu-simulator/gpu-simulator-driver", "gpu-simulator/gate");
    before("metrics/gate", "farewell/ConfigMap/farewell/kept");
    const system = await cluster.kube.get({ apiVersion: "v1", kind: "Namespace", name: "kube-system" });
    assert.deepEqual(outcome.outputs, { identity: system?.metadata["uid"] });
  });

  it("runs only pinned images", async () => {
    const pods = (
      await Promise.all(
        ["gpu-simulator", "monitoring"].map((namespace) => cluster.kube.list("v1", "Pod", { namespace })),
      )
    ).flat();
    assert.ok(pods.length > 0);
    for (const pod of pods)
      for (const { image } of (pod["spec"] as { containers: { image: string }[] }).containers)
        assert.match(image, /@sha256:[0-9a-f]{64}$/);
  });

  it("is unchanged the second time", async () => {
    const outcome = await succeed("up", recipe);
    assert.deepEqual(steps(outcome), []);
  });

  it("judges a gate again when the component's objects change, and only that one", async () => {
    const metrics = recipe.componentRefs.find(({ name }) => name === "metrics")!;
    recipe = change(recipe, "metrics", { values: { ...metrics.values, service: { port: 9500 } } });
    const done = steps(await succeed("up", recipe));
    assert.ok(done.includes("update metrics/gate"), done.join("\n"));
    // The stack itself carries the recipe's digest.
    const others = done.filter((step) => !step.includes(" metrics"));
    assert.deepEqual(others, ["update test"]);
  });

  it("stops at a gate that stays closed, says why, and goes on from there once it opens", async () => {
    const content = (replicas: number) => ({
      path: "readiness.yaml",
      content: `apiVersion: cairn.dev/v1
kind: ReadinessGate
spec:
  timeout: 1s
  steps:
    - assert: {apiVersion: v1, kind: ConfigMap, metadata: {name: metrics}, (length(data)): ${replicas}}
`,
    });
    const closed = await operate("up", change(recipe, "metrics", { readiness: content(7) }));
    assert.equal(closed.ok, false);
    assert.match(
      closed.errors.join("\n"),
      /metrics was not ready after 1 s[^]*ConfigMap monitoring\/metrics \(length\(data\)\): expected 7, saw 1/,
    );
    recipe = change(recipe, "metrics", { readiness: content(1) });
    assert.deepEqual(steps(await succeed("up", recipe)), ["update test", "update metrics/gate"]);
  });

  it("goes down in reverse, destroy steps first, and leaves nothing", async () => {
    const done = steps(await succeed("destroy", recipe));
    const before = (first: string, second: string) => {
      const [a, b] = [done.indexOf(`delete ${first}`), done.indexOf(`delete ${second}`)];
      assert.ok(a !== -1 && b !== -1 && a < b, `${first} (${a}) goes before ${second} (${b}):\n${done.join("\n")}`);
    };
    before("farewell/destroy/batch/v1/Job/farewell/farewell", "farewell/ConfigMap/farewell/kept");
    before("farewell/ConfigMap/farewell/kept", "metrics/gate");
    before("gpu-simulator/Namespace/gpu-simulator", "image-admission/gate");
    before("image-admission/ImageLock/cairn", "image-admission/CustomResourceDefinition/imagelocks.cairn.dev");
    const { kube } = cluster;
    for (const name of ["gpu-simulator", "monitoring", "farewell", "training"])
      assert.equal(await kube.get({ apiVersion: "v1", kind: "Namespace", name }), undefined);
    const crd = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      name: "imagelocks.cairn.dev",
    };
    assert.equal(await kube.get(crd), undefined);
  });
});

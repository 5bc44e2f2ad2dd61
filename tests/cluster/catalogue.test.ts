import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isKubeError, type KubeClient, refOf, waitFor } from "@cairn/sdk/kube";
import { applyScheduling, type ComponentRef, type Scheduling } from "@cairn/sdk/recipe";
import { findTool } from "@cairn/sdk/tools";
import { parseAllDocuments, stringify } from "yaml";
import { tempDir, testCluster } from "../support";
import { localRecipe, RECIPES } from "./stack-fixture";

type Manifest = Parameters<KubeClient["apply"]>[0];

const gpuTaint = { key: "nvidia.com/gpu", operator: "Exists" };
const scheduling: Scheduling = {
  system: { nodeSelector: { "cairn.dev/pool": "system" }, tolerations: [] },
  accelerated: { nodeSelector: { "cairn.dev/pool": "gpu" }, tolerations: [gpuTaint] },
  gpuNodes: 4,
};
const IMAGE = "registry.cairn.test/demo/metrics:0.4.1";
const FOREIGN = "registry.invalid/foreign:1";
const DIGEST = `sha256:${"a".repeat(64)}`;
const imageLock: Manifest = {
  apiVersion: "cairn.dev/v1",
  kind: "ImageLock",
  metadata: { name: "cairn" },
  spec: { images: { [IMAGE]: DIGEST } },
};

const documents = (text: string): readonly Manifest[] =>
  parseAllDocuments(text, { version: "1.1" })
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);

const chartOf = ({ chart = "" }: ComponentRef): string => path.join(RECIPES, "charts", chart);

const helm = (verb: string, component: ComponentRef, ...args: readonly string[]): string => {
  const values = path.join(tempDir("values"), "values.yaml");
  fs.writeFileSync(values, stringify(applyScheduling(component, scheduling).values));
  const all = [verb, ...args, chartOf(component), "--namespace", component.namespace, "--values", values];
  return execFileSync(findTool("helm"), all, { encoding: "utf8" });
};

const objectsOf = (component: ComponentRef): readonly Manifest[] =>
  component.type === "Helm"
    ? documents(helm("template", component, component.name, "--kube-version", "1.36.1"))
    : component.manifests.flatMap(({ content }) => documents(content));

const pod = (reference: string): Manifest => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { generateName: "volume-", namespace: "training" },
  spec: { containers: [{ name: "main", image: IMAGE }], volumes: [{ name: "data", image: { reference } }] },
});

describe("the built-in catalogue on a real API server", function () {
  this.timeout(120_000);
  const { componentRefs, deploymentOrder } = localRecipe();
  const components = deploymentOrder.map((name) => componentRefs.find((component) => component.name === name)!);
  const applied: Manifest[] = [];
  let kube: KubeClient;

  /** What depends on a definition or a namespace can be applied a moment after it only. */
  const apply = async (manifest: Manifest): Promise<void> => {
    try {
      await kube.apply(manifest, { force: true });
      applied.push(manifest);
    } catch (error) {
      if (!isKubeError(error, "KUBE_KIND_UNKNOWN", "KUBE_NOT_FOUND")) throw error;
      await sleep(200);
      await apply(manifest);
    }
  };

  const isAdmitted = async (reference: string): Promise<boolean> => {
    try {
      await kube.create(pod(reference), { dryRun: true });
      return true;
    } catch (error) {
      if (isKubeError(error, "KUBE_FORBIDDEN")) return false;
      throw error;
    }
  };

  before(async () => {
    ({ kube } = await testCluster());
    for (const component of components) {
      const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: component.namespace } };
      if (component.namespace !== "kube-system") await apply(namespace);
      for (const manifest of objectsOf(component)) await apply(manifest);
      if (component.name === "image-admission") await apply(imageLock);
    }
    // Policies take effect a moment after they were applied.
    while (!(await isAdmitted(IMAGE)) || (await isAdmitted(FOREIGN))) await sleep(100);
  });

  after(async () => {
    for (const manifest of applied.reverse()) await kube.delete(refOf(manifest));
    const namespaces = applied.filter(({ kind }) => kind === "Namespace");
    for (const namespace of namespaces) {
      await waitFor(kube, refOf(namespace), (object) => object === undefined, { timeout: 60 });
    }
  });

  it("announces each GPU node's eight devices, of the model that the leaf names", async () => {
    const labelSelector = "app.kubernetes.io/name=gpu-simulator";
    const slices = await kube.list("resource.k8s.io/v1", "ResourceSlice", { labelSelector });
    const specs = slices.map(({ spec }) => spec as { nodeName: string; devices: { attributes: { model: object } }[] });
    assert.deepEqual(specs.map(({ nodeName }) => nodeName).sort(), ["gpu-0", "gpu-1", "gpu-2", "gpu-3"]);
    for (const { devices } of specs) {
      assert.equal(devices.length, 8);
      assert.deepEqual(devices[0]?.attributes.model, { string: "h100" });
    }
  });

  it("pins the image of a volume too, and refuses one that is not in the lock", async () => {
    const stored = await kube.create(pod(IMAGE), { dryRun: true });
    const { volumes } = stored["spec"] as { volumes: { image?: { reference: string } }[] };
    assert.equal(volumes[0]?.image?.reference, `${IMAGE}@${DIGEST}`);
    await assert.rejects(kube.create(pod(FOREIGN), { dryRun: true }), /not in the image lock/);
  });

  it("limits the devices that a training namespace may claim", async () => {
    const claim = (count: number): Manifest => ({
      apiVersion: "resource.k8s.io/v1",
      kind: "ResourceClaim",
      metadata: { name: `claim-${count}`, namespace: "training" },
      spec: { devices: { requests: [{ name: "gpu", exactly: { deviceClassName: "gpu.sim.cairn.dev", count } }] } },
    });
    const quota = { apiVersion: "v1", kind: "ResourceQuota", name: "devices", namespace: "training" };
    await waitFor(kube, quota, (object) => (object?.["status"] as { used?: object } | undefined)?.used !== undefined, {
      timeout: 60,
    });
    await kube.create(claim(64), { dryRun: true });
    await assert.rejects(kube.create(claim(65), { dryRun: true }), /exceeded quota/);
  });

  it("has charts that helm's own linter accepts with the recipe's values", () => {
    for (const component of components.filter(({ type }) => type === "Helm")) {
      assert.match(helm("lint", component, "--strict"), /0 chart\(s\) failed/);
    }
  });
});

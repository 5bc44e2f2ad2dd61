import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isKubeError, type KubeClient, refOf, waitFor } from "@cairn/sdk/kube";
import { type Phase } from "@cairn/sdk/recipe";
import { type PhaseResult, type RecipeUnderTest, runPhase } from "@cairn/sdk/validation";
import { parseAllDocuments } from "yaml";
import { testCluster } from "../support";

export const IMAGE = "registry.example/app:1.0";
export const DIGEST = `sha256:${"a".repeat(64)}`;
export const images = { [IMAGE]: DIGEST };

const repository = resolve(__dirname, "../../..");
const admission = join(repository, "recipes/components/image-admission/manifests");

type Manifest = Parameters<KubeClient["apply"]>[0];

/** The admission policies of the built-in catalogue, and a lock with one image. */
export const admissionManifests = (): readonly Manifest[] => [
  ...readdirSync(admission)
    .sort()
    .flatMap((file) => parseAllDocuments(readFileSync(join(admission, file), "utf8")))
    .map((document) => document.toJS() as Manifest),
  { apiVersion: "cairn.dev/v1", kind: "ImageLock", metadata: { name: "cairn" }, spec: { images } },
];

export const DRIVER = "gpu.sim.cairn.dev";
export const GPU_NODES = ["gpu-0", "gpu-1", "gpu-2", "gpu-3"];
const DEVICES_PER_NODE = 2;
const NAMESPACE = "validation-tests";
/** An image that no lock names. */
export const FOREIGN = "registry.invalid/foreign:1";

export const deviceClass = (expression = `device.driver == "${DRIVER}"`): Manifest => ({
  apiVersion: "resource.k8s.io/v1",
  kind: "DeviceClass",
  metadata: { name: DRIVER },
  spec: { selectors: [{ cel: { expression } }] },
});

export const resourceSlice = (node: string, ofEachDevice: Manifest = {}): Manifest => ({
  apiVersion: "resource.k8s.io/v1",
  kind: "ResourceSlice",
  metadata: { name: node },
  spec: {
    driver: DRIVER,
    nodeName: node,
    pool: { name: node, generation: 1, resourceSliceCount: 1 },
    devices: Array.from({ length: DEVICES_PER_NODE }, (_, i) => ({
      name: `gpu-${i}`,
      attributes: { model: { string: "h100" } },
      ...ofEachDevice,
    })),
  },
});

export const recipe: RecipeUnderTest = {
  criteria: { service: "local", accelerator: "h100", intent: "training", os: "any", platform: "any", nodes: 0 },
  constraints: [{ name: "K8s.server.version", value: ">= 1.36" }],
  componentRefs: [
    {
      name: "metrics",
      namespace: NAMESPACE,
      expectedResources: [
        { kind: "Deployment", name: "metrics" },
        { kind: "CustomResourceDefinition", name: "imagelocks.cairn.dev" },
      ],
    },
  ],
  validation: {
    deployment: { constraints: [], checks: ["expected-resources"] },
    conformance: { constraints: [], checks: ["dra-support", "gang-scheduling", "image-admission"] },
  },
};

/** The deployment that the recipe expects. */
export const metrics = (): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "metrics", namespace: NAMESPACE },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "metrics" } },
    template: {
      metadata: { labels: { app: "metrics" } },
      spec: { terminationGracePeriodSeconds: 0, containers: [{ name: "main", image: IMAGE }] },
    },
  },
});

export interface Cluster {
  readonly kube: KubeClient;
  readonly kubeconfig: string;
  readonly kubeconfigFile: string;
  /** Runs a phase, with only some of its checks when named. */
  run(phase: Phase, checks?: readonly string[]): Promise<PhaseResult>;
  /** Waits until new pods with an image outside the lock, or with a locked tag, are treated so. Policies take effect after a moment. */
  untilAdmission(foreign: "refused" | "admitted", locked: "pinned" | "refused"): Promise<void>;
  /** Takes away what was installed. */
  undo(): Promise<void>;
}

/** The test cluster with devices, the catalogue's admission policies and the expected Deployment. */
export async function goodCluster(): Promise<Cluster> {
  const { kube, kubeconfig, kubeconfigFile } = await testCluster();
  const manifests: readonly Manifest[] = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } },
    ...admissionManifests(),
    deviceClass(),
    ...GPU_NODES.map((node) => resourceSlice(node)),
    metrics(),
  ];
  const undo = async (): Promise<void> => {
    for (const manifest of [...manifests].reverse()) await kube.delete(refOf(manifest));
    await waitFor(kube, refOf(manifests[0] ?? {}), (object) => object === undefined, { timeout: 60 });
  };
  const run = (phase: Phase, checks = recipe.validation[phase]?.checks ?? []): Promise<PhaseResult> =>
    runPhase({
      cluster: { kube },
      recipe: { ...recipe, validation: { [phase]: { constraints: [], checks } } },
      images,
      phase,
    });
  const untilAdmission: Cluster["untilAdmission"] = async (foreign, locked) => {
    const admitted = { refused: undefined, admitted: FOREIGN }[foreign];
    const stored = { refused: undefined, pinned: `${IMAGE}@${DIGEST}` }[locked];
    while ((await imageAfterAdmission(kube, FOREIGN)) !== admitted) await sleep(100);
    while ((await imageAfterAdmission(kube, IMAGE)) !== stored) await sleep(100);
  };
  for (const manifest of manifests) await applySoon(kube, manifest);
  await untilAdmission("refused", "pinned");
  return { kube, kubeconfig, kubeconfigFile, run, untilAdmission, undo };
}

/** A custom resource can be applied a moment after its definition only. */
async function applySoon(kube: KubeClient, manifest: Manifest): Promise<void> {
  for (;;) {
    try {
      await kube.apply(manifest, { force: true });
      return;
    } catch (error) {
      if (!isKubeError(error, "KUBE_KIND_UNKNOWN", "KUBE_NOT_FOUND")) throw error;
      await sleep(200);
    }
  }
}

/** What would be stored for a pod with this image; undefined when it would be refused. */
async function imageAfterAdmission(kube: KubeClient, image: string): Promise<string | undefined> {
  const metadata = { generateName: "probe-", namespace: NAMESPACE };
  const pod = { apiVersion: "v1", kind: "Pod", metadata, spec: { containers: [{ name: "main", image }] } };
  try {
    const stored = await kube.create(pod, { dryRun: true });
    return (stored["spec"] as { containers: { image: string }[] }).containers[0]?.image;
  } catch (error) {
    if (isKubeError(error, "KUBE_FORBIDDEN", "KUBE_INVALID")) return undefined;
    throw error;
  }
}

/** Namespaces of checks that are still there. */
export async function leftovers(kube: KubeClient): Promise<readonly string[]> {
  const namespaces = await kube.list("v1", "Namespace", { labelSelector: "cairn.dev/check" });
  return namespaces.map((n) => n.metadata.name);
}

/** The names of a result's failed assertions, as `check: assertion`. */
export const failures = (result: PhaseResult): readonly string[] =>
  result.outcomes.flatMap((o) => o.assertions.filter((a) => !a.passed).map((a) => `${o.name}: ${a.name}`));

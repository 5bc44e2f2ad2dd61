import assert from "node:assert/strict";
import { CairnError } from "../errors";
import { type Recipe, recipeDigest } from "../recipe";
import { checkLock, requireFresh } from "./fresh";
import { type Lock } from "./types";

const recipe: Recipe = {
  apiVersion: "cairn.dev/v1",
  kind: "RecipeResult",
  metadata: { version: "1", appliedOverlays: [] },
  criteria: { service: "local", accelerator: "h100", intent: "training", os: "any", platform: "any", nodes: 0 },
  constraints: [],
  componentRefs: [
    {
      name: "metrics",
      type: "Helm",
      namespace: "monitoring",
      source: "oci://r.test/charts",
      chart: "metrics",
      version: "0.2.1",
      values: { replicas: 1 },
      dependencyRefs: [],
      preManifests: [],
      manifests: [],
      expectedResources: [],
      hooks: {},
      nodeScheduling: {},
    },
  ],
  deploymentOrder: ["metrics"],
  validation: {},
};
const archive = `sha256:${"a".repeat(64)}`;
const lock: Lock = {
  apiVersion: "cairn.dev/v1",
  kind: "Lock",
  recipe: { digest: recipeDigest(recipe), criteria: recipe.criteria },
  kubernetes: { version: "1.36.1", apiVersions: [] },
  helm: "3.21.4",
  charts: { metrics: { source: "oci://r.test/charts", chart: "metrics", version: "0.2.1", archive } },
  images: [],
  exemptions: [],
};
const withMetrics = (change: object): Recipe => ({
  ...recipe,
  componentRefs: recipe.componentRefs.map((component) => ({ ...component, ...change })),
});

describe("a lock is stale", () => {
  const stale: Readonly<Record<string, [Recipe, string | undefined, RegExp]>> = {
    "when a value changed": [withMetrics({ values: { replicas: 2 } }), undefined, /made for another recipe/],
    "when the program is for another region": [
      { ...withMetrics({ values: { registry: "us-east-1" } }), metadata: { ...recipe.metadata, region: "us-east-1" } },
      undefined,
      /it is for region unknown, the program for us-east-1/,
    ],
    "when the program has other GPUs": [
      { ...recipe, criteria: { ...recipe.criteria, accelerator: "h200" } },
      undefined,
      /it is for accelerator h100, the program for h200/,
    ],
    "when a version changed": [
      withMetrics({ version: "0.3.0" }),
      undefined,
      /metrics is locked at 0\.2\.1 .* wants 0\.3\.0/,
    ],
    "when it has no kustomization": [
      withMetrics({ type: "Kustomize", path: "app", tag: "v1.0.0" }),
      undefined,
      /metrics has no locked kustomization/,
    ],
    "when a component is new": [withMetrics({ name: "other" }), undefined, /other has no locked chart/],
    "when the cluster has another Kubernetes": [
      recipe,
      "1.37.0",
      /rendered for Kubernetes 1\.36\.1, the cluster has 1\.37\.0/,
    ],
  };
  for (const [when, [changed, kubernetesVersion, message]] of Object.entries(stale)) {
    it(when, () => {
      const facts = kubernetesVersion === undefined ? {} : { kubernetesVersion };
      assert.match(checkLock(lock, changed, facts).join("\n"), message);
      assert.throws(
        () => requireFresh(lock, changed, facts),
        (error: unknown) =>
          error instanceof CairnError &&
          error.code === "LOCK_STALE" &&
          message.test(error.message) &&
          error.message.includes(`→ run \`cairn lock --service local --accelerator ${changed.criteria.accelerator} `),
      );
    });
  }

  it("but not for a patch release of Kubernetes", () => {
    assert.equal(requireFresh(lock, recipe, { kubernetesVersion: "1.36.4" }), lock);
  });

  it("and a missing one says so", () => {
    assert.throws(
      () => requireFresh(undefined, recipe),
      (error: unknown) => error instanceof CairnError && error.code === "LOCK_MISSING",
    );
  });
});

import assert from "node:assert/strict";
import { resolve } from ".";
import { criteriaOf } from "./criteria";
import { type Files, load } from "./support.test";

/*
 * A folder in the shape and API groups of AICR v0.11: the same names, bases, dependencies and criteria as its EKS training branch, with
 * made-up chart coordinates. Order and components are those that AICR's own golden file for h100-eks-ubuntu-training-kubeflow has.
 */

const COMPONENTS = [
  "aws-ebs-csi-driver",
  "aws-efa",
  "cert-manager",
  "gpu-operator",
  "k8s-ephemeral-storage-metrics",
  "kai-scheduler",
  "kube-prometheus-stack",
  "kubeflow-trainer",
  "nvidia-dra-driver-gpu",
  "nvsentinel",
  "prometheus-adapter",
  "skyhook-customizations",
  "skyhook-operator",
] as const;

/** A component by name, and what it depends on. */
type Refs = Readonly<Partial<Record<(typeof COMPONENTS)[number], readonly string[]>>>;

const overlay = (name: string, criteria: object, base: string, refs: Refs, more: object = {}): Files => ({
  [`overlays/${name}.yaml`]: JSON.stringify({
    kind: "RecipeMetadata",
    apiVersion: "aicr.nvidia.com/v1alpha1",
    metadata: { name },
    spec: {
      base,
      criteria,
      componentRefs: Object.entries(refs).map(([component, dependencyRefs]) => ({
        name: component,
        type: "Helm",
        dependencyRefs,
      })),
      ...more,
    },
  }),
});

const floor = (version: string) => ({ constraints: [{ name: "K8s.server.version", value: `>= ${version}` }] });

const FOLDER: Files = {
  "registry.yaml": JSON.stringify({
    apiVersion: "aicr.nvidia.com/v1alpha1",
    kind: "ComponentRegistry",
    components: COMPONENTS.map((name) => ({
      name,
      displayName: name,
      valueOverrideKeys: [name.replaceAll("-", "")],
      helm: {
        defaultRepository: "https://charts.example.com",
        defaultChart: `vendor/${name}`,
        defaultVersion: "v1.0.0",
        defaultNamespace: name,
      },
      healthCheck: { assertFile: `checks/${name}/health-check.yaml` },
    })),
  }),
  ...Object.fromEntries(COMPONENTS.map((name) => [`checks/${name}/health-check.yaml`, "kind: Test\n"])),
  "validators/catalog.yaml": "apiVersion: aicr.nvidia.com/v1\nkind: ValidatorCatalog\n",
  ...overlay(
    "base",
    {},
    "",
    {
      "cert-manager": [],
      "kube-prometheus-stack": [],
      "skyhook-operator": [],
      "gpu-operator": ["cert-manager", "kube-prometheus-stack"],
      nvsentinel: ["cert-manager", "gpu-operator"],
      "k8s-ephemeral-storage-metrics": ["kube-prometheus-stack"],
      "nvidia-dra-driver-gpu": ["gpu-operator"],
      "kai-scheduler": ["gpu-operator"],
    },
    floor("1.25"),
  ),
  ...overlay("monitoring-hpa", { intent: "any" }, "base", { "prometheus-adapter": ["kube-prometheus-stack"] }),
  ...overlay("eks", { service: "eks" }, "base", { "aws-ebs-csi-driver": [], "aws-efa": [] }, floor("1.28")),
  ...overlay("eks-training", { service: "eks", intent: "training" }, "eks", {}, floor("1.30")),
  ...overlay(
    "h100-eks-training",
    { service: "eks", accelerator: "h100", intent: "training" },
    "eks-training",
    {
      "skyhook-customizations": ["skyhook-operator"],
      "gpu-operator": ["cert-manager", "kube-prometheus-stack", "skyhook-customizations"],
    },
    floor("1.32.4"),
  ),
  ...overlay(
    "h100-eks-ubuntu-training",
    { service: "eks", accelerator: "h100", os: "ubuntu", intent: "training" },
    "h100-eks-training",
    {},
  ),
  ...overlay(
    "h100-eks-ubuntu-training-kubeflow",
    { service: "eks", accelerator: "h100", os: "ubuntu", intent: "training", platform: "kubeflow" },
    "h100-eks-ubuntu-training",
    { "kubeflow-trainer": ["cert-manager", "kube-prometheus-stack", "gpu-operator"] },
  ),
};

describe("a folder in the shape of AICR's", () => {
  it("resolves to the components and the order of AICR's golden recipe", () => {
    const query = { service: "eks", accelerator: "h100", os: "ubuntu", intent: "training", platform: "kubeflow" };
    const { recipe, warnings } = resolve(load(FOLDER), criteriaOf(query));
    assert.deepEqual(recipe.deploymentOrder, [
      "aws-ebs-csi-driver",
      "aws-efa",
      "cert-manager",
      "kube-prometheus-stack",
      "k8s-ephemeral-storage-metrics",
      "prometheus-adapter",
      "skyhook-operator",
      "skyhook-customizations",
      "gpu-operator",
      "kai-scheduler",
      "kubeflow-trainer",
      "nvidia-dra-driver-gpu",
      "nvsentinel",
    ]);
    assert.deepEqual(recipe.constraints, [{ name: "K8s.server.version", value: ">= 1.32.4" }]);
    assert.deepEqual(warnings, []);
  });

  it("refuses what AICR answers with its base recipe: a coordinate that nothing covers", () => {
    assert.throws(() => resolve(load(FOLDER), criteriaOf({ service: "oke", accelerator: "h100" })), {
      code: "RECIPE_UNCOVERED",
    });
  });
});

import assert from "node:assert/strict";
import { type Criteria, type Recipe } from ".";
import { cloudCoordinates, componentValue, nameOf, recipeFor } from "./catalogue-support.test";

/** Each choice that some coordinate offers, and what must be true of the recipe on both sides of it. */
interface Stack {
  /** Who installs the driver: a pod of the GPU Operator, a pod of the recipe's installer, or the node's image. */
  readonly driver: "operator" | "installer" | "image";
  /** Where the driver's files are. */
  readonly root: string;
  /** Whether the GPU Operator's device plugin advertises the devices, or the cloud's own. */
  readonly advertiser: "operator" | "cloud";
  /** Handler of the container runtime, where the recipe names one. */
  readonly runtimeClass?: string;
  /** Constraints on the cluster that only this choice makes. */
  readonly demands: readonly string[];
}

const OPERATOR: Stack = { driver: "operator", root: "/run/nvidia/driver", advertiser: "operator", demands: [] };
const LABEL = "gke-no-default-nvidia-gpu-device-plugin=true";

const STACKS: Readonly<Record<string, Readonly<Record<string, Stack>>>> = {
  eks: {
    "operator-managed": OPERATOR,
    "ami-preinstalled": { driver: "image", root: "/", advertiser: "operator", demands: [] },
  },
  gke: {
    "gke-default": {
      driver: "image",
      root: "/home/kubernetes/bin/nvidia",
      advertiser: "cloud",
      demands: [`NodeTopology.gpu-nodes.label != ${LABEL}`],
    },
    "bundle-installer": {
      driver: "installer",
      root: "/home/kubernetes/bin/nvidia",
      advertiser: "operator",
      demands: ["K8s.gke-gpu-pools.gpu-driver-installation Disabled", `NodeTopology.gpu-nodes.label ${LABEL}`],
    },
  },
  aks: {
    "azure-managed": {
      driver: "image",
      root: "/",
      advertiser: "operator",
      runtimeClass: "nvidia-container-runtime",
      demands: ["K8s.aks-gpu-pools.gpu-driver Install"],
    },
    "operator-managed": { ...OPERATOR, runtimeClass: "nvidia", demands: ["K8s.aks-gpu-pools.gpu-driver None"] },
  },
  oke: {
    "oci-managed": {
      driver: "image",
      root: "/",
      advertiser: "cloud",
      demands: ["K8s.oke-addons.nvidia-gpu-plugin installed"],
    },
    "operator-managed": {
      ...OPERATOR,
      demands: ["K8s.oke-addons.nvidia-gpu-plugin absent", "K8s.oke-legacy-plugin.nvidia-gpu-device-plugin none"],
    },
  },
};

/** The choices of a coordinate: on EKS they depend on what the image brings. */
function choicesOf({ service, os }: Criteria): readonly string[] {
  if (service === "eks" && os !== "amazonlinux") return ["operator-managed"];
  return Object.keys(STACKS[service] ?? {});
}

const withStack = (criteria: Criteria, gpuStack: string): Recipe => recipeFor(criteria, { gpuStack });

describe("the built-in catalogue's profile gpuStack", () => {
  it("has the cloud's own way as default", () => {
    const defaults = new Map(
      cloudCoordinates().map((criteria) => {
        const kind = criteria.os === "amazonlinux" ? "amazonlinux" : criteria.service;
        return [kind, recipeFor(criteria).metadata.profiles?.gpuStack];
      }),
    );
    assert.deepEqual(Object.fromEntries(defaults), {
      aks: "azure-managed",
      amazonlinux: "ami-preinstalled",
      eks: "operator-managed",
      gke: "gke-default",
      oke: "oci-managed",
    });
  });

  it("offers on each operating system what its images allow, and nothing else", () => {
    const all = new Set(Object.values(STACKS).flatMap((stacks) => Object.keys(stacks)));
    for (const criteria of cloudCoordinates().filter(
      ({ accelerator, platform }) => accelerator + platform === "anyany",
    )) {
      const choices = choicesOf(criteria);
      for (const choice of choices) assert.equal(withStack(criteria, choice).metadata.profiles?.gpuStack, choice);
      for (const other of [...all].filter((name) => !choices.includes(name)))
        assert.throws(() => withStack(criteria, other), { code: "CHOICES_INVALID" }, `${nameOf(criteria)} ${other}`);
    }
  });

  it("agrees with itself: driver, toolkit, driver root, device plugin, health monitors and the cluster", function () {
    this.timeout(60_000);
    for (const criteria of cloudCoordinates()) {
      for (const choice of choicesOf(criteria)) {
        const stack = STACKS[criteria.service]?.[choice];
        assert.ok(stack !== undefined);
        assertCoherent(withStack(criteria, choice), stack, `${nameOf(criteria)} ${choice}`);
      }
    }
  });
});

function assertCoherent(recipe: Recipe, stack: Stack, what: string): void {
  const value = (component: string, path: string) => componentValue(recipe, component, path);
  const byOperator = stack.driver === "operator";
  assert.equal(value("gpu-operator", "driver.enabled"), byOperator, what);
  // A toolkit in the image is configured for the image's runtime; a second one would rewrite it. COS has none.
  const toolkit = byOperator || recipe.criteria.service === "gke";
  assert.equal(value("gpu-operator", "toolkit.enabled") ?? true, toolkit, what);
  assert.equal(value("nvidia-dra-driver-gpu", "nvidiaDriverRoot"), stack.root, what);
  // The operator's validator cannot mount the root of the host: there the default path stays.
  const installed = stack.root === "/" ? "/run/nvidia/driver" : stack.root;
  assert.equal(value("gpu-operator", "hostPaths.driverInstallDir"), installed, what);
  assert.equal(recipe.deploymentOrder.includes("gcp-driver-installer"), stack.driver === "installer", what);
  assert.equal(value("nvsentinel", "labeler.assumeDriverInstalled"), stack.driver === "image", what);
  // Exactly one advertiser: the DRA driver publishes no whole GPUs, and the plugin is the operator's or the cloud's.
  assert.equal(value("nvidia-dra-driver-gpu", "resources.gpus.enabled"), false, what);
  assert.equal(value("gpu-operator", "devicePlugin.enabled") ?? true, stack.advertiser === "operator", what);
  assert.equal(value("gpu-operator", "operator.runtimeClass"), stack.runtimeClass, what);
  assert.equal(value("nvsentinel", "metadata-collector.runtimeClassName"), stack.runtimeClass, what);
  const demands = recipe.constraints.map(({ name, value }) => `${name} ${value}`);
  const ofStacks = /^(K8s\.(aks|gke|oke)-|NodeTopology\.gpu-nodes)/;
  assert.deepEqual(
    demands.filter((demand) => ofStacks.test(demand)),
    stack.demands,
    what,
  );
}

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { builtinCatalog, type Criteria, parseCriteria, type Recipe, resolve } from ".";
import { builtinLayer } from "./builtin";
import { parseFresh, readCatalog } from "./catalog";
import {
  cloudCoordinates,
  componentValue,
  coordinates,
  digestFor,
  nameOf,
  recipeFor,
  resolutionFor,
} from "./catalogue-support.test";
import { failure } from "./support.test";

const ROOT = join(builtinLayer().directory, "..");

/** What waits for what, directly or through others, wherever a recipe has both. */
const ORDER: readonly (readonly [before: string, after: readonly string[]])[] = [
  ["nodewright-customizations", ["gpu-operator"]],
  ["gcp-driver-installer", ["gpu-operator"]],
  [
    "gpu-operator",
    [
      "dynamo-platform",
      "gke-gb200-rdma",
      "gke-nccl-tcpxo",
      "k8s-nim-operator",
      "kai-scheduler",
      "kubeflow-trainer",
      "kueue",
      "nvidia-dra-driver-gpu",
      "nvsentinel",
      "slinky-slurm",
    ],
  ],
  ["prometheus-operator-crds", ["k8s-ephemeral-storage-metrics", "kube-prometheus-stack", "nvsentinel"]],
  ["slinky-slurm-operator-crds", ["slinky-slurm-operator", "slinky-slurm"]],
  ["mariadb-operator-crds", ["mariadb-operator", "slurm-accounting-mariadb"]],
  ["agentgateway-crds", ["agentgateway"]],
  ["nodewright-operator", ["nodewright-customizations"]],
  ["kube-prometheus-stack", ["prometheus-adapter", "gpu-operator"]],
  ["aws-ebs-csi-driver", ["kube-prometheus-stack"]],
  ["slurm-accounting-mariadb", ["slinky-slurm"]],
  ["slinky-slurm", ["slinky-topograph"]],
  ["topograph", ["kueue"]],
  ["grove", ["dynamo-platform"]],
  ["kai-scheduler", ["dynamo-platform"]],
];

/** What no recipe exists for, and the dimension that nothing covers. */
const UNCOVERED: readonly (readonly [why: string, query: Partial<Criteria>, dimension: string])[] = [
  ["GPU nodes of GKE run COS", { service: "gke", os: "ubuntu" }, "os"],
  ["Amazon Linux is for inference", { service: "eks", os: "amazonlinux", intent: "training" }, "os"],
  ["Amazon Linux is for inference, which has to be said", { service: "eks", os: "amazonlinux" }, "os"],
  ["Oracle Linux is Oracle's", { service: "eks", os: "ol" }, "os"],
  ["the simulator runs no operators", { service: "local", intent: "training", platform: "kubeflow" }, "platform"],
  ["Dynamo serves", { service: "eks", intent: "training", platform: "dynamo" }, "platform"],
  ["Slurm trains", { service: "eks", intent: "inference", platform: "slurm" }, "platform"],
  ["a platform belongs to an intent, which has to be said", { service: "eks", platform: "kubeflow" }, "platform"],
  ["there is no experience with Slurm on OKE", { service: "oke", intent: "training", platform: "slurm" }, "platform"],
  ["there is no experience with Kueue on AKS", { service: "aks", intent: "training", platform: "kueue" }, "platform"],
  ["Azure has no B200", { service: "aks", accelerator: "b200" }, "accelerator"],
  ["GKE has no L40S", { service: "gke", accelerator: "l40s" }, "accelerator"],
  ["the simulator knows one device", { service: "local", accelerator: "gb200" }, "accelerator"],
  ["an accelerator stands in a service", { accelerator: "h100" }, "accelerator"],
];

describe("the built-in catalogue's coordinates", function () {
  this.timeout(60_000);

  it("resolve, each without a warning, but for the region that was not stated", () => {
    for (const criteria of coordinates()) {
      const warnings = resolutionFor(criteria).warnings.filter(
        ({ message }) => !message.includes("depends on the region"),
      );
      assert.deepEqual(warnings, [], nameOf(criteria));
    }
  });

  it("are those of four clouds and this machine, for every accelerator, intent and platform that they have", () => {
    const complete = coordinates().filter(
      ({ accelerator, intent, platform }) => ![accelerator, intent, platform].includes("any"),
    );
    const services = ["aks", "eks", "gke", "oke"];
    assert.deepEqual([...new Set(complete.map(({ service }) => service))].sort(), services);
    const numbers = services.map((name) => complete.filter(({ service }) => service === name).length);
    assert.ok(Math.min(...numbers) >= 30, String(numbers));
  });

  for (const [why, query, dimension] of UNCOVERED) {
    it(`leave out ${JSON.stringify(query)}: ${why}`, () => {
      const catalog = builtinCatalog();
      const error = failure(() => resolve(catalog, parseCriteria(query, catalog)));
      assert.equal(error.code, "RECIPE_UNCOVERED");
      assert.deepEqual(
        error.findings.map(({ path }) => path),
        [dimension],
      );
    });
  }

  it("put image admission first and let everything wait for it", () => {
    for (const criteria of coordinates()) {
      const recipe = recipeFor(criteria);
      assert.equal(recipe.deploymentOrder[0], "image-admission");
      for (const name of recipe.deploymentOrder.slice(1))
        assert.ok(waitsFor(recipe, name).has("image-admission"), `${nameOf(criteria)}: ${name}`);
    }
  });

  it("ask for a Kubernetes that pins images, and for one operating system", () => {
    for (const criteria of coordinates()) {
      const { constraints } = recipeFor(criteria);
      assert.equal(constraints.find(({ name }) => name === "K8s.server.version")?.value, ">= 1.36");
      const system = constraints.find(({ name }) => name === "OS.release.ID");
      assert.equal(system !== undefined, criteria.os !== "any", nameOf(criteria));
    }
  });

  it("order what depends on one another: tuning, driver, devices' users; definitions, their users; metrics, autoscaling", () => {
    const seen = new Set<string>();
    for (const criteria of cloudCoordinates()) {
      const recipe = recipeFor(criteria);
      for (const [before, after] of ORDER) {
        if (!recipe.deploymentOrder.includes(before)) continue;
        for (const name of after.filter((name) => recipe.deploymentOrder.includes(name))) {
          assert.ok(waitsFor(recipe, name).has(before), `${nameOf(criteria)}: ${name} does not wait for ${before}`);
          seen.add(`${before} ${name}`);
        }
      }
    }
    const idle = ORDER.flatMap(([before, after]) => after.map((name) => `${before} ${name}`)).filter(
      (pair) => !seen.has(pair),
    );
    // Under the default profile of GKE the installer is off.
    assert.deepEqual(idle, ["gcp-driver-installer gpu-operator"]);
  });

  it("put AKS's InfiniBand before the driver, which links against it", () => {
    for (const criteria of cloudCoordinates().filter(({ service }) => service === "aks"))
      assert.ok(waitsFor(recipeFor(criteria), "gpu-operator").has("network-operator"), nameOf(criteria));
  });

  it("give Slurm's workers the GPUs of a node, and tell Slurm", () => {
    const slurm = coordinates().filter(({ platform, accelerator }) => platform === "slurm" && accelerator !== "any");
    assert.ok(slurm.length > 10);
    for (const criteria of slurm) {
      const recipe = recipeFor(criteria);
      const worker = (path: string): unknown => componentValue(recipe, "slinky-slurm", `nodesets.slinky.${path}`);
      const gpus = recipe.hardware?.gpusPerNode;
      assert.equal(worker("extraConfMap.Gres"), `gpu:${criteria.accelerator}:${gpus}`, nameOf(criteria));
      assert.equal(worker('slurmd.resources.limits."nvidia.com/gpu"'), gpus, nameOf(criteria));
    }
  });

  it("start the DRA driver's pods again with a new GPU operator, whose driver they hold", () => {
    for (const criteria of cloudCoordinates()) {
      const recipe = recipeFor(criteria);
      const operator = recipe.componentRefs.find(({ name }) => name === "gpu-operator");
      const path = 'kubeletPlugin.podAnnotations."cairn.dev/gpu-operator-chart"';
      const noted = componentValue(recipe, "nvidia-dra-driver-gpu", path);
      assert.ok(operator?.version !== undefined && noted === operator.version, `${nameOf(criteria)}: ${String(noted)}`);
    }
  });

  it("name an exact version of every chart", () => {
    for (const criteria of coordinates()) {
      for (const { name, type, version } of recipeFor(criteria).componentRefs)
        if (type === "Helm")
          assert.match(version ?? "", /^v?\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$/, `${nameOf(criteria)}: ${name}`);
    }
  });

  it("have the same recipes when files are read in another order", () => {
    const reversed = readCatalog([builtinLayer()], (files, findings) => parseFresh([...files].reverse(), findings));
    for (const criteria of coordinates())
      assert.ok(
        JSON.stringify(resolve(reversed, criteria).recipe) === JSON.stringify(recipeFor(criteria)),
        nameOf(criteria),
      );
  });

  it("are the ones that docs/coordinates.md shows, with the same digests in another process", () => {
    const printed = execFileSync(process.execPath, [join(ROOT, "scripts/coordinates.mjs")], { encoding: "utf8" });
    const page = readFileSync(join(ROOT, "docs/coordinates.md"), "utf8");
    assert.equal(page, printed, "run `node scripts/coordinates.mjs > docs/coordinates.md`");
    for (const criteria of coordinates().filter((criteria) => isComplete(criteria)))
      assert.ok(page.includes(`\`${digestFor(criteria).slice(7, 19)}\``), nameOf(criteria));
  });
});

/** States everything that its service has a choice of. */
function isComplete({ service, accelerator, intent, os }: Criteria): boolean {
  return accelerator !== "any" && intent !== "any" && (os !== "any" || service === "local");
}

/** Everything that must work before a component starts. */
function waitsFor(recipe: Recipe, name: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const before of recipe.componentRefs.find((ref) => ref.name === name)?.dependencyRefs ?? []) {
    if (seen.has(before)) continue;
    seen.add(before);
    waitsFor(recipe, before, seen);
  }
  return seen;
}

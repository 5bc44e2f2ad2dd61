import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type ProvisionedCluster } from "../cluster";
import { listen } from "../cluster/cloud/listen.test";
import { CairnError } from "../errors";
import { type JsonObject } from "../json";
import { type Lock } from "../lock";
import { type ComponentRef, type Recipe, recipeDigest } from "../recipe";
import { RecipeStack } from "./recipe-stack";

const DIGEST = `sha256:${"a".repeat(64)}`;

/** What the engine is told of one resource. */
interface Registration {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly inputs: JsonObject;
  readonly dependencies: readonly string[];
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly replaceOnChanges: readonly string[];
  readonly provider: string;
}

const record = (): readonly Registration[] =>
  listen((request) => ({
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    inputs: request.getObject().toJavaScript(),
    dependencies: request.getDependenciesList(),
    retainOnDelete: request.getRetainondelete(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    replaceOnChanges: request.getReplaceonchangesList(),
    provider: request.getProvider(),
  }));

const manifest = (name: string, content: string) => ({ path: `${name}.yaml`, content });
const component = (name: string, more: Partial<ComponentRef>): ComponentRef => ({
  name,
  type: "Manifest",
  namespace: name,
  values: {},
  dependencyRefs: [],
  preManifests: [],
  manifests: [],
  expectedResources: [],
  hooks: {},
  nodeScheduling: {},
  ...more,
});

const operator = component("operator", {
  manifests: [
    manifest(
      "crd",
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: gadgets.a.io}\nspec: {group: a.io, scope: Cluster, names: {kind: Gadget}}",
    ),
    manifest(
      "app",
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: operator}\nspec: {template: {spec: {containers: [{name: a, image: 'r.test/operator:1'}]}}}",
    ),
    manifest(
      "gadget",
      "apiVersion: a.io/v1\nkind: Gadget\nmetadata: {name: default, annotations: {helm.sh/resource-policy: keep}}",
    ),
    manifest("secret", "apiVersion: v1\nkind: Secret\nmetadata: {name: token}\nstringData: {token: very-secret}"),
  ],
  readiness: manifest(
    "readiness",
    "apiVersion: cairn.dev/v1\nkind: ReadinessGate\nspec: {steps: [{assert: {apiVersion: a.io/v1, kind: Gadget}}]}",
  ),
});
const app = component("app", {
  dependencyRefs: ["operator"],
  preManifests: [
    manifest(
      "job",
      "apiVersion: batch/v1\nkind: Job\nmetadata: {name: prepare}\nspec: {template: {spec: {containers: [{name: a, image: 'r.test/job:1'}]}}}",
    ),
  ],
  manifests: [manifest("config", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: operator}")],
});
const recipe: Recipe = {
  apiVersion: "cairn.dev/v1",
  kind: "RecipeResult",
  metadata: { version: "1", appliedOverlays: [] },
  criteria: { service: "local", accelerator: "h100", intent: "training", os: "any", platform: "any", nodes: 0 },
  constraints: [],
  componentRefs: [app, operator],
  deploymentOrder: ["operator", "app"],
  validation: {},
};
const lock: Lock = {
  apiVersion: "cairn.dev/v1",
  kind: "Lock",
  recipe: { digest: recipeDigest(recipe), criteria: recipe.criteria },
  kubernetes: { version: "1.36.1", apiVersions: [] },
  helm: "3.21",
  charts: {},
  images: [
    {
      reference: "r.test/operator:1",
      digest: DIGEST,
      platforms: {},
      components: [],
      signature: { status: "verified", key: DIGEST, bundle: "{}" },
    },
    { reference: "r.test/job:1", digest: DIGEST, platforms: {}, components: [], signature: { status: "none" } },
  ],
  exemptions: [],
};
const cluster: ProvisionedCluster = {
  facts: { service: "local", accelerator: "h100", os: "any", kubernetesVersion: "1.36.1", pools: [] },
  kubeconfig: pulumi.secret("kubeconfig-text"),
  identity: pulumi.output("uid"),
  ready: [],
};

async function register(on = cluster, of = recipe): Promise<readonly Registration[]> {
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs as object }),
    call: () => ({}),
  };
  await pulumi.runtime.setMocks(mocks, "project", "test");
  const registrations = record();
  const locked = { ...lock, recipe: { ...lock.recipe, digest: recipeDigest(of) } };
  const stack = new RecipeStack("train", { recipe: of, lock: locked, cluster: on });
  await Promise.all(stack.ready.map((resource) => new Promise((done) => resource.urn.apply(done))));
  return registrations;
}

const nameOf = (urn: string) => urn.split("::").at(-1)!;

describe("RecipeStack", function () {
  this.timeout(30_000);
  let all: readonly Registration[];
  const find = (name: string): Registration => all.find((one) => one.name === name)!;
  const after = (name: string) => find(name).dependencies.map(nameOf).sort();
  before(async () => (all = await register()));

  it("gives every resource the type, name and parent that its URN has always been made of", () => {
    const golden = all.map(({ type, name, parent }) => `${type}::${name} in ${nameOf(parent)}`);
    assert.deepEqual(golden.sort(), [
      "cairn:stack:Component::train/app in train",
      "cairn:stack:Component::train/operator in train",
      "cairn:stack:RecipeStack::train in ",
      "kubernetes:a.io/v1:Gadget::train/operator/Gadget/default in train/operator",
      "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition::train/operator/CustomResourceDefinition/gadgets.a.io in train/operator",
      "kubernetes:apps/v1:Deployment::train/operator/Deployment/operator/operator in train/operator",
      "kubernetes:batch/v1:Job::train/app/Job/app/prepare in train/app",
      "kubernetes:core/v1:ConfigMap::train/app/ConfigMap/operator/c in train/app",
      "kubernetes:core/v1:Namespace::train/app/Namespace/app in train/app",
      "kubernetes:core/v1:Namespace::train/operator/Namespace/operator in train/operator",
      "kubernetes:core/v1:Secret::train/operator/Secret/operator/token in train/operator",
      "pulumi-nodejs:dynamic/cairn:ReadinessGate::train/operator/gate in train/operator",
      "pulumi:providers:kubernetes::train in train",
    ]);
  });

  it("tells policies a component's pinned images and who signed them, as plain inputs", () => {
    const image = `r.test/operator:1@${DIGEST}`;
    assert.deepEqual(find("train/operator").inputs, {
      component: "operator",
      namespace: "operator",
      images: [image],
      signatures: { [image]: "verified" },
    });
    assert.deepEqual(find("train/app").inputs["signatures"], { [`r.test/job:1@${DIGEST}`]: "none" });
  });

  it("orders a component's objects and starts a dependant behind the gate", () => {
    assert.deepEqual(after("train/operator/Namespace/operator"), []);
    assert.deepEqual(after("train/operator/CustomResourceDefinition/gadgets.a.io"), [
      "train/operator/Namespace/operator",
    ]);
    assert.deepEqual(after("train/operator/Secret/operator/token"), [
      "train/operator/CustomResourceDefinition/gadgets.a.io",
    ]);
    assert.deepEqual(after("train/operator/Deployment/operator/operator"), ["train/operator/Secret/operator/token"]);
    assert.deepEqual(after("train/operator/Gadget/default"), ["train/operator/Deployment/operator/operator"]);
    assert.equal(after("train/operator/gate").length, 5);
    assert.deepEqual(after("train/app/Namespace/app"), ["train/operator/Namespace/operator", "train/operator/gate"]);
    assert.deepEqual(after("train/app/ConfigMap/operator/c"), ["train/app/Job/app/prepare"]);
  });

  it("gives objects the provider's inputs, their images pinned, and its own provider", () => {
    const { inputs, provider } = find("train/operator/Deployment/operator/operator");
    assert.deepEqual(inputs, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "operator", namespace: "operator" },
      spec: { template: { spec: { containers: [{ name: "a", image: `r.test/operator:1@${DIGEST}` }] } } },
    });
    assert.match(provider, /pulumi:providers:kubernetes::train/);
  });

  it("keeps definitions, and what Helm would keep, on destroy; replaces Jobs", () => {
    assert.equal(find("train/operator/Gadget/default").retainOnDelete, true);
    assert.equal(find("train/operator/Deployment/operator/operator").retainOnDelete, false);
    assert.equal(find("train/operator/CustomResourceDefinition/gadgets.a.io").retainOnDelete, true);
    const job = find("train/app/Job/app/prepare");
    assert.deepEqual([job.deleteBeforeReplace, job.replaceOnChanges], [true, ["spec"]]);
  });

  it("wraps a Secret's values and the kubeconfig", () => {
    const SECRET = "4dabf18193072939515e22adb298388d";
    const wrapped = (value: unknown) => (value as Record<string, unknown>)[SECRET] !== undefined;
    assert.ok(wrapped(find("train/operator/Secret/operator/token").inputs["stringData"]));
    assert.ok(wrapped(find("train/operator/gate").inputs["kubeconfig"]));
    const provider = all.find(({ type }) => type === "pulumi:providers:kubernetes")!;
    assert.ok(wrapped(provider.inputs["kubeconfig"]));
  });

  describe("on a cluster that has to be drained", () => {
    const drained = { ...cluster, drain: true };
    const dependencies = (registrations: readonly Registration[], name: string) =>
      registrations
        .find((one) => one.name === name)!
        .dependencies.map(nameOf)
        .filter((dependency) => dependency !== "train/app" && dependency !== "train/operator");

    it("removes load balancers before anything else goes, and volumes after all that uses them", async () => {
      const found = await register(drained);
      const before = dependencies(found, "train/drain/load-balancers");
      for (const name of ["train/operator/gate", "train/app/ConfigMap/operator/c"])
        assert.ok(before.includes(name), name);
      assert.deepEqual(dependencies(found, "train/drain/volumes"), []);
      for (const name of ["train/operator/Namespace/operator", "train/app/Namespace/app"])
        assert.ok(dependencies(found, name).includes("train/drain/volumes"), name);
    });

    it("removes volumes while their driver, a component of the recipe, still runs", async () => {
      const driver = { ...operator, name: "aws-ebs-csi-driver", namespace: "kube-system" };
      const user = { ...app, dependencyRefs: ["aws-ebs-csi-driver"] };
      const found = await register(drained, {
        ...recipe,
        componentRefs: [user, driver],
        deploymentOrder: ["aws-ebs-csi-driver", "app"],
      });
      assert.ok(dependencies(found, "train/drain/volumes").includes("train/aws-ebs-csi-driver/gate"));
      assert.ok(dependencies(found, "train/app/Namespace/app").includes("train/drain/volumes"));
    });
  });

  it("does not start with a lock of another recipe", () => {
    const other = { ...lock, recipe: { ...lock.recipe, digest: DIGEST } };
    assert.throws(
      () => new RecipeStack("other", { recipe, lock: other, cluster }),
      (error: unknown) => error instanceof CairnError && error.code === "LOCK_STALE",
    );
  });
});

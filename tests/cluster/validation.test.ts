import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type KubeClient, refOf, waitFor } from "@cairn/sdk/kube";
import {
  BUILTIN_CHECKS,
  type Check,
  criteriaFromSnapshot,
  type PhaseResult,
  runPhase,
  snapshot,
} from "@cairn/sdk/validation";
import { validate } from "ctrf";
import { parse } from "yaml";
import {
  admissionManifests,
  type Cluster,
  deviceClass,
  DIGEST,
  DRIVER,
  failures,
  goodCluster,
  GPU_NODES,
  IMAGE,
  images,
  leftovers,
  metrics,
  recipe,
  resourceSlice,
} from "./validation-fixture";

type Manifest = Parameters<KubeClient["apply"]>[0];

describe("validation on a real control plane", function () {
  this.timeout(180_000);
  let cluster: Cluster;
  let kube: KubeClient;

  before(async () => {
    cluster = await goodCluster();
    kube = cluster.kube;
  });
  after(() => cluster.undo());

  const admission = (kind: string): Manifest => {
    const found = admissionManifests().find((m) => m["kind"] === kind);
    assert.ok(found, kind);
    return found;
  };
  const remove = async (manifest: Manifest): Promise<void> => {
    await kube.delete(refOf(manifest));
  };
  describe("a good cluster", () => {
    it("passes every check, each with a positive and a negative control", async () => {
      const results = await Promise.all([cluster.run("deployment"), cluster.run("conformance")]);
      for (const result of results) {
        assert.equal(result.status, "passed", result.summary);
        for (const { name, assertions } of result.outcomes) {
          const controls = new Set(assertions.map((a) => a.control));
          assert.deepEqual(controls, new Set(["positive", "negative"]), name);
        }
        assert.deepEqual(validate(result.ctrf), { valid: true, errors: [] });
      }
      assert.deepEqual(
        results.flatMap((r) => r.outcomes.map((o) => o.name)),
        ["expected-resources", "dra-support", "gang-scheduling", "image-admission"],
      );
    });

    it("leaves nothing behind: no namespace, no device class of a check, no claim", async () => {
      assert.deepEqual(await leftovers(kube), []);
      const classes = await kube.list("resource.k8s.io/v1", "DeviceClass");
      assert.deepEqual(
        classes.filter((c) => c.metadata.name.startsWith("cairn-check")),
        [],
      );
      assert.deepEqual(await kube.list("resource.k8s.io/v1", "ResourceClaim"), []);
    });

    it("is called simulated, in the result, in each CTRF test and in words", async () => {
      const result = await cluster.run("readiness");
      assert.equal(result.tier, "simulated");
      assert.match(result.summary, /simulated: no kubelet, no devices.*never counts as conformance/);
      for (const { extra } of result.ctrf.results.tests) assert.equal(extra?.["simulated"], true);
    });

    it("shows its version, nodes, accelerators and identity in a snapshot", async () => {
      const found = await snapshot(kube);
      const system = await kube.get({ apiVersion: "v1", kind: "Namespace", name: "kube-system" });
      assert.equal(found.identity, system?.metadata["uid"]);
      assert.match(found.kubernetes.version, /^1\.\d+\.\d+/);
      assert.ok(found.deviceClasses.includes(DRIVER));
      assert.deepEqual(
        found.nodes.map((g) => [g.nodes, g.gpus, g.accelerator]).sort(),
        [
          [1, 0, undefined],
          [4, 8, "h100"],
        ].sort(),
      );
      assert.deepEqual(criteriaFromSnapshot(found), { service: "local", accelerator: "h100", nodes: 4 });
    });
  });

  // Different parts are broken at once, because removing a check's namespace takes five seconds each time.
  describe("a cluster without the Deployment, devices, groups and pinning", () => {
    let deployment: PhaseResult;
    let conformance: PhaseResult;

    before(async () => {
      const binding = admission("MutatingAdmissionPolicyBinding");
      for (const manifest of [metrics(), binding, ...GPU_NODES.map((node) => resourceSlice(node))])
        await remove(manifest);
      for (const manifest of ungroupPods) await kube.apply(manifest);
      await cluster.untilAdmission("refused", "refused");
      while (await isGrouped(kube)) await sleep(100);
      [deployment, conformance] = await Promise.all([cluster.run("deployment"), cluster.run("conformance")]);
      for (const manifest of ungroupPods) await remove(manifest);
      for (const manifest of [binding, metrics(), ...GPU_NODES.map((node) => resourceSlice(node))])
        await kube.apply(manifest, { force: true });
      await cluster.untilAdmission("refused", "pinned");
    });

    it("fails expected-resources for the Deployment", () => {
      assert.deepEqual(failures(deployment), ["expected-resources: metrics: Deployment validation-tests/metrics"]);
      assert.match(deployment.summary, /expected exists and is healthy, observed missing/);
    });

    it("fails dra-support, which finds no device", () => {
      const failed = failures(conformance).filter((f) => f.startsWith("dra-support"));
      assert.deepEqual(failed, ["dra-support: a device class offers the recipe's accelerator"]);
      assert.match(conformance.summary, /observed 1 device classes, 0 resource slices/);
    });

    it("fails gang-scheduling, because pods are bound one by one", () => {
      const failed = failures(conformance).filter((f) => f.startsWith("gang-scheduling"));
      assert.deepEqual(failed, [
        "gang-scheduling: a gang that does not fit binds no pod",
        "gang-scheduling: a gang binds no pod while another pod has one of its nodes",
      ]);
    });

    it("fails image-admission, because no tag becomes a digest", () => {
      const failed = failures(conformance).filter((f) => f.startsWith("image-admission"));
      assert.deepEqual(failed, [
        "image-admission: a bare pod's tag becomes the locked digest",
        "image-admission: an init container's tag becomes the locked digest",
        "image-admission: the tag in a Deployment's pod becomes the locked digest",
        "image-admission: an ephemeral container's tag becomes the locked digest",
      ]);
    });
  });

  describe("a cluster whose device class selects nothing, and which refuses no image", () => {
    let conformance: PhaseResult;

    before(async () => {
      const binding = admission("ValidatingAdmissionPolicyBinding");
      await remove(binding);
      await kube.apply(deviceClass(`device.driver == "${DRIVER}" && false`), { force: true });
      await cluster.untilAdmission("admitted", "pinned");
      conformance = await cluster.run("conformance", ["dra-support", "image-admission"]);
      for (const manifest of [binding, deviceClass()]) await kube.apply(manifest, { force: true });
      await cluster.untilAdmission("refused", "pinned");
    });

    it("fails dra-support, because no claim gets a device", () => {
      assert.ok(failures(conformance).includes("dra-support: every free device is allocated"), conformance.summary);
    });

    it("fails image-admission for every kind of container", () => {
      const failed = failures(conformance).filter((f) => f.startsWith("image-admission"));
      assert.deepEqual(failed, [
        "image-admission: an image outside the lock is refused",
        "image-admission: an init container outside the lock is refused",
        "image-admission: a locked tag with another digest is refused",
        "image-admission: an ephemeral container outside the lock is refused",
      ]);
    });
  });

  describe("a cluster that hands a device out twice", () => {
    it("fails dra-support", async () => {
      for (const node of GPU_NODES)
        await kube.apply(resourceSlice(node, { allowMultipleAllocations: true }), { force: true });
      const result = await cluster.run("conformance", ["dra-support"]);
      for (const node of GPU_NODES) await remove(resourceSlice(node));
      for (const node of GPU_NODES) await kube.apply(resourceSlice(node), { force: true });
      assert.ok(failures(result).includes("dra-support: no device is in two claims"), result.summary);
    });
  });

  describe("the runner", () => {
    const check = (more: Partial<Check>): Check => ({
      name: "custom",
      phase: "performance",
      description: "a check of a test",
      timeout: 60_000,
      needs: [],
      permissions: [],
      run: (ctx) => {
        ctx.assertions.positive("runs", { expected: "yes", observed: "yes", passed: true });
        return Promise.resolve(ctx.assertions.result());
      },
      ...more,
    });
    const runCustom = (more: Partial<Check>, client = kube) =>
      runPhase({
        cluster: { kube: client },
        recipe: { ...recipe, validation: { performance: { constraints: [], checks: ["custom"] } } },
        images,
        phase: "performance",
        checks: [...BUILTIN_CHECKS, check(more)],
      });

    it("fails on a constraint that cannot be evaluated", async () => {
      const constraints = [{ name: "GPU.smi.driver", value: ">= 580" }];
      const result = await runPhase({
        cluster: { kube },
        recipe: { ...recipe, constraints, validation: {} },
        images,
        phase: "readiness",
      });
      assert.equal(result.status, "failed");
      assert.match(result.summary, /cannot be evaluated: nothing measures GPU\.smi\.driver/);
    });

    it("refuses a check that it does not know, with the nearest name, before it touches the cluster", async () => {
      await assert.rejects(cluster.run("conformance", ["dra-suport"]), /no check "dra-suport".*nearest: dra-support/s);
    });

    it("reports an API that the cluster does not serve", async () => {
      const { outcomes } = await runCustom({ needs: ["nvidia.com/v1"] });
      assert.deepEqual(
        outcomes.map((o) => [o.status, o.message]),
        [["error", "the cluster does not serve nvidia.com/v1"]],
      );
    });

    it("keeps what was asserted before a check ran out of time, and removes its namespace", async () => {
      const result = await runCustom({
        timeout: 1_500,
        run: async (ctx) => {
          ctx.assertions.positive("started", { expected: "yes", observed: "yes", passed: true });
          return new Promise(() => undefined);
        },
      });
      const outcome = result.outcomes[0];
      assert.equal(outcome?.status, "error");
      assert.equal(outcome.message, "timed out after 1.5 s");
      assert.deepEqual(
        outcome.assertions.map((a) => a.name),
        ["started"],
      );
      assert.deepEqual(await leftovers(kube), []);
    });

    it("does not believe a check whose assertions say something else", async () => {
      const { status } = await runCustom({
        run: (ctx) => {
          ctx.assertions.negative("is refused", { expected: "refused", observed: "admitted", passed: false });
          return Promise.resolve({ status: "passed", assertions: ctx.assertions.recorded });
        },
      });
      assert.equal(status, "failed");
    });

    it("removes what a check that throws has made, in its namespace and outside", async () => {
      const result = await runCustom({
        run: async ({ kube: client, namespace, owner }) => {
          const metadata = { name: namespace, ownerReferences: [owner] };
          await client.create({ apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata, value: 1 });
          throw new Error("the check broke");
        },
      });
      assert.match(result.summary, /custom: error\n {4}the check broke/);
      assert.deepEqual(await leftovers(kube), []);
      const classes = await kube.list("scheduling.k8s.io/v1", "PriorityClass");
      assert.deepEqual(
        classes.filter((c) => c.metadata.name.startsWith("cairn-check")),
        [],
      );
    });

    it("names the permission that a check lacks", async () => {
      const account = { name: "validator", namespace: "default" };
      await kube.apply({ apiVersion: "v1", kind: "ServiceAccount", metadata: account });
      const rules = [
        { apiGroups: [""], resources: ["nodes", "namespaces", "serviceaccounts"], verbs: ["*"] },
        { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["*"] },
        { apiGroups: ["resource.k8s.io"], resources: ["*"], verbs: ["list"] },
      ];
      const rbac = "rbac.authorization.k8s.io/v1";
      await kube.apply({ apiVersion: rbac, kind: "ClusterRole", metadata: { name: "validator" }, rules });
      await kube.apply({
        apiVersion: rbac,
        kind: "ClusterRoleBinding",
        metadata: { name: "validator" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "validator" },
        subjects: [{ kind: "ServiceAccount", ...account }],
      });
      const limited = connect(await kubeconfigOf(cluster, account));
      try {
        const permissions = [{ apiGroup: "apps", resource: "deployments", verbs: ["list", "create"] }];
        const { outcomes } = await runCustom({ permissions }, limited);
        assert.equal(outcomes[0]?.status, "error");
        assert.equal(outcomes[0].message, "no permission to list deployments.apps, create deployments.apps");
      } finally {
        await limited.close();
      }
    });
  });
});

const UNGROUP = { metadata: { name: "ungroup-pods" } };

/** Takes every new pod out of its group, as if the scheduler knew none. */
const ungroupPods: readonly Manifest[] = [
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingAdmissionPolicy",
    ...UNGROUP,
    spec: {
      failurePolicy: "Fail",
      reinvocationPolicy: "Never",
      matchConstraints: {
        resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
      },
      mutations: [
        {
          patchType: "JSONPatch",
          jsonPatch: {
            expression:
              'has(object.spec.schedulingGroup) ? [JSONPatch{op: "remove", path: "/spec/schedulingGroup"}] : []',
          },
        },
      ],
    },
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingAdmissionPolicyBinding",
    ...UNGROUP,
    spec: { policyName: UNGROUP.metadata.name },
  },
];

/** Whether a new pod would keep its group. */
async function isGrouped(kube: KubeClient): Promise<boolean> {
  const image = `${IMAGE}@${DIGEST}`;
  const stored = await kube.create(
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { generateName: "probe-", namespace: "default" },
      spec: { schedulingGroup: { podGroupName: "x" }, containers: [{ name: "main", image }] },
    },
    { dryRun: true },
  );
  return "schedulingGroup" in (stored["spec"] as object);
}

/** A kubeconfig for a service account, by a token that the controller manager makes for it. */
async function kubeconfigOf(
  { kube, kubeconfig }: Cluster,
  account: { readonly name: string; readonly namespace: string },
): Promise<string> {
  const ref = { apiVersion: "v1", kind: "Secret", ...account };
  await kube.apply({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { ...account, annotations: { "kubernetes.io/service-account.name": account.name } },
    type: "kubernetes.io/service-account-token",
  });
  const secret = await waitFor(kube, ref, (object) => object?.["data"] !== undefined, { timeout: 30 });
  const data = secret?.["data"] as { readonly token: string };
  const config = parse(kubeconfig) as { users: { user: object }[] };
  for (const entry of config.users) entry.user = { token: Buffer.from(data.token, "base64").toString() };
  return JSON.stringify(config);
}

import assert from "node:assert/strict";
import fc from "fast-check";
import { type ClusterFacts } from "../cluster";
import { type Recipe } from "../recipe";
import { parseComparison, relate } from "../recipe/comparison";
import { evaluateConstraint, evaluateConstraints, judge } from "./constraints";
import { requireMeetable } from "./declared";
import { type NodeGroup, type Snapshot } from "./snapshot";
import { compareVersions, parseVersion } from "./version";

const gpuNode: NodeGroup = {
  nodes: 4,
  ready: 4,
  service: "eks",
  accelerator: "h100",
  gpus: 8,
  os: { image: "Ubuntu 24.04.1 LTS", id: "ubuntu", version: "24.04" },
  kernel: "6.8.0-1024-aws",
  kubelet: "v1.33.5",
  architecture: "amd64",
  simulated: false,
};

const found: Snapshot = {
  apiVersion: "cairn.dev/v1",
  kind: "Snapshot",
  identity: "uid",
  tier: "cluster",
  kubernetes: { version: "1.33.5-eks-3025e55" },
  nodes: [gpuNode, { ...gpuNode, nodes: 2, gpus: 0, kernel: "6.8.0-1031-aws" }],
  labels: {},
  apiVersions: [],
  deviceClasses: [],
};

const evaluate = (name: string, value: string, snapshot: Snapshot = found) => {
  const { status, assertions } = evaluateConstraint({ name, value }, snapshot);
  return { status, observed: assertions[0]?.observed ?? "" };
};

describe("constraints", () => {
  const cases: readonly (readonly [name: string, value: string, status: string])[] = [
    ["K8s.server.version", ">= 1.33", "passed"],
    ["K8s.server.version", ">=1.33.5", "passed"],
    ["K8s.server.version", ">= 1.34", "failed"],
    ["K8s.server.version", "> 1.33", "failed"],
    ["K8s.server.version", "<= 1.33", "passed"],
    ["K8s.server.version", "< 1.33.6", "passed"],
    ["K8s.server.version", "== 1.33.5", "passed"],
    ["K8s.server.version", "== 1.33", "failed"],
    ["K8s.server.version", "!= 1.33.4", "passed"],
    ["K8s.server.service", "eks", "passed"],
    ["OS.release.ID", "ubuntu", "passed"],
    ["OS.release.ID", "Ubuntu", "failed"],
    ["OS.release.VERSION_ID", "24.04", "passed"],
    ["OS.sysctl./proc/sys/kernel/osrelease", ">= 6.8", "passed"],
    ["GPU.hardware.model", "h100", "passed"],
    ["GPU.hardware.gpu-count", ">= 8", "passed"],
    ["NodeTopology.summary.node-count", "6", "passed"],
    ["NodeTopology.summary.gpu-node-count", ">= 4", "passed"],
  ];
  for (const [name, value, status] of cases)
    it(`${name} ${value}: ${status}`, () => assert.equal(evaluate(name, value).status, status));

  it("of severity warning are skipped in place of failed, with what was seen and what to do", () => {
    const warning = { name: "K8s.server.version", severity: "warning", remediation: "update it" };
    const { status, assertions, message } = evaluateConstraint({ ...warning, value: ">= 1.34" }, found);
    assert.deepEqual(
      [status, assertions[0]?.passed, assertions[0]?.observed, message],
      ["skipped", false, "1.33.5-eks-3025e55", "update it"],
    );
    assert.equal(evaluateConstraint({ ...warning, value: ">= 1.33" }, found).status, "passed");
    assert.equal(evaluateConstraint({ ...warning, value: ">= 1.34", severity: "warn" }, found).status, "failed");
  });

  it("are each compared once, and one that only warns hides none that fails", () => {
    const demand = { name: "K8s.server.version", value: ">= 1.34" };
    const warning = { ...demand, severity: "warning" };
    for (const both of [
      [demand, warning],
      [warning, demand],
    ])
      assert.deepEqual(
        evaluateConstraints(both, found).map(({ status }) => status),
        ["failed"],
      );
  });

  it("keep nobody from creating a cluster when they only warn", () => {
    const facts = { kubernetesVersion: "1.33", service: "eks", accelerator: "h100", os: "any", pools: [] };
    const check = (severity?: string) => () =>
      requireMeetable(
        {
          constraints: [{ name: "K8s.server.version", value: ">= 1.34", ...(severity && { severity }) }],
          validation: {},
          criteria: { intent: "training" },
        } as unknown as Recipe,
        facts as unknown as ClusterFacts,
      );
    assert.throws(check(), /cannot meet its recipe/);
    check("warning")();
  });

  it("fails when one node differs", () => {
    const mixed = { ...found, nodes: [gpuNode, { ...gpuNode, os: { image: "x", id: "cos", version: "117" } }] };
    assert.deepEqual(evaluate("OS.release.ID", "ubuntu", mixed), { status: "failed", observed: "cos, ubuntu" });
  });

  it("hold where one does that composition takes for at least as much", () => {
    const versions = ["1", "1.30", "1.30.0", "1.30.1", "1.31", "1.31.5", "2"];
    const demands = ["", ">= ", "<= ", "> ", "< ", "== ", "!= "].flatMap((operator) =>
      versions.map((version) => `${operator}${version}`),
    );
    const clusters = [0, 1, 2].flatMap((a) =>
      [29, 30, 31, 32].flatMap((b) => [0, 1, 5, 6].map((c) => `${a}.${b}.${c}`)),
    );
    const fails = (demand: string, cluster: string): boolean => !judge(demand, [cluster]).passed;
    for (const before of demands)
      for (const after of demands) {
        const relation = relate(parseComparison(before), parseComparison(after));
        const [more, less] = relation === "looser" ? [before, after] : [after, before];
        if (relation !== "incompatible")
          for (const cluster of clusters)
            assert.ok(
              !fails(less, cluster) || fails(more, cluster),
              `${after} is ${relation} than ${before}: ${cluster}`,
            );
      }
  });

  describe("fail closed when they cannot be evaluated", () => {
    it("names the nearest measurement for an unknown path", () => {
      const { status, observed } = evaluate("K8s.server.versoin", ">= 1.30");
      assert.equal(status, "failed");
      assert.match(observed, /nothing measures K8s\.server\.versoin; nearest: K8s\.server\.version/);
    });
    it("does not take inherited object keys for measurements", () => {
      assert.match(evaluate("constructor", "x").observed, /nothing measures constructor/);
    });
    it("reports an expression without a value", () => {
      assert.match(evaluate("K8s.server.version", ">=").observed, /">=" is not a constraint/);
    });
    it("reports a value that is not a version", () => {
      const odd = { ...found, nodes: [{ ...gpuNode, kernel: "rolling" }] };
      assert.match(
        evaluate("OS.sysctl./proc/sys/kernel/osrelease", ">= 6.8", odd).observed,
        /rolling is not a version/,
      );
    });
    it("reports a node that does not show the value", () => {
      const unlabelled = { ...gpuNode, kernel: "" };
      const some = { ...found, nodes: [gpuNode, unlabelled] };
      assert.deepEqual(evaluate("OS.sysctl./proc/sys/kernel/osrelease", ">= 6.8", some), {
        status: "failed",
        observed: "cannot be evaluated: not every node shows it",
      });
    });
    it("reports a cluster without any such node", () => {
      assert.match(evaluate("GPU.hardware.model", "h100", { ...found, nodes: [] }).observed, /no node/);
    });
  });

  it("repeats the recipe's remediation on failure only", () => {
    const constraint = { name: "K8s.server.version", value: ">= 1.40", remediation: "upgrade the control plane" };
    assert.equal(evaluateConstraint(constraint, found).message, "upgrade the control plane");
    assert.equal(evaluateConstraint({ ...constraint, value: ">= 1.30" }, found).message, undefined);
  });
});

describe("versions", () => {
  it("reads releases out of vendor builds, and nothing else", () => {
    assert.deepEqual(parseVersion("v1.33.5-eks-3025e55"), [1, 33, 5]);
    assert.deepEqual(parseVersion("6.6.56+"), [6, 6, 56]);
    assert.deepEqual(parseVersion("1.34"), [1, 34]);
    for (const text of ["", "v", "6.8.0.1", "-1.2", "1.x", "latest"]) assert.equal(parseVersion(text), undefined, text);
  });

  it("order is antisymmetric and agrees with the numbers", () => {
    const version = fc.array(fc.nat(50), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(version, version, (a, b) => {
        const expected = a.findIndex((part, i) => part !== b[i]);
        const sign = Math.sign(compareVersions(a, b));
        assert.equal(sign, -Math.sign(compareVersions(b, a)) + 0);
        assert.equal(sign, expected === -1 ? 0 : Math.sign((a[expected] ?? 0) - (b[expected] ?? 0)));
      }),
    );
  });
});

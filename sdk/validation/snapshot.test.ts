import assert from "node:assert/strict";
import { type V1Node } from "@kubernetes/client-node";
import { describeNode } from "./node-facts";
import { criteriaFromSnapshot, type NodeGroup, type Snapshot } from "./snapshot";
import { tierOf, weakerTier } from "./tier";

const node = (
  name: string,
  more: { annotations?: Record<string, string>; labels?: Record<string, string> } = {},
): V1Node => ({
  metadata: { name, ...more },
  status: { allocatable: { "nvidia.com/gpu": "8", cpu: "96" }, conditions: [{ type: "Ready", status: "True" }] },
});

const group = (more: Partial<NodeGroup> = {}): NodeGroup => ({
  nodes: 1,
  ready: 1,
  gpus: 0,
  os: { image: "" },
  kernel: "",
  kubelet: "",
  architecture: "",
  simulated: false,
  ...more,
});

const snapshotOf = (nodes: readonly NodeGroup[], version = "1.36.1"): Snapshot => ({
  apiVersion: "cairn.dev/v1",
  kind: "Snapshot",
  identity: "uid",
  tier: "cluster",
  kubernetes: { version },
  nodes,
  labels: {},
  apiVersions: [],
  deviceClasses: [],
});

describe("tier", () => {
  const kwok = node("fake", { annotations: { "kwok.x-k8s.io/node": "fake" } });
  it("is cluster where every node has a kubelet", () => assert.equal(tierOf([node("a"), node("b")]), "cluster"));
  it("is simulated as soon as one node is KWOK's", () => assert.equal(tierOf([node("a"), kwok]), "simulated"));
  it("can be claimed weaker than it is, never stronger", () => {
    assert.equal(weakerTier("cluster", "simulated"), "simulated");
    assert.equal(weakerTier("accelerator", "cluster"), "cluster");
    assert.equal(weakerTier("simulated", "cluster"), "simulated");
  });
  it("is simulated without nodes", () => assert.equal(tierOf([]), "simulated"));
});

describe("what a snapshot says of a node", () => {
  it("counts extended resources and reads the product label", () => {
    const facts = describeNode(node("a", { labels: { "nvidia.com/gpu.product": "NVIDIA-L40S" } }), []);
    assert.deepEqual([facts.gpus, facts.accelerator, facts.ready, facts.simulated], [8, "l40s", true, false]);
  });

  it("counts devices of its ResourceSlices and reads their model", () => {
    const slice = (nodeName: string) => ({
      spec: {
        driver: "gpu.example.com",
        nodeName,
        pool: { name: nodeName, generation: 1, resourceSliceCount: 1 },
        devices: [{ name: "d0", attributes: { model: { string: "h100" } } }, { name: "d1" }],
      },
    });
    const bare: V1Node = { metadata: { name: "a" } };
    const facts = describeNode(bare, [slice("a"), slice("other")]);
    assert.deepEqual([facts.gpus, facts.accelerator, facts.ready], [2, "h100", false]);
  });
});

describe("criteria from a snapshot", () => {
  it("come from the GPU nodes", () => {
    const os = { image: "Ubuntu 24.04", id: "ubuntu" };
    const found = snapshotOf([
      group({ nodes: 3, service: "eks", os: { image: "Bottlerocket", id: "bottlerocket" } }),
      group({ nodes: 2, service: "eks", accelerator: "h100", gpus: 8, os }),
    ]);
    assert.deepEqual(criteriaFromSnapshot(found), { service: "eks", accelerator: "h100", os: "ubuntu", nodes: 2 });
  });

  it("leave out what the nodes disagree on", () => {
    const found = snapshotOf([group({ accelerator: "h100", gpus: 8 }), group({ accelerator: "a100", gpus: 8 })]);
    assert.deepEqual(criteriaFromSnapshot(found), { nodes: 2 });
  });

  it("take the service from the server's build when nodes do not show it", () => {
    assert.equal(criteriaFromSnapshot(snapshotOf([group()], "1.33.5-gke.1080000")).service, "gke");
    assert.equal(criteriaFromSnapshot(snapshotOf([group()])).service, undefined);
  });
});

import assert from "node:assert/strict";

import { type JsonObject } from "../../json";
import { gateOf } from "./conditions";

const inputs = (waitFor: string) => ({
  apiVersion: "example.com/v1",
  kind: "Thing",
  metadata: { name: "x", annotations: { "pulumi.com/waitFor": waitFor } },
});
const verdict = (waitFor: string, fields: JsonObject, metadata: JsonObject = {}) => {
  const object = { apiVersion: "example.com/v1", kind: "Thing", metadata: { name: "x", ...metadata }, ...fields };
  const result = gateOf(inputs(waitFor), false)?.(object);
  return result?.ready === true ? "ready" : result?.reason;
};

describe("pulumi.com/waitFor", () => {
  const status = {
    conditions: [{ type: "Ready", status: "False", reason: "Pulling", message: "40%" }],
    phase: "Busy",
    n: 2,
  };

  for (const [expression, expected] of [
    ["condition=Ready", "condition Ready is False, not True (Pulling: 40%)"],
    ["condition=Ready=False", "ready"],
    ["condition=Other", "condition Other is not set, not True"],
    ["jsonpath={.status.phase}=Busy", "ready"],
    ["jsonpath={.status.phase}", "ready"],
    ["jsonpath={.status.phase}=Done", ".status.phase is Busy, not Done"],
    ["jsonpath={.status.n}=2", "ready"],
    ["jsonpath={$.status['phase']}=Busy", "ready"],
    ["jsonpath={.status.missing}", ".status.missing selects nothing"],
    ["jsonpath={.status.conditions[0].reason}=Pulling", "ready"],
    ["jsonpath={.status.conditions[*].reason}=Pulling", "ready"],
    ['jsonpath={.status.conditions[?(@.type=="Ready")].status}=False', "ready"],
    ['["condition=Ready=False", "jsonpath={.status.phase}=Done"]', ".status.phase is Busy, not Done"],
    ['["condition=Ready=False", "jsonpath={.status.phase}=Busy"]', "ready"],
  ] as const)
    it(`${expression} → ${expected}`, () => assert.equal(verdict(expression, { status }), expected));

  it("does not believe a status that is older than the spec", () => {
    const fields = { status: { ...status, observedGeneration: 1 } };
    assert.match(verdict("jsonpath={.status.phase}=Busy", fields, { generation: 2 }) ?? "", /not seen the last change/);
  });

  for (const expression of [
    "Ready",
    "jsonpath=.status.phase=Busy",
    "jsonpath={.status..phase}",
    "[]",
    "[1]",
    "condition=",
  ])
    it(`refuses ${expression}`, () =>
      assert.throws(() => gateOf(inputs(expression), false), { code: "KUBE_WAIT_FOR_INVALID" }));

  it("is overruled by skipAwait", () => {
    const { metadata, ...rest } = inputs("condition=Ready");
    const annotations = { ...metadata.annotations, "pulumi.com/skipAwait": "true" };
    assert.equal(gateOf({ ...rest, metadata: { ...metadata, annotations } }, true), undefined);
  });
});

describe("what a step waits for without being asked", () => {
  const waits = (apiVersion: string, kind: string, all = false) =>
    gateOf({ apiVersion, kind, metadata: { name: "x" } }, all) !== undefined;

  it("is workloads, volumes, namespaces and definitions", () => {
    for (const [apiVersion, kind] of [
      ["apps/v1", "Deployment"],
      ["apps/v1", "StatefulSet"],
      ["apps/v1", "DaemonSet"],
      ["batch/v1", "Job"],
      ["v1", "Pod"],
      ["v1", "Namespace"],
      ["v1", "PersistentVolumeClaim"],
      ["apiextensions.k8s.io/v1", "CustomResourceDefinition"],
    ] as const)
      assert(waits(apiVersion, kind), kind);
  });

  it("is nothing for plain data and for custom resources, unless everything is to be awaited", () => {
    for (const [apiVersion, kind] of [
      ["v1", "ConfigMap"],
      ["v1", "Secret"],
      ["example.com/v1", "Deployment"],
    ] as const) {
      assert(!waits(apiVersion, kind), kind);
      assert(waits(apiVersion, kind, true), kind);
    }
  });
});

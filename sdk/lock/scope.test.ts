import assert from "node:assert/strict";
import { type JsonObject } from "../json";
import { scopesOf, withNamespace } from "./scope";

const object = (apiVersion: string, kind: string, namespace?: string): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name: "x", ...(namespace !== undefined && { namespace }) },
});
const crd = (group: string, kind: string, scope: string): JsonObject => ({
  ...object("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
  spec: { group, names: { kind }, scope },
});
const scopes = scopesOf([crd("a.io", "Queue", "Cluster"), crd("a.io", "Claim", "Namespaced")]);
const namespaceOf = (value: JsonObject) => (withNamespace(value, "own", scopes)["metadata"] as JsonObject)["namespace"];

describe("withNamespace", () => {
  it("fills in what a namespaced object lacks and keeps what it says", () => {
    assert.equal(namespaceOf(object("v1", "ConfigMap")), "own");
    assert.equal(namespaceOf(object("v1", "ConfigMap", "")), "own");
    assert.equal(namespaceOf(object("apps/v1", "Deployment", "kube-system")), "kube-system");
    assert.equal(namespaceOf(object("a.io/v1", "Claim")), "own");
  });

  it("strips a namespace from a cluster-scoped object", () => {
    assert.equal(namespaceOf(object("rbac.authorization.k8s.io/v1", "ClusterRole", "ns")), undefined);
    assert.equal(namespaceOf(object("resource.k8s.io/v1", "ResourceSlice", "ns")), undefined);
    assert.equal(namespaceOf(object("a.io/v1", "Queue", "ns")), undefined);
  });

  it("leaves a kind alone that nobody defines", () => {
    assert.equal(namespaceOf(object("b.io/v1", "Claim")), undefined);
    assert.equal(namespaceOf(object("b.io/v1", "Queue", "ns")), "ns");
  });
});

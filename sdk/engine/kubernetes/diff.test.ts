import assert from "node:assert/strict";

import { type JsonObject } from "../../json";
import { UNKNOWN } from "../wire";
import { compare } from "./diff";

const diff = (olds: JsonObject, news: JsonObject, more: Partial<Parameters<typeof compare>[0]> = {}) =>
  compare({
    olds,
    news,
    namespaced: true,
    ignoreChanges: [],
    config: { enableConfigMapMutable: false, enableSecretMutable: false },
    ...more,
  });
const object = (apiVersion: string, kind: string, fields: JsonObject, metadata: JsonObject = {}) => ({
  apiVersion,
  kind,
  metadata: { name: "x", ...metadata },
  ...fields,
});

/** Kind, a field before and after, and the paths that must force a replacement. */
const replaced: readonly (readonly [string, string, JsonObject, JsonObject, readonly string[]])[] = [
  ["batch/v1", "Job", { spec: { template: { a: 1 } } }, { spec: { template: { a: 2 } } }, ["spec.template.a"]],
  ["batch/v1", "Job", { spec: { backoffLimit: 1 } }, { spec: { backoffLimit: 2 } }, []],
  [
    "apps/v1",
    "Deployment",
    { spec: { selector: { matchLabels: { app: "a" } } } },
    { spec: { selector: { matchLabels: { app: "b" } } } },
    ["spec.selector.matchLabels.app"],
  ],
  ["apps/v1", "Deployment", { spec: { template: { a: 1 } } }, { spec: { template: { a: 2 } } }, []],
  ["apps/v1", "StatefulSet", { spec: { serviceName: "a" } }, { spec: { serviceName: "b" } }, ["spec.serviceName"]],
  ["v1", "Service", { spec: { clusterIP: "None" } }, { spec: {} }, ["spec.clusterIP"]],
  ["v1", "Service", {}, { spec: { clusterIP: "None" } }, ["spec"]],
  ["v1", "Service", { spec: { ports: [1] } }, { spec: { ports: [2] } }, []],
  ["v1", "ConfigMap", { data: { a: "1" } }, { data: { a: "2" } }, ["data.a"]],
  ["v1", "Secret", { data: { a: "1" } }, { data: { a: "2" } }, ["data.a"]],
  [
    "v1",
    "Pod",
    { spec: { containers: [{ name: "a", image: "a:1" }] } },
    { spec: { containers: [{ name: "a", image: "a:2" }] } },
    ["spec.containers[0].image"],
  ],
  [
    "rbac.authorization.k8s.io/v1",
    "RoleBinding",
    { roleRef: { name: "a" } },
    { roleRef: { name: "b" } },
    ["roleRef.name"],
  ],
  ["storage.k8s.io/v1", "StorageClass", { provisioner: "a" }, { provisioner: "b" }, ["provisioner"]],
  ["example.com/v1", "Thing", { spec: { selector: 1 } }, { spec: { selector: 2 } }, []],
];

describe("Kubernetes diff", () => {
  for (const [apiVersion, kind, before, after, expected] of replaced) {
    const verb = expected.length > 0 ? "replaces" : "updates";
    it(`${verb} a ${kind} when ${JSON.stringify(before)} becomes ${JSON.stringify(after)}`, () => {
      const result = diff(object(apiVersion, kind, before), object(apiVersion, kind, after));
      assert.equal(result.changes, "some");
      assert.deepEqual(result.replaces, expected);
    });
  }

  it("finds nothing changed in the same inputs, whatever the order of their keys", () => {
    const result = diff(
      object("v1", "ConfigMap", { data: { a: "1", b: "2" } }),
      object("v1", "ConfigMap", { data: { b: "2", a: "1" } }),
    );
    assert.deepEqual(result, { changes: "none", diffs: [], replaces: [], deleteBeforeReplace: false });
  });

  it("updates ConfigMaps and Secrets in place when the provider says so, unless they are immutable", () => {
    const config = { enableConfigMapMutable: true, enableSecretMutable: true };
    for (const kind of ["ConfigMap", "Secret"]) {
      const change = (fields: JsonObject) =>
        diff(object("v1", kind, { data: { a: "1" }, ...fields }), object("v1", kind, { data: { a: "2" }, ...fields }), {
          config,
        });
      assert.deepEqual(change({}).replaces, []);
      assert.deepEqual(change({ immutable: true }).replaces, ["data.a"]);
    }
  });

  it("replaces on another name, namespace, kind or group, but not on another version", () => {
    const olds = object("autoscaling/v1", "HorizontalPodAutoscaler", {}, { namespace: "a" });
    const replaces = (news: JsonObject) => diff(olds, news).replaces;
    assert.deepEqual(replaces(object("autoscaling/v2", "HorizontalPodAutoscaler", {}, { namespace: "a" })), []);
    assert.deepEqual(replaces(object("other/v1", "HorizontalPodAutoscaler", {}, { namespace: "a" })), ["apiVersion"]);
    assert.deepEqual(replaces({ ...olds, metadata: { name: "y", namespace: "b" } }), [
      "metadata.name",
      "metadata.namespace",
    ]);
    assert.deepEqual(replaces(object("autoscaling/v1", "Other", {}, { namespace: "a" })), ["kind"]);
  });

  it("takes no namespace for the default one, and ignores one on a cluster-scoped kind", () => {
    const without = object("v1", "Thing", {});
    assert.equal(diff(without, object("v1", "Thing", {}, { namespace: "default" })).changes, "none");
    assert.equal(diff(without, object("v1", "Thing", {}, { namespace: "a" }), { namespaced: false }).changes, "none");
  });

  it("deletes before it replaces only where the new object must have the old one's name", () => {
    const change = (metadata: JsonObject, newMetadata = metadata) =>
      diff(
        object("v1", "Secret", { data: { a: "1" } }, metadata),
        object("v1", "Secret", { data: { a: "2" } }, newMetadata),
      ).deleteBeforeReplace;
    assert.equal(change({}), true);
    assert.equal(change({ annotations: { "pulumi.com/autonamed": "true" } }), false);
    assert.equal(change({}, { name: "y" }), false);
    assert.equal(change({}, { namespace: "other" }), false);
  });

  it("leaves ignored paths and what lies under them out", () => {
    const olds = object("v1", "ConfigMap", { data: { a: "1", "b.c": "1" } });
    const news = object("v1", "ConfigMap", { data: { a: "2", "b.c": "2" } });
    assert.deepEqual(diff(olds, news, { ignoreChanges: ["data.a"] }).diffs, ['data["b.c"]']);
    assert.equal(diff(olds, news, { ignoreChanges: ["data"] }).changes, "none");
  });

  it("counts a value that is not known yet as a change", () => {
    const result = diff(object("v1", "ConfigMap", { data: { a: "1" } }), object("v1", "ConfigMap", { data: UNKNOWN }));
    assert.deepEqual(result.diffs, ["data"]);
    assert.deepEqual(result.replaces, ["data"]);
  });
});

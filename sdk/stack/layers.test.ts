import assert from "node:assert/strict";
import fc from "fast-check";
import { type JsonObject } from "../json";
import { type RenderedObject, type RenderStage } from "../lock";
import { layersOf } from "./layers";

const object = (
  apiVersion: string,
  kind: string,
  name: string,
  stage: RenderStage = "main",
  weight = 0,
  body: JsonObject = {},
): RenderedObject => ({
  id: `${apiVersion}/${kind}/${name}`,
  stage,
  weight,
  manifest: { apiVersion, kind, metadata: { name }, ...body },
});
const crd = object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "queues.a.io", "crds", 0, {
  spec: { group: "a.io", names: { kind: "Queue" } },
});
const names = (objects: readonly RenderedObject[]) =>
  layersOf(objects).map((layer) => layer.map(({ manifest }) => (manifest["metadata"] as { name: string }).name));

const everything = [
  object("a.io/v1", "Queue", "own-resource"),
  object("cert-manager.io/v1", "Certificate", "foreign-resource"),
  object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "webhook"),
  object("networking.k8s.io/v1", "Ingress", "dashboard"),
  object("apps/v1", "Deployment", "controller"),
  object("v1", "ServiceAccount", "account"),
  object("batch/v1", "Job", "migrate", "pre", 5),
  object("v1", "ServiceAccount", "migrate-account", "pre", -5),
  object("batch/v1", "Job", "check", "pre", -5),
  object("a.io/v1", "Queue", "after", "post"),
  object("v1", "Namespace", "ns", "namespace"),
  crd,
];

describe("layersOf", () => {
  it("orders stages, hook weights, workloads, what calls them and a component's own custom resources", () => {
    assert.deepEqual(names(everything), [
      ["ns"],
      ["queues.a.io"],
      ["migrate-account"],
      ["check"],
      ["migrate"],
      ["foreign-resource", "account"],
      ["controller"],
      ["webhook", "dashboard"],
      ["own-resource"],
      ["after"],
    ]);
  });

  it("does not depend on the order in which the chart renders, and loses nothing", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(everything, { minLength: everything.length }), (shuffled) =>
        assert.deepEqual(names(shuffled), names(everything)),
      ),
    );
  });
});

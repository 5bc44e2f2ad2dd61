import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { imagesOf } from "./images";
import { POD_SPEC } from "./kinds";
import { UNKNOWN, type Value } from "@cairn/policy-kit";

const found = (type: string, props: Value): Record<string, string> =>
  Object.fromEntries(imagesOf(type, props).map((use) => [use.path, "text" in use ? use.text : use.kind]));

const POD = {
  initContainers: [{ name: "init", image: "r/init:1" }],
  containers: [
    { name: "main", image: "r/main:1" },
    { name: "side", image: "r/side:1" },
  ],
  ephemeralContainers: [{ name: "debug", image: "r/debug:1" }],
  volumes: [
    { name: "scratch", emptyDir: {} },
    { name: "model", image: { reference: "r/model:1" } },
  ],
};

const at = (prefix: string): Record<string, string> => ({
  [`${prefix}.initContainers[0].image`]: "r/init:1",
  [`${prefix}.containers[0].image`]: "r/main:1",
  [`${prefix}.containers[1].image`]: "r/side:1",
  [`${prefix}.ephemeralContainers[0].image`]: "r/debug:1",
  [`${prefix}.volumes[1].image.reference`]: "r/model:1",
});

const nest = (keys: readonly string[], value: Value): Value =>
  keys.reduceRight<Value>((inner, key) => ({ [key]: inner }), value);

const GROUP: Readonly<Record<string, string>> = {
  Job: "batch/v1",
  CronJob: "batch/v1",
  Pod: "core/v1",
  PodTemplate: "core/v1",
  ReplicationController: "core/v1",
};

describe("images of a resource", () => {
  for (const [kind, path] of Object.entries(POD_SPEC)) {
    const type = `kubernetes:${GROUP[kind] ?? "apps/v1"}:${kind}`;

    it(`finds containers, init and ephemeral containers and image volumes of a ${kind}`, () => {
      assert.deepEqual(found(type, nest(path, POD)), at(path.join(".")));
    });

    it(`reports what is unknown on the way to the images of a ${kind}`, () => {
      for (let depth = 1; depth <= path.length; depth++)
        assert.deepEqual(found(type, nest(path.slice(0, depth), UNKNOWN)), {
          [path.slice(0, depth).join(".")]: "unknown",
        });
      assert.deepEqual(found(type, nest([...path, "containers"], UNKNOWN)), {
        [`${path.join(".")}.containers`]: "unknown",
      });
      assert.deepEqual(found(type, nest(path, { containers: [UNKNOWN, { image: UNKNOWN }] })), {
        [`${path.join(".")}.containers[0]`]: "unknown",
        [`${path.join(".")}.containers[1].image`]: "unknown",
      });
    });
  }

  it("looks through server-side apply patches and lists", () => {
    assert.deepEqual(found("kubernetes:core/v1:PodPatch", { spec: POD }), at("spec"));
    assert.deepEqual(found("kubernetes:core/v1:PodList", { items: [{ spec: POD }] }), at("items[0].spec"));
    assert.deepEqual(
      found("kubernetes:core/v1:List", { items: [{ kind: "Job", spec: { template: { spec: POD } } }] }),
      at("items[0].spec.template.spec"),
    );
    assert.deepEqual(found("kubernetes:apps/v1:DeploymentList", { items: UNKNOWN }), { items: "unknown" });
  });

  it("leaves alone what cannot hold an image", () => {
    assert.deepEqual(found("kubernetes:core/v1:ConfigMap", { data: { image: "r/x:1" } }), {});
    assert.deepEqual(found("kubernetes:core/v1:Secret", { stringData: UNKNOWN }), {});
    assert.deepEqual(
      found("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", { spec: { image: { type: "string" } } }),
      {},
    );
    assert.deepEqual(found("aws:s3/bucket:Bucket", { image: "r/x:1" }), {});
    assert.deepEqual(found("kubernetes:core/v1:Pod", { metadata: { name: UNKNOWN }, spec: { nodeName: UNKNOWN } }), {});
  });

  it("keeps the value of an image that is not text out of the finding", () => {
    const uses = imagesOf("kubernetes:core/v1:Pod", { spec: { containers: [{ image: { token: "hunter2" } }] } });
    assert.deepEqual(uses, [{ kind: "unreadable", path: "spec.containers[0].image" }]);
  });

  it("finds pod specifications at any depth of a custom resource", () => {
    assert.deepEqual(
      found("kubernetes:jobset.x-k8s.io/v1alpha2:JobSet", {
        metadata: { annotations: { image: "not:one" } },
        spec: { replicatedJobs: [{ template: { spec: { template: { spec: POD } } } }] },
      }),
      at("spec.replicatedJobs[0].template.spec.template.spec"),
    );
  });

  it("reads the forms in which operators take images", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    assert.deepEqual(
      found("kubernetes:nvidia.com/v1:ClusterPolicy", {
        spec: {
          driver: { repository: "nvcr.io/nvidia", image: "driver", version: "580.1" },
          toolkit: { repository: "nvcr.io/nvidia", image: "toolkit", version: digest },
          agent: { image: { registry: "ghcr.io", repository: "acme/agent", tag: "2", digest } },
          binder: { image: { repository: "ghcr.io/acme", name: "binder", tag: "3" } },
          tuning: { image: "ghcr.io/acme/tuning", version: "1.2", containerSHA: digest },
          runtimeImage: "ghcr.io/acme/runtime:4",
          pauseImage: "true",
          extraImages: ["ghcr.io/acme/one:5"],
        },
      }),
      {
        "spec.driver.image": "nvcr.io/nvidia/driver:580.1",
        "spec.toolkit.image": `nvcr.io/nvidia/toolkit@${digest}`,
        "spec.agent.image": `ghcr.io/acme/agent:2@${digest}`,
        "spec.binder.image": "ghcr.io/acme/binder:3",
        "spec.tuning.image": `ghcr.io/acme/tuning:1.2@${digest}`,
        "spec.runtimeImage": "ghcr.io/acme/runtime:4",
        "spec.extraImages[0]": "ghcr.io/acme/one:5",
      },
    );
  });

  it("tells an image whose tag an operator completes from others, unless it is a digest", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const kinds = (version: string) =>
      imagesOf("kubernetes:mellanox.com/v1alpha1:NicClusterPolicy", {
        spec: {
          ofedDriver: { repository: "nvcr.io/nvidia/mellanox", image: "doca-driver", version },
          secondaryNetwork: { image: "multus", repository: "ghcr.io/k8s", version },
        },
      }).map(({ kind }) => kind);
    assert.deepEqual(kinds("3.2.0"), ["completed", "reference"]);
    assert.deepEqual(kinds(digest), ["reference", "reference"]);
    const off = {
      spec: { driver: { enabled: false, repository: "nvcr.io/nvidia", image: "driver", version: "580.1" } },
    };
    assert.deepEqual(imagesOf("kubernetes:nvidia.com/v1:ClusterPolicy", off), []);
  });

  it("reports unknowns of a custom resource where an image may hide, and only there", () => {
    assert.deepEqual(
      found("kubernetes:acme.dev/v1:Trainer", {
        spec: { replicas: UNKNOWN, workerTemplate: UNKNOWN, driver: { repository: "r", image: "x", version: UNKNOWN } },
      }),
      { "spec.workerTemplate": "unknown", "spec.driver.image": "unknown" },
    );
    assert.deepEqual(found("kubernetes:acme.dev/v1:Trainer", { spec: UNKNOWN }), { spec: "unknown" });
  });

  it("reads the image list of a Cairn component, and says when it is unknown", () => {
    assert.deepEqual(found("cairn:stack:Component", { images: ["r/a:1", UNKNOWN] }), {
      "images[0]": "r/a:1",
      "images[1]": "unknown",
    });
    assert.deepEqual(found("cairn:stack:Component", { images: UNKNOWN }), { images: "unknown" });
  });

  it("reports Helm releases as opaque", () => {
    assert.deepEqual(found("kubernetes:helm.sh/v3:Release", { chart: "x" }), { "": "opaque" });
    assert.deepEqual(found("kubernetes:helm.sh/v4:Chart", {}), { "": "opaque" });
  });
});

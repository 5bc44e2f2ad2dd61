import assert from "node:assert/strict";
import fc from "fast-check";
import { CairnError } from "../../errors";
import { type JsonObject, type JsonValue } from "../../json";
import { imagesOf, pin } from "./index";
import { lockName } from "../image-name";

const DIGEST = `sha256:${"a".repeat(64)}`;
const OTHER = `sha256:${"b".repeat(64)}`;

/** Digests for every image that the manifest names. */
function digestsFor(manifest: JsonObject): ReadonlyMap<string, string> {
  return new Map(imagesOf(manifest).map(({ image }) => [lockName(image), DIGEST]));
}

const pinAll = (manifest: JsonObject): JsonObject => pin(manifest, digestsFor(manifest));
const references = (manifest: JsonObject): readonly string[] => imagesOf(manifest).map(({ image }) => lockName(image));
const codeOf = (code: string) => (error: unknown) => error instanceof CairnError && error.code === code;

const podSpec: JsonObject = {
  initContainers: [{ name: "init", image: "registry.test/init:1" }],
  containers: [{ name: "main", image: "registry.test/main:1" }],
  ephemeralContainers: [{ name: "debug", image: "registry.test/debug:1" }],
  volumes: [
    { name: "model", image: { reference: "registry.test/model:1", pullPolicy: "Always" } },
    { name: "tmp", emptyDir: {} },
  ],
};
const template = { metadata: { labels: { app: "a" } }, spec: podSpec };

const podBearing: Readonly<Record<string, JsonObject>> = {
  "v1/Pod": { spec: podSpec },
  "v1/PodTemplate": { template },
  "v1/ReplicationController": { spec: { template } },
  "apps/v1/Deployment": { spec: { template } },
  "apps/v1/StatefulSet": { spec: { template } },
  "apps/v1/DaemonSet": { spec: { template } },
  "apps/v1/ReplicaSet": { spec: { template } },
  "batch/v1/Job": { spec: { template } },
  "batch/v1/CronJob": { spec: { jobTemplate: { spec: { template } } } },
  "jobset.x-k8s.io/v1alpha2/JobSet": { spec: { replicatedJobs: [{ template: { spec: { template } } }] } },
  "trainer.kubeflow.org/v1alpha1/ClusterTrainingRuntime": {
    spec: { template: { spec: { replicatedJobs: [{ template: { spec: { template } } }] } } },
  },
  "kueue.x-k8s.io/v1beta1/Workload": { spec: { podSets: [{ template }] } },
};

function object(id: string, body: JsonObject): JsonObject {
  const parts = id.split("/");
  const kind = parts.pop()!;
  return { apiVersion: parts.join("/"), kind, metadata: { name: "x", namespace: "ns" }, ...body };
}

describe("pin: pod specifications", () => {
  for (const [id, body] of Object.entries(podBearing)) {
    it(`pins containers, init and ephemeral containers and image volumes of ${id}`, () => {
      const text = JSON.stringify(pinAll(object(id, body)));
      for (const name of ["init", "main", "debug", "model"])
        assert.ok(text.includes(`"registry.test/${name}:1@${DIGEST}"`), `${name} is not pinned: ${text}`);
    });
  }

  it("keeps a short name as it is written and only appends the digest", () => {
    const pod = object("v1/Pod", {
      spec: {
        containers: [
          { name: "a", image: "nginx" },
          { name: "b", image: "bitnami/kubectl:1" },
        ],
      },
    });
    assert.deepEqual(references(pod), ["docker.io/library/nginx:latest", "docker.io/bitnami/kubectl:1"]);
    const [a, b] = (pinAll(pod)["spec"] as { containers: { image: string }[] }).containers;
    assert.deepEqual([a?.image, b?.image], [`nginx@${DIGEST}`, `bitnami/kubectl:1@${DIGEST}`]);
  });

  it("refuses an image that is not locked and names object, path and the command", () => {
    const pod = object("v1/Pod", { spec: podSpec });
    assert.throws(
      () => pin(pod, new Map()),
      /Pod ns\/x spec\.containers\[0\]\.image: registry\.test\/main:1 is not in the lock[^]*cairn lock/,
    );
  });

  it("refuses a digest in the chart that differs from the lock's", () => {
    const pod = object("v1/Pod", { spec: { containers: [{ name: "a", image: `r.test/a:1@${OTHER}` }] } });
    assert.throws(() => pin(pod, new Map([["r.test/a:1", DIGEST]])), codeOf("IMAGE_NOT_LOCKED"));
    assert.equal(pin(pod, new Map([["r.test/a:1", OTHER]])), pod);
  });
});

describe("pin: other places", () => {
  const container = (extra: JsonObject): JsonObject =>
    object("apps/v1/Deployment", {
      spec: { template: { spec: { containers: [{ name: "c", image: "r.test/c:1", ...extra }] } } },
    });
  const pinned = (extra: JsonObject): JsonObject =>
    (pinAll(container(extra)) as { spec: { template: { spec: { containers: JsonObject[] } } } }).spec.template.spec
      .containers[0]!;

  it("environment variables named after an image, and no other text in them", () => {
    const { env } = pinned({
      env: [
        { name: "VALIDATOR_IMAGE", value: "nvcr.io/nvidia/gpu-operator:v26.7.0" },
        { name: "RELATED_IMAGE_NAME", value: "busybox:1" },
        { name: "PULL_IMAGE", value: "true" },
        { name: "MY_IMAGE", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
        { name: "GROVE_INIT_CONTAINER_IMAGE", value: "ghcr.io/x/grove-initc" },
      ],
    }) as { env: { value?: string }[] };
    assert.deepEqual(
      env.map((entry) => entry.value),
      [
        `nvcr.io/nvidia/gpu-operator:v26.7.0@${DIGEST}`,
        `busybox:1@${DIGEST}`,
        "true",
        undefined,
        "ghcr.io/x/grove-initc",
      ],
    );
  });

  it("a reference in three variables", () => {
    const { env } = pinned({
      env: [
        { name: "AGW_PROXY_IMAGE_REGISTRY", value: "cr.test" },
        { name: "AGW_PROXY_IMAGE_REPOSITORY", value: "agw/proxy" },
        { name: "AGW_PROXY_IMAGE_TAG", value: "1.5" },
      ],
    }) as { env: { value: string }[] };
    assert.deepEqual(
      env.map((entry) => entry.value),
      ["cr.test", "agw/proxy", `1.5@${DIGEST}`],
    );
  });

  it("arguments in both forms, and no other argument", () => {
    const args = ["--solver=quay.io/a/solver:1", "--image", "quay.io/a/b:2", "--listen=0.0.0.0:8080", "--v=2", "run"];
    assert.deepEqual(pinned({ args })["args"], [
      `--solver=quay.io/a/solver:1@${DIGEST}`,
      "--image",
      `quay.io/a/b:2@${DIGEST}`,
      "--listen=0.0.0.0:8080",
      "--v=2",
      "run",
    ]);
  });

  it("whole references in known custom resources; the version beside them is left alone", () => {
    const prometheus = object("monitoring.coreos.com/v1/Prometheus", {
      spec: { image: "quay.io/p/p:v3", version: "v3", thanos: { image: "quay.io/t/t:1" } },
    });
    assert.deepEqual(pinAll(prometheus)["spec"], {
      image: `quay.io/p/p:v3@${DIGEST}`,
      version: "v3",
      thanos: { image: `quay.io/t/t:1@${DIGEST}` },
    });
  });

  it("split references of operators; those that the operator completes are left to admission", () => {
    const policy = object("nvidia.com/v1/ClusterPolicy", {
      spec: {
        validator: { repository: "nvcr.io/nvidia", image: "gpu-operator", version: "v26.7.0" },
        driver: {
          repository: "nvcr.io/nvidia",
          image: "driver",
          version: "595",
          manager: { repository: "nvcr.io/n", image: "m", version: "1" },
        },
        vgpuManager: { image: "vgpu-manager" },
      },
    });
    assert.deepEqual(references(policy), ["nvcr.io/nvidia/gpu-operator:v26.7.0", "nvcr.io/n/m:1"]);
    const spec = pinAll(policy)["spec"] as Record<string, Record<string, JsonValue>>;
    assert.equal(spec["validator"]!["version"], `v26.7.0@${DIGEST}`);
    assert.equal(spec["driver"]!["version"], "595");
    assert.deepEqual(spec["driver"]!["manager"], { repository: "nvcr.io/n", image: "m", version: `1@${DIGEST}` });
  });

  it("Skyhook and NodeWright packages get a containerSHA", () => {
    for (const id of ["skyhook.nvidia.com/v1alpha1/Skyhook", "nodewright.nvidia.com/v1alpha1/NodeWright"]) {
      const packages = object(id, { spec: { packages: { tuning: { image: "ghcr.io/n/tuning", version: "1.2" } } } });
      assert.deepEqual((pinAll(packages)["spec"] as JsonObject)["packages"], {
        tuning: { image: "ghcr.io/n/tuning", version: "1.2", containerSHA: "sha256:" + "a".repeat(64) },
      });
    }
  });

  it("the containers of Slinky's Slurm clusters, which are pod containers by other names", () => {
    const nodeSet = object("slinky.slurm.net/v1beta1/NodeSet", {
      spec: { slurmd: { image: "ghcr.io/s/slurmd:26.05" }, logfile: { image: "docker.io/library/alpine:3" } },
    });
    assert.deepEqual(references(nodeSet), ["ghcr.io/s/slurmd:26.05", "docker.io/library/alpine:3"]);
  });

  it("YAML inside a ConfigMap, without touching a byte besides", () => {
    const text = [
      "# the janitor's settings",
      "resetJob:   {imageConfig: {image: 'ghcr.io/n/reset:1'}}",
      "mode: 0755",
      "---",
      "apiVersion: batch/v1",
      "kind: Job",
      "metadata: {generateName: logs-}",
      "spec:",
      "  template:",
      "    spec:",
      "      containers:",
      "      - image: busybox:1   # short",
      "        name: c",
      "",
    ].join("\n");
    const map = object("v1/ConfigMap", {
      data: { "config.yaml": text, runtimeImage: "r.test/a:1", script: "#!/bin/sh\necho image: $1\n" },
    });
    assert.deepEqual(references(map), ["ghcr.io/n/reset:1", "docker.io/library/busybox:1", "r.test/a:1"]);
    const data = pinAll(map)["data"] as Record<string, string>;
    assert.equal(
      data["config.yaml"],
      text.replace("reset:1", `reset:1@${DIGEST}`).replace("busybox:1", `busybox:1@${DIGEST}`),
    );
    assert.equal(data["runtimeImage"], `r.test/a:1@${DIGEST}`);
    assert.equal(data["script"], "#!/bin/sh\necho image: $1\n");
  });

  it("ignores the examples in a CustomResourceDefinition", () => {
    const crd = object("apiextensions.k8s.io/v1/CustomResourceDefinition", {
      spec: { versions: [{ schema: { default: "quay.io/a/b:1" } }] },
    });
    assert.equal(pin(crd, new Map()), crd);
  });
});

describe("pin: what no rule explains is an error", () => {
  const strange: Readonly<Record<string, JsonObject>> = {
    "spec.worker.image": { spec: { worker: { image: "nginx:1" } } },
    "spec.sidecar": { spec: { sidecar: "quay.io/a/b:1" } },
    "spec.a.repository": { spec: { a: { repository: "quay.io/a/b", tag: "1" } } },
    "spec.containers[0].env[0].value": { spec: { containers: [{ env: [{ name: "X", value: "quay.io/a/b:1" }] }] } },
    "spec.containers[0].args[0]": { spec: { containers: [{ args: ["quay.io/a/b:1"] }] } },
  };
  for (const [path, body] of Object.entries(strange)) {
    it(path, () => {
      assert.throws(
        () => pin(object("example.com/v1/Widget", body), new Map()),
        (error: unknown) =>
          error instanceof CairnError &&
          error.code === "IMAGE_UNEXPLAINED" &&
          error.findings[0]?.path === `Widget ns/x ${path}`,
      );
    });
  }

  it("texts that only resemble one are not", () => {
    const widget = object("example.com/v1/Widget", {
      spec: {
        a: "host:8080",
        b: "nvidia.com/gpu:NoSchedule",
        c: "https://x.io/a:1",
        d: "resource.k8s.io/v1",
        e: "ns/name",
        f: "10.0.0.0/8",
        g: "system:serviceaccount:a:b",
        image: "plain",
      },
    });
    assert.equal(pin(widget, new Map()), widget);
  });
});

describe("pin: properties", () => {
  const reference = fc.constantFrom(
    "r.test/a:1",
    "nginx",
    "quay.io/x/y:v2",
    "127.0.0.1:5000/z:3",
    `r.test/p:1@${DIGEST}`,
  );
  // Manifests come from a parser: plain objects, not null prototypes.
  const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }, requiredKeys = Object.keys(model) as (keyof T)[]) =>
    fc.record(model, { requiredKeys, noNullPrototype: true });
  const container = plain(
    {
      name: fc.string(),
      image: reference,
      env: fc.array(
        fc.constantFrom(
          { name: "A_IMAGE", value: "r.test/e:1" },
          { name: "A_IMAGE", value: "x:y" },
          { name: "B", value: "x:y" },
        ),
      ),
    },
    ["name"],
  );
  const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.string());
  const noise = fc.letrec<{ tree: JsonValue }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(fc.string(), tie("tree"), { maxKeys: 3, noNullPrototype: true }),
    ) as fc.Arbitrary<JsonValue>,
  })).tree;
  const manifest = plain({
    apiVersion: fc.constant("apps/v1"),
    kind: fc.constantFrom("Deployment", "DaemonSet", "Widget"),
    metadata: fc.constant({ name: "n" }),
    spec: plain({ template: plain({ spec: plain({ containers: fc.array(container, { maxLength: 3 }), noise }) }) }),
  }) as unknown as fc.Arbitrary<JsonObject>;

  it("pinning twice is pinning once, and every reference ends in a digest", () => {
    fc.assert(
      fc.property(manifest, (object) => {
        const once = pinAll(object);
        assert.equal(pin(once, digestsFor(once)), once);
        for (const { image } of imagesOf(once)) assert.equal(image.digest, DIGEST);
      }),
    );
  });

  it("changes nothing but image strings, each by its digest only", () => {
    const strip = (value: JsonValue): unknown => JSON.parse(JSON.stringify(value).replaceAll(`@${DIGEST}`, ""));
    fc.assert(fc.property(manifest, (object) => assert.deepEqual(strip(pinAll(object)), strip(object))));
  });

  it("does not depend on the order of keys", () => {
    const sorted = (value: JsonValue): JsonValue =>
      Array.isArray(value)
        ? value.map(sorted)
        : typeof value === "object" && value !== null
          ? Object.fromEntries(
              Object.entries(value as JsonObject)
                .map(([k, v]) => [k, sorted(v)] as const)
                .sort(([a], [b]) => (a < b ? 1 : -1)),
            )
          : value;
    fc.assert(
      fc.property(manifest, (object) => assert.deepEqual(pinAll(sorted(object) as JsonObject), pinAll(object))),
    );
  });
});

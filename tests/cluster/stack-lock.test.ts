import assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import * as http from "node:http";
import { type AddressInfo } from "node:net";
import * as path from "node:path";
import { CairnError } from "@cairn/sdk/errors";
import {
  fetchCharts,
  findHelm,
  type Lock,
  readLock,
  renderRecipe,
  type RenderedComponent,
  type RenderedObject,
  writeLock,
} from "@cairn/sdk/lock";
import { type ComponentRef, type Recipe, type Scheduling } from "@cairn/sdk/recipe";
import { buildArtifact, packChart, parseReference, pushArtifact } from "@cairn/sdk/oci";
import { verifyImageBundle } from "@cairn/sdk/sigstore";
import { tempDir } from "../support";
import { localRecipe, type Published, publish, RECIPES, UNSIGNED } from "./stack-fixture";

type JsonObject = RenderedObject["manifest"];

const scheduling: Scheduling = {
  system: { nodeSelector: { pool: "system" }, tolerations: [] },
  accelerated: { nodeSelector: { pool: "gpu" }, tolerations: [{ key: "gpu", operator: "Exists" }] },
  gpuNodes: 2,
};
const codeIs = (code: string) => (error: unknown) => error instanceof CairnError && error.code === code;
const change = (recipe: Recipe, name: string, by: Partial<ComponentRef>): Recipe => ({
  ...recipe,
  componentRefs: recipe.componentRefs.map((component) =>
    component.name === name ? { ...component, ...by } : component,
  ),
});

/** Serves some files on this machine; the address ends with the tests. */
async function serve(files: ReadonlyMap<string, string | Buffer>): Promise<string> {
  const server = http.createServer(({ url }, response) => {
    const body = files.get(url ?? "");
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  server.listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("cairn lock, with helm and a registry", function () {
  this.timeout(120_000);
  let published: Published;
  let recipe: Recipe;
  let lock: Lock;
  before(async () => {
    published = await publish();
    recipe = localRecipe();
    lock = await published.lock(recipe);
  });

  const render = (from: Recipe = recipe, by: Lock = lock): readonly RenderedComponent[] =>
    renderRecipe(from, by, { scheduling, cacheDir: published.cacheDir });
  const object = (id: string): JsonObject => {
    const found = render()
      .flatMap(({ objects }) => objects)
      .find((one) => one.id === id);
    assert.ok(found, `${id} is not rendered`);
    return found.manifest;
  };

  it("locks charts by manifest and archive, images by digest and platform", () => {
    assert.deepEqual(Object.keys(lock.charts), ["gpu-simulator", "metrics"]);
    for (const { manifest, archive } of Object.values(lock.charts)) {
      assert.match(manifest ?? "", /^sha256:/);
      assert.ok(fs.existsSync(path.join(published.cacheDir, "sha256", archive.slice("sha256:".length))));
    }
    assert.deepEqual(
      lock.images.map(({ reference, components }) => [reference, components]),
      [
        ["registry.cairn.test/demo/gpu-driver:1.2.0", ["gpu-simulator"]],
        ["registry.cairn.test/demo/metrics:0.4.1", ["metrics"]],
        [`registry.cairn.test/${UNSIGNED}`, ["gpu-simulator"]],
      ],
    );
    for (const { digest, platforms } of lock.images) assert.deepEqual(platforms, { "linux/amd64": digest });
  });

  it("records who signed, with a bundle that proves it offline", () => {
    assert.deepEqual(
      lock.images.map(({ signature }) => signature.status),
      ["verified", "verified", "none"],
    );
    for (const { digest, signature } of lock.images)
      if (signature.status === "verified") verifyImageBundle(signature.bundle, digest, [published.publicKey]);
  });

  it("survives its file, and a second lock is the same to the byte", async () => {
    const file = path.join(tempDir("lock"), "cairn.lock.yaml");
    writeLock(file, lock);
    assert.deepEqual(readLock(file), lock);
    assert.deepEqual(await published.lock(recipe), lock);
  });

  it("keeps a digest when the tag moves, until it is told to update", async () => {
    const other = await publish();
    const before = await other.lock(recipe);
    await other.push("demo/metrics:0.4.1", "something else");
    assert.deepEqual((await other.lock(recipe, { previous: before })).images, before.images);
    const [driver, metrics] = (await other.lock(recipe, { previous: before, update: ["metrics"] })).images;
    assert.equal(driver?.digest, before.images[0]?.digest);
    assert.notEqual(metrics?.digest, before.images[1]?.digest);
    assert.equal(metrics?.signature.status, "none");
  });

  it("names every image that the registry does not have", async () => {
    const extraImages = ["registry.cairn.test/demo/nowhere:1", "registry.cairn.test/demo/neither:2"];
    await assert.rejects(
      published.lock(recipe, { extraImages }),
      (error: unknown) =>
        error instanceof CairnError &&
        error.code === "IMAGE_UNRESOLVED" &&
        error.kind === "could-not-check" &&
        error.findings.length === 2,
    );
  });

  it("names an image whose configuration cannot be read", async () => {
    const config = { mediaType: "application/vnd.oci.image.config.v1+json", bytes: Buffer.from('{"os": ') };
    const reference = "registry.cairn.test/demo/torn:1";
    await pushArtifact(published.client, parseReference(reference), buildArtifact({ config, layers: [] }));
    await assert.rejects(
      published.lock(recipe, { extraImages: [reference] }),
      /demo\/torn:1: its configuration is not valid/,
    );
  });

  it("locks a chart from a Helm repository, and notices when its bytes change", async () => {
    const { version, archive } = await packChart(path.join(RECIPES, "charts", "metrics"));
    const files = new Map<string, string | Buffer>([
      [
        "/index.yaml",
        `apiVersion: v1\nentries: {metrics: [{name: metrics, version: ${version}, urls: [metrics-${version}.tgz]}]}\n`,
      ],
      [`/metrics-${version}.tgz`, archive],
    ]);
    const source = await serve(files);
    const fromRepository = change(recipe, "metrics", { source });
    const made = await published.lock(fromRepository);
    assert.deepEqual(made.charts["metrics"], {
      source,
      chart: "metrics",
      version,
      archive: lock.charts["metrics"]!.archive,
    });

    files.set(`/metrics-${version}.tgz`, Buffer.concat([archive, Buffer.from("x")]));
    const cacheDir = tempDir("moved");
    await assert.rejects(published.lock(fromRepository, { previous: made, cacheDir }), codeIs("CHART_MOVED"));
    files.delete("/index.yaml");
    await assert.rejects(published.lock(fromRepository, { cacheDir }), /helm could not pull metrics .*\n.*404/);
  });

  it("refuses a source that is not encrypted, and an artifact that is not a chart", async () => {
    const source = "http://charts.example";
    await assert.rejects(published.lock(change(recipe, "metrics", { source })), codeIs("CHART_SOURCE"));
    const image = { source: "oci://registry.cairn.test/demo", version: "0.4.1" };
    await assert.rejects(published.lock(change(recipe, "metrics", image)), codeIs("CHART_INVALID"));
  });

  it("refuses a chart that renders differently each time", async () => {
    const manifests = [
      {
        path: "random.yaml",
        content: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: r}\ndata: {x: {{ randAlphaNum 12 }}}\n",
      },
    ];
    await assert.rejects(published.lock(change(recipe, "metrics", { manifests })), codeIs("RENDER_UNSTABLE"));
  });

  it("refuses a hook that nobody decided about, by name", async () => {
    await assert.rejects(
      published.lock(change(recipe, "gpu-simulator", { hooks: {} })),
      /HOOK|Job\/gpu-simulator-preflight: is a pre-install, pre-upgrade hook/,
    );
  });

  it("shows helm's own message when a chart refuses its values", async () => {
    await assert.rejects(
      published.lock(change(recipe, "gpu-simulator", { values: { device: { perNode: "many" } } })),
      (error: unknown) =>
        error instanceof CairnError &&
        error.code === "HELM_FAILED" &&
        /gpu-simulator: helm could not render/.test(error.message) &&
        /perNode/.test(error.message),
    );
  });

  describe("rendering from the lock", () => {
    it("pins every image and puts objects into their stages", () => {
      const text = JSON.stringify(render());
      const images = [...text.matchAll(/"image":"([^"]*)"/g)].map(([, image]) => image!);
      assert.ok(images.length >= 4);
      for (const image of images)
        assert.match(image, /^registry\.cairn\.test\/demo\/[a-z-]+:[0-9.]+@sha256:[0-9a-f]{64}$/);
      const gpu = render().find(({ name }) => name === "gpu-simulator")!;
      assert.deepEqual(
        gpu.objects.filter(({ stage }) => stage !== "main").map(({ id, stage, weight }) => [id, stage, weight]),
        [
          ["v1/Namespace/gpu-simulator", "namespace", 0],
          ["batch/v1/Job/gpu-simulator/gpu-simulator-preflight", "pre", -5],
        ],
      );
      assert.equal(gpu.images.length, 2);
    });

    it("carries the cluster's scheduling and node count into the objects", () => {
      const { nodeSelector, tolerations } = (
        object("apps/v1/DaemonSet/gpu-simulator/gpu-simulator-driver") as { spec: { template: { spec: JsonObject } } }
      ).spec.template.spec;
      assert.deepEqual([nodeSelector, tolerations], [{ pool: "gpu" }, [{ key: "gpu", operator: "Exists" }]]);
      const slices = render()
        .flatMap(({ objects }) => objects)
        .filter(({ manifest }) => manifest["kind"] === "ResourceSlice");
      assert.equal(slices.length, scheduling.gpuNodes);
    });

    it("lets an explicit null in the values delete a chart's default", () => {
      const { data } = object("v1/ConfigMap/monitoring/metrics") as { data: Record<string, string> };
      assert.doesNotMatch(data["metrics.yaml"]!, /remoteWrite/);
    });

    it("adds the ImageLock to the component that defines its kind", () => {
      const { spec } = object("cairn.dev/v1/ImageLock/cairn") as { spec: { images: Record<string, string> } };
      assert.deepEqual(
        Object.keys(spec.images),
        lock.images.map(({ reference }) => reference),
      );
    });

    it('addresses values in templated manifests as `index .Values "<component>"`', () => {
      const content =
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: t, annotations: {"helm.sh/hook": post-install}}\ndata: {v: {{ (index .Values "metrics").service.port | quote }}, ns: {{ .Release.Namespace }}}\n';
      const templated = change(recipe, "metrics", {
        manifests: [{ path: "t.yaml", content }],
        values: { service: { port: 1234 } },
      });
      const found = render(templated)
        .flatMap(({ objects }) => objects)
        .find(({ id }) => id === "v1/ConfigMap/monitoring/t");
      assert.deepEqual(
        [found?.stage, found?.manifest["data"], found?.manifest["metadata"]],
        ["post", { v: "1234", ns: "monitoring" }, { name: "t", namespace: "monitoring" }],
      );
    });

    it("is the same with an empty render cache, a full one and a broken one", () => {
      const once = render();
      const folder = path.join(published.cacheDir, "render");
      for (const file of fs.readdirSync(folder)) fs.writeFileSync(path.join(folder, file), '[{"kind":');
      assert.deepEqual(render(), once);
      fs.rmSync(folder, { recursive: true });
      assert.deepEqual(render(), once);
    });

    it("needs the locked archive, byte for byte, and says how to get it", async () => {
      const cacheDir = tempDir("empty");
      const offline = { scheduling, cacheDir };
      assert.throws(() => renderRecipe(recipe, lock, offline), /CHART|cairn lock --fetch/);
      await fetchCharts(lock, { client: published.client, helm: findHelm(), cacheDir });
      assert.deepEqual(renderRecipe(recipe, lock, offline), render());
      fs.rmSync(path.join(cacheDir, "render"), { recursive: true });
      const archive = path.join(cacheDir, "sha256", lock.charts["metrics"]!.archive.slice("sha256:".length));
      fs.appendFileSync(archive, "x");
      assert.throws(() => renderRecipe(recipe, lock, offline), codeIs("CHART_CORRUPT"));
    });

    it("refuses an image that came after the lock", () => {
      const values = { image: { repository: "registry.cairn.test/demo/other", tag: "1" } };
      assert.throws(() => render(change(recipe, "metrics", { values })), codeIs("IMAGE_NOT_LOCKED"));
    });

    it("refuses a component that is not locked, instead of leaving its objects out", () => {
      assert.throws(() => render(change(recipe, "metrics", { type: "Kustomize" })), codeIs("LOCK_STALE"));
    });

    it("refuses another minor version of helm than the lock was made with", () => {
      assert.throws(() => render(recipe, { ...lock, helm: "3.12.0" }), codeIs("HELM_VERSION"));
    });

    it("refuses an object that two components render", () => {
      const twin = recipe.componentRefs.find(({ name }) => name === "metrics")!;
      const twins: Recipe = {
        ...recipe,
        componentRefs: [...recipe.componentRefs, { ...twin, name: "twin" }],
        deploymentOrder: [...recipe.deploymentOrder, "twin"],
      };
      const twinLock = { ...lock, charts: { ...lock.charts, twin: lock.charts["metrics"]! } };
      assert.throws(
        () => render(twins, twinLock),
        /ConfigMap\/monitoring\/metrics: is rendered by metrics and by twin/,
      );
    });
  });
});

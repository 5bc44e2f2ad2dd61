import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { after, before, describe, it } from "mocha";
import {
  buildArtifact,
  buildImage,
  createOciClient,
  packChart,
  parseReference,
  pushArtifact,
  readTar,
  type Descriptor,
  type OciClient,
  type Reference,
} from "@cairn/sdk/oci";
import { findTool } from "@cairn/sdk/tools";
import { startRegistry, type Started } from "./registry";

const run = promisify(execFile);

describe("the OCI client with a real registry", function () {
  this.timeout(120_000);
  let registry: Started;
  let client: OciClient;
  before(async () => {
    registry = await startRegistry();
    client = createOciClient({ mirrors: {} });
  });
  after(() => registry.stop());

  const reference = (name: string): Reference => parseReference(`${registry.host}/${name}`);

  it("pulls what it pushed, by tag and by digest", async () => {
    const image = await buildImage({ "etc/motd": "hello" });
    const pushed = await pushArtifact(client, reference("demo:1"), image);
    assert.deepEqual(pushed, image.descriptor);
    const byTag = await client.manifest(reference("demo:1"));
    assert.deepEqual(byTag.descriptor, pushed);
    const byDigest = await client.manifest({ ...reference("demo"), digest: pushed.digest });
    const files = await readTar(await client.blob(reference("demo"), byDigest.manifest.layers![0]!));
    assert.equal(files.get("etc/motd")?.toString(), "hello");
  });

  it("takes the same push again", async () => {
    const image = await buildImage({ "etc/motd": "again" });
    assert.deepEqual(
      await pushArtifact(client, reference("again:1"), image),
      await pushArtifact(client, reference("again:1"), image),
    );
  });

  it("says that something is not there", () =>
    assert.rejects(client.manifest(reference("nothing:1")), { code: "OCI_NOT_FOUND", hint: /docker login 127/ }));

  it("fetches from and pushes to a mirror under the name of the original", async () => {
    const mirrored = createOciClient({ mirrors: { "registry.cairn.test": `http://${registry.host}/mirror` } });
    const image = await buildImage({ a: "b" });
    await pushArtifact(mirrored, parseReference("registry.cairn.test/team/app:1"), image);
    const original = await mirrored.manifest(parseReference("registry.cairn.test/team/app:1"));
    const behind = await client.manifest(reference("mirror/team/app:1"));
    assert.deepEqual(original.descriptor, behind.descriptor);
  });

  it("keeps the list of referrers under the fallback tag, and filters it", async () => {
    const subject = await pushArtifact(client, reference("subject:1"), await buildImage({ a: "1" }));
    const ref = { ...reference("subject"), digest: subject.digest };
    assert.deepEqual(await client.referrers(ref), { source: "tag-schema", descriptors: [] });
    await attach(subject, "application/x.one", "one");
    await attach(subject, "application/x.two", "two");
    const { descriptors } = await client.referrers(ref, "application/x.two");
    assert.deepEqual(
      descriptors.map((d) => [d.artifactType, d.annotations?.["note"]]),
      [["application/x.two", "two"]],
    );
    assert.equal((await client.referrers(ref)).descriptors.length, 2);
  });

  it("loses no referrer when several clients attach at once", async () => {
    const subject = await pushArtifact(client, reference("subject:2"), await buildImage({ a: "2" }));
    await Promise.all([1, 2, 3, 4].map((n) => attach(subject, `application/x.${n}`, String(n))));
    const { descriptors } = await client.referrers({ ...reference("subject"), digest: subject.digest });
    assert.deepEqual(descriptors.map((d) => d.annotations?.["note"]).sort(), ["1", "2", "3", "4"]);
  });

  async function attach(subject: Descriptor, artifactType: string, note: string): Promise<void> {
    const layers = [{ mediaType: "text/plain", bytes: Buffer.from(note) }];
    const artifact = buildArtifact({ artifactType, layers, subject, annotations: { note } });
    await pushArtifact(createOciClient({ mirrors: {} }), reference("subject"), artifact);
  }

  it("pushes a chart that helm pulls and renders", async () => {
    const directory = await mkdtemp(join(tmpdir(), "cairn-chart-"));
    try {
      const source = join(directory, "demo");
      await mkdir(join(source, "templates"), { recursive: true });
      await writeFile(join(source, "Chart.yaml"), "apiVersion: v2\nname: demo\nversion: 0.1.0+build.1\n");
      await writeFile(join(source, "values.yaml"), "greeting: hello\n");
      await writeFile(
        join(source, "templates", "cm.yaml"),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: demo }\ndata: { greeting: {{ .Values.greeting }} }\n",
      );
      const chart = await packChart(source);
      await pushArtifact(client, { ...reference(`charts/${chart.name}`), tag: chart.tag }, chart.artifact);
      const from = `oci://${registry.host}/charts/demo`;
      const version = ["--version", chart.version, "--plain-http"];
      await run(findTool("helm"), ["pull", from, ...version, "--destination", directory]);
      assert.deepEqual(await readFile(join(directory, "demo-0.1.0+build.1.tgz")), chart.archive);
      const { stdout } = await run(findTool("helm"), ["template", from, ...version]);
      assert.match(stdout, /greeting: hello/);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});

import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { before, describe, it } from "mocha";
import { buildImage, createOciClient, packChart, parseMirrors, parseReference, pushArtifact } from "@cairn/sdk/oci";
import { generateKeyPair, openPrivateKey, signImage } from "@cairn/sdk/sigstore";
import { localRegistry, tempDir, type LocalRegistry } from "../support";
import { cairn as run, type Ran } from "./command";

const ROOT = resolve(__dirname, "../../..");
const PACK = dirname(require.resolve("@cairn/policy-supply-chain/package.json"));
const SIGNED = "registry.cairn.test/demo/app:1.0";
const UNSIGNED = "registry.cairn.test/demo/tool:1.0";

const FILES: Readonly<Record<string, string>> = {
  "catalog/registry.yaml": `
apiVersion: cairn.dev/v1
kind: ComponentRegistry
components:
  - name: app
    displayName: App
    helm:
      defaultRepository: oci://registry.cairn.test/charts
      defaultChart: app
      defaultVersion: 1.0.0
      defaultNamespace: app
`,
  "catalog/overlays/base.yaml": `
apiVersion: cairn.dev/v1
kind: RecipeMetadata
metadata: { name: base }
spec:
  componentRefs:
    - name: app
      overrides: { replicas: 1 }
`,
  "catalog/overlays/local.yaml": `
apiVersion: cairn.dev/v1
kind: RecipeMetadata
metadata: { name: local }
spec:
  base: base
  criteria: { service: local }
`,
  "app/Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\n",
  "app/values.yaml": "replicas: 1\n",
  "app/templates/deployment.yaml": `
apiVersion: apps/v1
kind: Deployment
metadata: { name: app }
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: app } }
  template:
    metadata: { labels: { app: app } }
    spec: { containers: [{ name: app, image: ${JSON.stringify(SIGNED)} }] }
`,
};

describe("cairn lock, with a real registry and helm", () => {
  let directory: string;
  let registry: LocalRegistry;
  let env: Readonly<Record<string, string>>;

  before(async () => {
    directory = tempDir("lock");
    for (const [file, content] of Object.entries(FILES)) {
      mkdirSync(dirname(join(directory, file)), { recursive: true });
      writeFileSync(join(directory, file), content);
    }
    registry = await localRegistry();
    const mirrors = `registry.cairn.test=${registry.url}`;
    env = { CAIRN_REGISTRY_MIRRORS: mirrors };
    const client = createOciClient({ mirrors: parseMirrors(mirrors) });
    const { artifact, tag } = await packChart(join(directory, "app"));
    await pushArtifact(client, { ...parseReference("registry.cairn.test/charts/app"), tag }, artifact);
    const keys = generateKeyPair("demo");
    writeFileSync(join(directory, "cosign.pub"), keys.publicKey);
    for (const reference of [SIGNED, UNSIGNED]) {
      const target = parseReference(reference);
      const { digest } = await pushArtifact(client, target, await buildImage({ name: reference }));
      if (reference === SIGNED) await signImage(client, { ...target, digest }, openPrivateKey(keys.privateKey, "demo"));
    }
  });

  const cairn = (argv: readonly string[]): Promise<Ran> => run(argv, { cwd: directory, env });
  const lockFile = (): string => readFileSync(join(directory, "cairn.lock.yaml"), "utf8");
  const CATALOG = ["--catalog", "catalog"];

  it("writes the lock, says who signed what, and leaves it alone when nothing moved", async () => {
    const first = await cairn(["lock", ...CATALOG, "--service", "local", "--key", "cosign.pub"]);
    assert.deepEqual([first.exit, first.stderr], [0, ""]);
    assert.match(first.stdout, /✓ cairn\.lock\.yaml written\n {2}1 chart, 1 image, 1 signed by a trusted key\n→ next/);
    const before = lockFile();
    const again = await cairn(["lock", ...CATALOG, "--key", "cosign.pub"]);
    assert.match(again.stdout, /cairn\.lock\.yaml unchanged/);
    assert.equal(lockFile(), before);
  });

  it("adds an image by hand, prints how to write it, and says that it is not signed", async () => {
    const { exit, stdout } = await cairn(["lock", ...CATALOG, "--key", "cosign.pub", "--image", UNSIGNED]);
    assert.equal(exit, 0);
    assert.match(
      stdout,
      /2 images, 1 signed by a trusted key\n {2}! {2}registry\.cairn\.test\/demo\/tool:1\.0 {2}no signature/,
    );
    assert.match(
      stdout,
      /Locked by hand; write them so:\n {2}registry\.cairn\.test\/demo\/tool:1\.0@sha256:[0-9a-f]{64}\n/,
    );
    const json = JSON.parse((await cairn(["lock", ...CATALOG, "--key", "cosign.pub", "-o", "json"])).stdout) as {
      changed: boolean;
      images: { reference: string; signature: string }[];
    };
    assert.equal(json.changed, false);
    assert.deepEqual(
      json.images.map(({ reference, signature }) => [reference, signature]),
      [
        [SIGNED, "verified"],
        [UNSIGNED, "none"],
      ],
    );
  });

  it("lets the policy pack refuse the unsigned image and accept the signed one", async () => {
    symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"));
    const project = join(directory, "images");
    cpSync(join(ROOT, "tests/interop/programs/images"), project, { recursive: true });
    const digests = new Map(
      [...lockFile().matchAll(/reference: (\S+)\n\s+digest: (\S+)/g)].map(([, reference, digest]) => [
        reference,
        digest,
      ]),
    );
    const pinned = (reference: string): string => `${reference}@${digests.get(reference)}`;
    const { exit, stdout } = await run(["preview", "-C", project, "--offline", "--policy-pack", PACK], {
      cwd: directory,
      env: {
        TEST_IMAGES: `good=${pinned(SIGNED)}\nbad=${pinned(UNSIGNED)}`,
        CAIRN_LOCK: "cairn.lock.yaml",
        CAIRN_TRUSTED_KEYS: "cosign.pub",
      },
    });
    assert.equal(exit, 1);
    assert.match(stdout, /✗ image-signature-verified \(mandatory/);
    assert.match(
      stdout,
      /Pod "bad": image registry\.cairn\.test\/demo\/tool:1\.0@sha256:\w+ at spec\.containers\[0\]\.image is not signed/,
    );
    assert.doesNotMatch(stdout, /Pod "good"/);
    assert.doesNotMatch(stdout, /image-in-lock|image-digest-pinned/);
  });

  it("tells when the recipe has moved away from the lock", async () => {
    assert.equal((await cairn(["lock", ...CATALOG, "--check"])).exit, 0);
    const overlay = join(directory, "catalog/overlays/base.yaml");
    writeFileSync(overlay, readFileSync(overlay, "utf8").replace("replicas: 1", "replicas: 2"));
    const stale = await cairn(["lock", ...CATALOG, "--check"]);
    assert.equal(stale.exit, 1);
    assert.match(stale.stdout, /✗ .* is not up to date\n {2}\S.*\n→ run cairn lock/);
  });

  it("answers `could not check` when the registry is gone, and keeps the lock as it was", async () => {
    await registry.stop();
    const before = lockFile();
    const { exit, stderr } = await cairn(["lock", ...CATALOG, "--update", "--key", "cosign.pub"]);
    assert.equal(exit, 3, stderr);
    assert.match(stderr, /^cairn: /);
    assert.equal(lockFile(), before);
  });
});

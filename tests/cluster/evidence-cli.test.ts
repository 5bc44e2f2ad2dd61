import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { before, describe, it } from "mocha";
import { generateKeyPair } from "@cairn/sdk/sigstore";
import { localRegistry, tempDir, testCluster } from "../support";
import { cairn as run, type Ran } from "../interop/command";

const FILES: Readonly<Record<string, string>> = {
  "catalog/registry.yaml": `
apiVersion: cairn.dev/v1
kind: ComponentRegistry
components:
  - name: settings
    displayName: Settings
    manifest: { defaultNamespace: default }
    manifestFiles: [components/settings/settings.yaml]
`,
  "catalog/components/settings/settings.yaml": `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
`,
  "catalog/overlays/base.yaml": `
apiVersion: cairn.dev/v1
kind: RecipeMetadata
metadata: { name: base }
spec:
  componentRefs:
    - name: settings
      expectedResources: [{ kind: ConfigMap, name: settings }]
`,
  "catalog/overlays/training.yaml": `
apiVersion: cairn.dev/v1
kind: RecipeMetadata
metadata: { name: training }
spec:
  base: base
  criteria: { service: local, intent: training }
  validation: { deployment: { checks: [expected-resources] } }
`,
  "catalog/overlays/inference.yaml": `
apiVersion: cairn.dev/v1
kind: RecipeMetadata
metadata: { name: inference }
spec:
  base: base
  criteria: { service: local, intent: inference }
  constraints: [{ name: K8s.server.version, value: ">= 9.0" }]
  validation: { readiness: { checks: [] } }
`,
};

describe("cairn snapshot, validate and evidence, on a real control plane and registry", () => {
  let directory: string;
  let repository: string;
  let env: Readonly<Record<string, string>>;

  before(async function () {
    this.timeout(120_000);
    directory = tempDir("evidence");
    for (const [file, content] of Object.entries(FILES)) {
      mkdirSync(dirname(join(directory, file)), { recursive: true });
      writeFileSync(join(directory, file), content);
    }
    for (const name of ["mine", "other"]) {
      const keys = generateKeyPair("demo");
      writeFileSync(join(directory, `${name}.key`), keys.privateKey);
      writeFileSync(join(directory, `${name}.pub`), keys.publicKey);
    }
    repository = `oci://${(await localRegistry()).host}/evidence`;
    const { kube, kubeconfigFile } = await testCluster();
    await kube.apply({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace: "default" } });
    env = { KUBECONFIG: kubeconfigFile, CAIRN_EVIDENCE_KEY_PASSWORD: "demo" };
  });

  const cairn = async (line: string): Promise<Ran> => run(line.split(" "), { cwd: directory, env });

  it("shows what a cluster is, for people and for machines", async () => {
    const text = await cairn("snapshot");
    assert.deepEqual([text.exit, text.stderr], [0, ""]);
    assert.match(text.stdout, /^Kubernetes 1\.36\.\d+, tier simulated\n/);
    assert.match(text.stdout, /4 nodes {2}all ready {2}8 × h100 {2}amd64 {2}.*\(simulated\)/);
    const json = JSON.parse((await cairn("snapshot -o json")).stdout) as { kind: string; tier: string };
    assert.deepEqual([json.kind, json.tier], ["Snapshot", "simulated"]);
  });

  it("validates, emits, publishes and verifies", async () => {
    assert.equal((await cairn("lock --catalog catalog --service local --intent training")).exit, 0);
    const validated = await cairn("validate --catalog catalog -o json");
    assert.deepEqual([validated.exit, validated.stderr], [0, ""]);
    writeFileSync(join(directory, "results.json"), validated.stdout);

    const emitted = await cairn("evidence emit --catalog catalog --results results.json --out bundle");
    assert.equal(emitted.exit, 0, emitted.stderr);
    assert.match(emitted.stdout, /✓ evidence of .* in bundle, tier simulated\n {2}sha256:[0-9a-f]{64}\n/);

    const published = await cairn(
      `evidence publish bundle --push ${repository} --key mine.key --pointer evidence.yaml`,
    );
    assert.equal(published.exit, 0, published.stderr);
    assert.match(published.stdout, /✓ published 127\.0\.0\.1:\d+\/evidence@sha256:/);

    const verified = await cairn("evidence verify evidence.yaml --key mine.pub");
    assert.deepEqual([verified.exit, verified.stderr], [0, ""]);
    assert.match(verified.stdout, /\nverified\ntier simulated: no kubelet ran/);
    const digest = (await cairn("evidence digest --catalog catalog")).stdout.split(" ")[0] ?? "";
    assert.equal((await cairn(`evidence verify bundle --key mine.pub --recipe ${digest}`)).exit, 0);
  });

  it("refuses evidence that was changed, or signed by somebody else, with the reason and exit code 2", async () => {
    const foreign = await cairn("evidence verify evidence.yaml --key other.pub");
    assert.equal(foreign.exit, 2);
    assert.match(foreign.stdout, /FAILED[^]*\nREFUSED/);
    cpSync(join(directory, "bundle"), join(directory, "tampered"), { recursive: true });
    const recipe = join(directory, "tampered", "recipe.json");
    writeFileSync(recipe, readFileSync(recipe, "utf8").replace("settings", "Settings"));
    const tampered = await cairn("evidence verify tampered --key mine.pub -o json");
    assert.equal(tampered.exit, 2);
    const verdict = JSON.parse(tampered.stdout) as { status: string; steps: { status: string; detail: string }[] };
    assert.equal(verdict.status, "failed");
    assert.match(verdict.steps.find(({ status }) => status === "failed")?.detail ?? "", /changed: recipe\.json/);
  });

  it("tells apart what it could not check and whom nobody trusts", async () => {
    const gone = "oci://127.0.0.1:1/evidence@sha256:" + "a".repeat(64);
    assert.equal((await cairn(`evidence verify ${gone} --key mine.pub`)).exit, 3);
    const nobody = await cairn("evidence verify evidence.yaml");
    assert.equal(nobody.exit, 2);
    assert.match(nobody.stderr, /^cairn: /);
  });

  it("says why a cluster does not fit, with exit code 1", async () => {
    mkdirSync(join(directory, "other"));
    await cairn("lock -C other --catalog catalog --service local --intent inference");
    const { exit, stdout } = await cairn("validate -C other --catalog catalog --phase readiness");
    assert.equal(exit, 1);
    assert.match(stdout, /✗ readiness failed: 0 of 1 passed[^]*K8s\.server\.version >= 9\.0: failed/);
  });
});

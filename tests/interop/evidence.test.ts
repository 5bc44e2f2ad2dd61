import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { after, before, describe, it } from "mocha";
import { stringify } from "yaml";
import { run as runProgram, type EngineEvent, type OperationResult } from "@cairn/sdk/engine";
import {
  emitEvidence,
  formatVerdict,
  PREDICATE_TYPE,
  publishEvidence,
  verifyEvidence,
  type EvidenceInput,
  type PublishedEvidence,
  type Verdict,
  type VerifyOptions,
} from "@cairn/sdk/evidence";
import { createOciClient, parseReference, type OciClient } from "@cairn/sdk/oci";
import { builtinCatalog, parseCriteria, recipeDigest, resolve as resolveRecipe, type Phase } from "@cairn/sdk/recipe";
import { generateKeyPair, openPrivateKey, type KeyPair, type Signer } from "@cairn/sdk/sigstore";
import { findTool } from "@cairn/sdk/tools";
import { startRegistry, type Started } from "./registry";

const exec = promisify(execFile);
const PASSWORD = "a password that must not show";
const REPOSITORY = "registry.cairn.test/evidence";

/** Evidence input of a real recipe, with results as a validation of a simulated cluster gives them. */
function evidenceInput(): EvidenceInput {
  const catalog = builtinCatalog();
  const { recipe } = resolveRecipe(
    catalog,
    parseCriteria({ service: "local", accelerator: "h100", intent: "training" }),
  );
  const report = (phase: Phase): string => {
    const names = recipe.validation[phase]?.checks ?? [];
    const tests = names.map((name) => ({
      name,
      status: "passed",
      duration: 1,
      type: "check",
      extra: { tier: "simulated" },
    }));
    const summary = { tests: tests.length, passed: tests.length, failed: 0, skipped: 0, pending: 0, other: 0 };
    return JSON.stringify({
      reportFormat: "CTRF",
      specVersion: "0.0.0",
      results: { tool: { name: "cairn" }, summary, tests },
    });
  };
  return {
    recipe,
    lock: stringify({ recipe: { digest: recipeDigest(recipe), criteria: recipe.criteria }, charts: {}, images: [] }),
    snapshot: JSON.stringify({
      identity: "5d4f6c1e-0000-4000-8000-000000000000",
      tier: "simulated",
      kubernetes: { version: "1.36.1" },
      nodes: [{ nodes: 4 }],
    }),
    results: { conformance: report("conformance") },
  };
}

describe("evidence in a real registry", function () {
  this.timeout(120_000);
  let root: string;
  let registry: Started;
  let client: OciClient;
  let keys: KeyPair;
  let signer: Signer;
  let published: PublishedEvidence;
  const at = (name: string): string => join(root, name);

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "cairn-evidence-"));
    registry = await startRegistry();
    client = createOciClient({ mirrors: { "registry.cairn.test": `http://${registry.host}` } });
    keys = generateKeyPair(PASSWORD);
    signer = openPrivateKey(keys.privateKey, PASSWORD);
    await writeFile(at("evidence.pub"), keys.publicKey);
    await writeFile(at("evidence.key"), keys.privateKey);
    await emitEvidence(evidenceInput(), at("bundle"));
    const repository = parseReference(REPOSITORY);
    published = await publishEvidence(at("bundle"), { repository, signer, client, pointer: at("pointer.yaml") });
  });
  after(async () => {
    await registry.stop();
    await rm(root, { recursive: true, force: true });
  });

  const verify = (source: string, options: Partial<VerifyOptions> = {}): Promise<Verdict> =>
    verifyEvidence(source, { policy: { kind: "keys", keys: [keys.publicKey] }, client, ...options });
  const accepted = async (source: string): Promise<void> => {
    const verdict = await verify(source);
    assert.equal(verdict.status, "verified", formatVerdict(verdict));
    assert.equal(verdict.proven?.digest, published.digest);
  };

  it("is verified from its pointer", () => accepted(at("pointer.yaml")));
  it("is verified from its reference", () => accepted(`oci://${published.reference}`));
  it("is verified from its directory, without a registry", async () => {
    const nobody = createOciClient({ mirrors: { "registry.cairn.test": "http://127.0.0.1:1" } });
    assert.equal((await verify(at("bundle"), { client: nobody, pointer: at("pointer.yaml") })).status, "verified");
  });

  it("is not verified by a tag, which can move", async () => {
    const verdict = await verify(`oci://${REPOSITORY}:latest`);
    assert.equal(verdict.steps[0]?.code, "EVIDENCE_SOURCE_INVALID");
  });

  it("could not be checked when the registry does not answer, which is no pass", async () => {
    const nobody = createOciClient({ mirrors: { "registry.cairn.test": "http://127.0.0.1:1" } });
    const verdict = await verify(at("pointer.yaml"), { client: nobody });
    assert.equal(verdict.status, "could-not-check");
    assert.match(formatVerdict(verdict), /NOT VERIFIED/);
  });

  it("is refused when the registry withholds the signature", async () => {
    const withholding: OciClient = {
      ...client,
      referrers: () => Promise.resolve({ source: "api", descriptors: [] }),
    };
    const verdict = await verify(at("pointer.yaml"), { client: withholding });
    assert.equal(verdict.steps.find((step) => step.status === "failed")?.code, "EVIDENCE_UNSIGNED");
  });

  it("is refused when the pointer is turned to other evidence", async () => {
    await emitEvidence({ ...evidenceInput(), validDays: 1 }, at("other"));
    const repository = parseReference(REPOSITORY);
    const other = await publishEvidence(at("other"), { repository, signer, client });
    // Same files, same manifest: only the statement is another one, and the pointer tells them apart.
    assert.equal(other.digest, published.digest);
    const verdict = await verify(at("other"), { pointer: at("pointer.yaml") });
    assert.equal(verdict.steps.find((step) => step.status === "failed")?.code, "EVIDENCE_POINTER_MISMATCH");
  });

  it("is verified by cosign, offline and in the registry", async () => {
    const cosign = (...args: string[]) => exec(findTool("cosign"), args, { cwd: root });
    const key = ["--key", "evidence.pub", "--insecure-ignore-tlog", "--type", PREDICATE_TYPE];
    const bundle = ["--bundle", "bundle/bundle.sigstore.json"];
    await cosign("verify-blob-attestation", ...bundle, ...key, "bundle/manifest.json");
    await assert.rejects(cosign("verify-blob-attestation", ...bundle, ...key, "bundle/recipe.json"));
    const behind = `${registry.host}/evidence@${published.digest}`;
    await cosign("verify-attestation", ...key, "--allow-insecure-registry", behind);
  });

  describe("as a resource of a Pulumi program", () => {
    const args = (): Record<string, unknown> => ({
      ...evidenceInput(),
      directory: at("made"),
      push: `oci://${REPOSITORY}`,
      pointer: at("made.yaml"),
      signer: { kind: "key-file", path: at("evidence.key"), password: PASSWORD },
    });
    const events: EngineEvent[] = [];
    const up = async (more: Readonly<Record<string, unknown>> = {}): Promise<OperationResult> => {
      const result = await runProgram({
        operation: "up",
        directory: resolve(__dirname, "../../interop/programs/evidence"),
        stack: "test",
        env: {
          ARGS: JSON.stringify({ ...args(), ...more }),
          CAIRN_REGISTRY_MIRRORS: `registry.cairn.test=http://${registry.host}`,
          PULUMI_BACKEND_URL: `file://${root}`,
          PULUMI_CONFIG_PASSPHRASE: "a passphrase for tests",
          PULUMI_NODEJS_TRANSPILE_ONLY: "true",
        },
        onEvent: (event) => void events.push(event),
      });
      assert.ok(result.ok, result.errors.join("\n"));
      return result;
    };

    it("is emitted, signed and published, and verifies", async () => {
      const { outputs } = await up();
      assert.equal(outputs["tier"], "simulated");
      assert.equal(outputs["reference"], `${REPOSITORY}@${String(outputs["digest"])}`);
      assert.equal((await verify(at("made.yaml"))).status, "verified");
    });

    it("is made again when a result is another one, and only then", async () => {
      assert.equal((await up()).changes.same, 2);
      const before = await readFile(at("made.yaml"), "utf8");
      const { results } = evidenceInput();
      const slower = results.conformance?.replace('"duration":1', '"duration":2');
      assert.equal((await up({ results: { conformance: slower } })).changes.update, 1);
      assert.notEqual(await readFile(at("made.yaml"), "utf8"), before);
    });

    it("never shows the password, and keeps it in no file", async () => {
      assert.ok(!JSON.stringify(events).includes(PASSWORD));
      for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const text = await readFile(join(entry.parentPath, entry.name), "utf8");
        assert.ok(!text.includes(PASSWORD), entry.name);
      }
    });
  });
});

/* eslint-disable @typescript-eslint/no-explicit-any -- a forged statement has no type */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { link, mkdir, readFile, rename, rm, symlink, truncate, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { recipeDigest } from "../recipe";
import { emitEvidence } from "./emit";
import { ctrf, forge, inDirectory, INPUT, LOCK, NOW, RECIPE, signer } from "./fixture.test";
import { signEvidence } from "./publish";
import { formatVerdict, type Verdict } from "./verdict";
import { verifyEvidence, type VerifyOptions } from "./verify";

const verify = (source: string, options: Partial<VerifyOptions> = {}): Promise<Verdict> =>
  verifyEvidence(source, { policy: { kind: "keys", keys: [signer.publicKey] }, now: NOW, ...options });

/** The first step that did not pass, and why. */
const refusal = (verdict: Verdict): string => {
  const step = verdict.steps.find(({ status }) => status !== "verified");
  return step === undefined ? "none" : `${step.name}: ${step.code}`;
};

async function signed(use: (directory: string) => Promise<void>): Promise<void> {
  await inDirectory(async (directory) => {
    await emitEvidence(INPUT, directory);
    await signEvidence(directory, signer, NOW);
    await use(directory);
  });
}

const json = (change: (value: any) => void) => (bytes: Buffer | undefined) => {
  const value = JSON.parse(bytes?.toString() ?? "");
  change(value);
  return Buffer.from(JSON.stringify(value));
};

describe("verifyEvidence on a directory", () => {
  it("accepts what was emitted and signed, and says what it checked", () =>
    signed(async (directory) => {
      const verdict = await verify(directory);
      assert.equal(verdict.status, "verified", formatVerdict(verdict));
      assert.equal(verdict.proven?.predicate.recipe.digest, recipeDigest(RECIPE));
      const text = formatVerdict(verdict);
      for (const said of ["deployment 1 of 1 passed", "1 skipped", "6 files", "tier simulated", "Kubernetes 1.36.1"])
        assert.ok(text.includes(said), said);
    }));

  it("refuses to run without a signer policy", () =>
    signed((directory) =>
      assert.rejects(verify(directory, { policy: { kind: "keys", keys: [] } }), { code: "SIGSTORE_POLICY_EMPTY" }),
    ));

  it("says which phases the recipe asks for and nobody ran", () =>
    inDirectory(async (directory) => {
      await emitEvidence({ ...INPUT, results: { deployment: INPUT.results.deployment! } }, directory);
      await signEvidence(directory, signer, NOW);
      const text = formatVerdict(await verify(directory));
      assert.ok(text.includes("asked for and not run: readiness, conformance"), text);
    }));

  it("is about another recipe when another one is expected", () =>
    signed(async (directory) => {
      const verdict = await verify(directory, { recipeDigest: `sha256:${"0".repeat(64)}` });
      assert.equal(refusal(verdict), "recipe: EVIDENCE_RECIPE_MISMATCH");
    }));

  it("expires", () =>
    signed(async (directory) => {
      const after = await verify(directory, { now: new Date(NOW.getTime() + 91 * 24 * 3600 * 1000) });
      assert.equal(refusal(after), "freshness: EVIDENCE_NOT_FRESH");
    }));

  it("is not from the future", () =>
    signed(async (directory) => {
      const before = await verify(directory, { now: new Date(NOW.getTime() - 3600 * 1000) });
      assert.equal(refusal(before), "freshness: EVIDENCE_NOT_FRESH");
    }));

  describe("that was tampered with", () => {
    const foreign = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({
      type: "spki",
      format: "pem",
    });
    const attacks: Readonly<
      Record<string, readonly [string, (d: string) => Promise<unknown>, Partial<VerifyOptions>?]>
    > = {
      "a signature by a foreign key": [
        "signature: SIGSTORE_KEY_UNKNOWN",
        () => Promise.resolve(),
        { policy: { kind: "keys", keys: [String(foreign)] } },
      ],
      "no signature": ["signature: EVIDENCE_UNSIGNED", (d) => unlink(join(d, "bundle.sigstore.json"))],
      "a flipped byte in the signature's file": [
        "signature: SIGSTORE_SIGNATURE_INVALID",
        async (d) => {
          const file = join(d, "bundle.sigstore.json");
          const bundle = JSON.parse(await readFile(file, "utf8"));
          const payload = Buffer.from(bundle.dsseEnvelope.payload, "base64");
          payload[payload.indexOf("simulated")]! ^= 1;
          bundle.dsseEnvelope.payload = payload.toString("base64");
          await writeFile(file, JSON.stringify(bundle));
        },
      ],
      "a changed copy of the statement": [
        "signature: EVIDENCE_FILES_MISMATCH",
        async (d) => {
          const file = join(d, "statement.json");
          await writeFile(file, (await readFile(file, "utf8")).replace("simulated", "accelerator"));
        },
      ],
      "a changed manifest": [
        "subject: EVIDENCE_SUBJECT_MISMATCH",
        async (d) => writeFile(join(d, "manifest.json"), `${await readFile(join(d, "manifest.json"), "utf8")}\n`),
      ],
      "one changed byte in a result": [
        "files: EVIDENCE_FILES_MISMATCH",
        async (d) => {
          const file = join(d, "ctrf/deployment.json");
          await writeFile(file, (await readFile(file, "utf8")).replace('"duration":1', '"duration":2'));
        },
      ],
      "a truncated file": ["files: EVIDENCE_FILES_MISMATCH", (d) => truncate(join(d, "lock.yaml"), 100)],
      "a missing file": ["files: EVIDENCE_FILES_MISMATCH", (d) => unlink(join(d, "snapshot.json"))],
      "an extra file": ["files: EVIDENCE_FILES_MISMATCH", (d) => writeFile(join(d, "readme.txt"), "trust me")],
      "an extra result": [
        "files: EVIDENCE_FILES_MISMATCH",
        (d) => writeFile(join(d, "ctrf/performance.json"), ctrf([{ name: "nccl" }])),
      ],
      "a file that became a symlink to the same content": [
        "source: EVIDENCE_SOURCE_INVALID",
        async (d) => {
          await rename(join(d, "lock.yaml"), join(dirname(d), "elsewhere"));
          await symlink(join(dirname(d), "elsewhere"), join(d, "lock.yaml"));
        },
      ],
      "a directory that became a symlink": [
        "source: EVIDENCE_SOURCE_INVALID",
        async (d) => {
          await rename(join(d, "ctrf"), join(dirname(d), "elsewhere"));
          await symlink(join(dirname(d), "elsewhere"), join(d, "ctrf"));
        },
      ],
      "a file with a backslash in its name": [
        "source: EVIDENCE_SOURCE_INVALID",
        (d) => writeFile(join(d, "..\\lock.yaml"), ""),
      ],
      "a very deep directory": [
        "source: EVIDENCE_SOURCE_INVALID",
        async (d) => {
          await mkdir(join(d, "a/b/c/d/e"), { recursive: true });
          await writeFile(join(d, "a/b/c/d/e/f"), "");
        },
      ],
      "500 more files": [
        "source: EVIDENCE_SOURCE_INVALID",
        async (d) => {
          for (let i = 0; i < 500; i++) await link(join(d, "lock.yaml"), join(d, `f${i}`));
        },
      ],
      "a file of 1 GiB": ["source: EVIDENCE_SOURCE_INVALID", (d) => truncate(join(d, "lock.yaml"), 2 ** 30)],
      "no manifest": ["source: EVIDENCE_SOURCE_INVALID", (d) => unlink(join(d, "manifest.json"))],
      "nothing at all": ["source: EVIDENCE_SOURCE_INVALID", (d) => rm(d, { recursive: true })],
    };
    for (const [name, [expected, attack, options]] of Object.entries(attacks)) {
      it(`refuses ${name}`, () =>
        signed(async (directory) => {
          await attack(directory);
          const verdict = await verify(directory, options);
          assert.equal(refusal(verdict), expected, formatVerdict(verdict));
          assert.equal(verdict.status, "failed");
        }));
    }
  });

  describe("that a trusted key signed, but that contradicts itself", () => {
    const set = (path: string, text: string) => (files: Map<string, Buffer>) => files.set(path, Buffer.from(text));
    const edit = (path: string, change: (value: any) => void) => (files: Map<string, Buffer>) =>
      files.set(path, json(change)(files.get(path)));
    const forgeries: Readonly<Record<string, readonly [string, Parameters<typeof forge>[1]]>> = {
      "another predicate type": [
        "statement: EVIDENCE_PREDICATE_TYPE",
        { statement: (s) => (s.predicateType = "https://sigstore.dev/cosign/sign/v1") },
      ],
      "a look-alike predicate type": [
        "statement: EVIDENCE_PREDICATE_TYPE",
        { statement: (s) => (s.predicateType = "https://cairn.dev.evil/attestation/recipe-validation/v1") },
      ],
      "another major version": [
        "statement: EVIDENCE_PREDICATE_TYPE",
        { statement: (s) => (s.predicateType = "https://cairn.dev/attestation/recipe-validation/v2") },
      ],
      "a v0.1 statement": [
        "statement: EVIDENCE_PREDICATE_TYPE",
        { statement: (s) => (s._type = "https://in-toto.io/Statement/v0.1") },
      ],
      "an unknown field in the predicate": [
        "statement: EVIDENCE_PREDICATE_INVALID",
        { predicate: (p) => (p.conformant = true) },
      ],
      "an unknown tier": ["statement: EVIDENCE_PREDICATE_INVALID", { predicate: (p) => (p.tier = "certified") }],
      "no phases": ["statement: EVIDENCE_PREDICATE_INVALID", { predicate: (p) => (p.phases = {}) }],
      "a phase without tests": [
        "statement: EVIDENCE_PREDICATE_INVALID",
        { predicate: (p) => (p.phases.deployment.tests = 0) },
      ],
      "an impossible date": [
        "freshness: EVIDENCE_NOT_FRESH",
        { predicate: (p) => (p.expiresAt = "2027-99-99T00:00:00Z") },
      ],
      "an end before its beginning": [
        "freshness: EVIDENCE_NOT_FRESH",
        { predicate: (p) => (p.expiresAt = "2020-01-01T00:00:00Z") },
      ],
      "another subject": [
        "subject: EVIDENCE_SUBJECT_MISMATCH",
        { statement: (s) => (s.subject = [{ digest: { sha256: "0".repeat(64) } }]) },
      ],
      "a second subject": [
        "subject: EVIDENCE_SUBJECT_MISMATCH",
        { statement: (s) => s.subject.push({ digest: { sha256: "0".repeat(64) } }) },
      ],
      "a subject with a second digest": [
        "subject: EVIDENCE_SUBJECT_MISMATCH",
        { statement: (s) => (s.subject[0].digest.sha512 = "ab".repeat(64)) },
      ],
      "a subject that matches by name only": [
        "subject: EVIDENCE_SUBJECT_MISMATCH",
        { statement: (s) => (s.subject = [{ name: "manifest.json", digest: { sha1: "ab".repeat(20) } }]) },
      ],
      "the recipe digest of another recipe": [
        "recipe: EVIDENCE_RECIPE_MISMATCH",
        { predicate: (p) => (p.recipe.digest = `sha256:${"0".repeat(64)}`) },
      ],
      "a recipe in which one value was changed": [
        "recipe: EVIDENCE_RECIPE_MISMATCH",
        { files: edit("recipe.json", (r) => (r.componentRefs[0].values.replicas = 2)) },
      ],
      "a recipe that is none": ["recipe: EVIDENCE_RECIPE_MISMATCH", { files: set("recipe.json", "[]") }],
      "a recipe with a duplicate key": [
        "recipe: EVIDENCE_RECIPE_MISMATCH",
        { files: set("recipe.json", JSON.stringify(RECIPE).replace("{", '{"criteria":{},')) },
      ],
      "another name of the recipe": [
        "recipe: EVIDENCE_RECIPE_MISMATCH",
        { predicate: (p) => (p.recipe.name = "h100-eks-training") },
      ],
      "the digest of another lock": [
        "lock: EVIDENCE_LOCK_MISMATCH",
        { predicate: (p) => (p.lock.digest = `sha256:${"0".repeat(64)}`) },
      ],
      "the digest of another bill of materials": [
        "bom: EVIDENCE_BOM_MISMATCH",
        { predicate: (p) => (p.bom.digest = `sha256:${"0".repeat(64)}`) },
      ],
      "a lock of another recipe": [
        "lock: EVIDENCE_LOCK_MISMATCH",
        { files: set("lock.yaml", LOCK.replace(recipeDigest(RECIPE), `sha256:${"0".repeat(64)}`)) },
      ],
      "a lock with a duplicate key": [
        "lock: EVIDENCE_LOCK_MISMATCH",
        { files: set("lock.yaml", `${LOCK}kind: Lock\n`) },
      ],
      "a bill of materials without an image of the lock": [
        "bom: EVIDENCE_BOM_MISMATCH",
        { files: edit("bom.cdx.json", (b) => b.components.pop()) },
      ],
      "a bill of materials with another digest of an image": [
        "bom: EVIDENCE_BOM_MISMATCH",
        { files: edit("bom.cdx.json", (b) => (b.components[1].version = `sha256:${"9".repeat(64)}`)) },
      ],
      "totals that are not those of the results": [
        "results: EVIDENCE_RESULTS_MISMATCH",
        { predicate: (p) => (p.phases.conformance.passed = 2) },
      ],
      "a digest that is not that of the results": [
        "results: EVIDENCE_RESULTS_MISMATCH",
        { predicate: (p) => (p.phases.conformance.ctrf = p.phases.deployment.ctrf) },
      ],
      "a failed test": [
        "results: EVIDENCE_RESULTS_MISMATCH",
        { files: set("ctrf/deployment.json", ctrf([{ name: "expected-resources" }, { name: "b", status: "failed" }])) },
      ],
      "a test that could not decide": [
        "results: EVIDENCE_RESULTS_MISMATCH",
        { files: set("ctrf/deployment.json", ctrf([{ name: "expected-resources" }, { name: "b", status: "other" }])) },
      ],
      "a phase in which everything was skipped": [
        "results: EVIDENCE_RESULTS_MISMATCH",
        { files: set("ctrf/deployment.json", ctrf([{ name: "expected-resources", status: "skipped" }])) },
      ],
      "a report whose summary hides a failure": [
        "results: EVIDENCE_RESULTS_MISMATCH",
        {
          files: set(
            "ctrf/deployment.json",
            ctrf([{ name: "expected-resources", status: "failed" }], { passed: 1, failed: 0 }),
          ),
        },
      ],
      "a report without tests": [
        "results: EVIDENCE_RESULTS_MISMATCH",
        { files: set("ctrf/deployment.json", ctrf([], { tests: 1, passed: 1 })) },
      ],
      "a test that counts twice": [
        "results: EVIDENCE_RESULTS_MISMATCH",
        { files: set("ctrf/deployment.json", ctrf([{ name: "expected-resources" }, { name: "expected-resources" }])) },
      ],
      "a phase that ran without a check that the recipe asks for": [
        "results: EVIDENCE_RESULTS_MISMATCH",
        { files: set("ctrf/deployment.json", ctrf([{ name: "something-easier" }])) },
      ],
      "a phase that the statement does not mention": [
        "results: EVIDENCE_RESULTS_MISMATCH",
        { predicate: (p) => delete p.phases.deployment },
      ],
      "a phase that has no results": [
        "results: EVIDENCE_RESULTS_MISMATCH",
        { files: (files) => files.delete("ctrf/deployment.json") },
      ],
      "a file that is no part of evidence": [
        "files: EVIDENCE_FILES_MISMATCH",
        { files: set("install.sh", "rm -rf /") },
      ],
      "results of a phase that there is not": [
        "files: EVIDENCE_FILES_MISMATCH",
        { files: set("ctrf/hidden.json", ctrf([{ name: "x", status: "failed" }])) },
      ],
      "another cluster": ["cluster: EVIDENCE_CLUSTER_MISMATCH", { predicate: (p) => (p.cluster.identity = "another") }],
      "more nodes than there were": [
        "cluster: EVIDENCE_CLUSTER_MISMATCH",
        { predicate: (p) => (p.cluster.nodes = 400) },
      ],
      "a better tier than that of its cluster": [
        "tier: EVIDENCE_TIER_MISMATCH",
        { predicate: (p) => (p.tier = "accelerator") },
      ],
      "a better tier than that of its weakest result": [
        "tier: EVIDENCE_TIER_MISMATCH",
        { predicate: (p) => (p.tier = "cluster"), files: edit("snapshot.json", (s) => (s.tier = "cluster")) },
      ],
    };
    for (const [name, [expected, forgery]] of Object.entries(forgeries)) {
      it(`refuses ${name}`, () =>
        inDirectory(async (directory) => {
          await forge(directory, forgery);
          const verdict = await verify(directory);
          assert.equal(refusal(verdict), expected, formatVerdict(verdict));
          assert.equal(verdict.status, "failed");
        }));
    }

    it("accepts it again when nothing is forged, so the refusals above are for their reasons", () =>
      inDirectory(async (directory) => {
        await forge(directory, {});
        assert.equal((await verify(directory)).status, "verified");
      }));
  });

  describe("with a pointer", () => {
    const withPointer = async (directory: string, change: (pointer: any) => void): Promise<Verdict> => {
      const { proven } = await verify(directory);
      const { predicate, digest, key } = proven!;
      const { recipe, tier, attestedAt, expiresAt } = predicate;
      const predicateType = "https://cairn.dev/attestation/recipe-validation/v1";
      const pointer = {
        apiVersion: "cairn.dev/v1",
        kind: "EvidencePointer",
        recipe: { ...recipe },
        evidence: { repository: "registry.cairn.test/evidence", digest, predicateType },
        signer: { key },
        tier,
        attestedAt,
        expiresAt,
      };
      change(pointer);
      const file = join(dirname(directory), "pointer.yaml");
      await writeFile(file, stringify(pointer));
      return verify(directory, { pointer: file });
    };

    it("accepts one that agrees", () =>
      signed(async (d) => assert.equal((await withPointer(d, () => undefined)).status, "verified")));

    const lies: Readonly<Record<string, readonly [string, (p: any) => void]>> = {
      "another digest": ["EVIDENCE_POINTER_MISMATCH", (p) => (p.evidence.digest = `sha256:${"0".repeat(64)}`)],
      "another recipe": ["EVIDENCE_POINTER_MISMATCH", (p) => (p.recipe.digest = `sha256:${"0".repeat(64)}`)],
      "another recipe name": ["EVIDENCE_POINTER_MISMATCH", (p) => (p.recipe.name = "h100-eks-training")],
      "another signer": ["EVIDENCE_POINTER_MISMATCH", (p) => (p.signer.key = `sha256:${"0".repeat(64)}`)],
      "a better tier": ["EVIDENCE_POINTER_MISMATCH", (p) => (p.tier = "accelerator")],
      "a later end": ["EVIDENCE_POINTER_MISMATCH", (p) => (p.expiresAt = "2099-01-01T00:00:00.000Z")],
      "an unknown field": ["EVIDENCE_POINTER_INVALID", (p) => (p.approved = true)],
      "a tag": ["EVIDENCE_POINTER_INVALID", (p) => (p.evidence.repository += ":latest")],
    };
    for (const [name, [code, lie]] of Object.entries(lies)) {
      it(`refuses one that says ${name}`, () =>
        signed(async (d) => {
          const verdict = await withPointer(d, lie);
          assert.equal(verdict.status, "failed");
          assert.ok(refusal(verdict).endsWith(code), formatVerdict(verdict));
        }));
    }
  });

  it("shows control characters of the evidence escaped", () =>
    inDirectory(async (directory) => {
      await forge(directory, { predicate: (p) => (p.recipe.name = "\u001b[2Jevil") });
      const text = formatVerdict(await verify(directory));
      assert.ok(text.includes("\\u{1b}[2Jevil"), text);
      assert.ok(!text.includes("\u001b"));
    }));
});

/* eslint-disable @typescript-eslint/no-explicit-any -- a forged statement has no type */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { link, mkdir, readFile, rename, rm, symlink, truncate, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { recipeDigest } from "../recipe";
import { emitEvidence } from "./emit";
import { ctrf, forge, inDirectory, INPUT, NOW, RECIPE, refusal, signer, verify } from "./fixture.test";
import { signEvidence } from "./publish";
import { formatVerdict, type Verdict } from "./verdict";
import { type VerifyOptions } from "./verify";

async function signed(use: (directory: string) => Promise<void>): Promise<void> {
  await inDirectory(async (directory) => {
    await emitEvidence(INPUT, directory);
    await signEvidence(directory, signer, NOW);
    await use(directory);
  });
}

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
      "other choices": ["EVIDENCE_POINTER_MISMATCH", (p) => (p.recipe.choices = { nodes: 16 })],
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

  it("refuses a pointer that is too large, without reading it whole", () =>
    signed(async (directory) => {
      const pointer = join(dirname(directory), "pointer.yaml");
      await writeFile(pointer, "");
      await truncate(pointer, 2 ** 40);
      const verdict = await verify(directory, { pointer });
      assert.ok(refusal(verdict).endsWith("EVIDENCE_POINTER_INVALID"), formatVerdict(verdict));
      assert.match(formatVerdict(verdict), /larger than 65536 bytes/);
    }));

  it("shows control characters of the evidence escaped", () =>
    inDirectory(async (directory) => {
      await forge(directory, { predicate: (p) => (p.recipe.name = "\u001b[2Jevil") });
      const text = formatVerdict(await verify(directory));
      assert.ok(text.includes("\\u{1b}[2Jevil"), text);
      assert.ok(!text.includes("\u001b"));
    }));
});

/* eslint-disable @typescript-eslint/no-explicit-any -- a forged statement has no type */
import assert from "node:assert/strict";
import { recipeDigest } from "../recipe";
import { ctrf, forge, inDirectory, json, LOCK, RECIPE, refusal, verify } from "./fixture.test";
import { formatVerdict } from "./verdict";

describe("verifyEvidence on a directory that a trusted key signed, but that contradicts itself", () => {
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
    "a lock with a duplicate key": ["lock: EVIDENCE_LOCK_MISMATCH", { files: set("lock.yaml", `${LOCK}kind: Lock\n`) }],
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
    "a file that is no part of evidence": ["files: EVIDENCE_FILES_MISMATCH", { files: set("install.sh", "rm -rf /") }],
    "results of a phase that there is not": [
      "files: EVIDENCE_FILES_MISMATCH",
      { files: set("ctrf/hidden.json", ctrf([{ name: "x", status: "failed" }])) },
    ],
    "another cluster": ["cluster: EVIDENCE_CLUSTER_MISMATCH", { predicate: (p) => (p.cluster.identity = "another") }],
    "more nodes than there were": ["cluster: EVIDENCE_CLUSTER_MISMATCH", { predicate: (p) => (p.cluster.nodes = 400) }],
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

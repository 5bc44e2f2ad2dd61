import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { emitEvidence } from "./emit";
import { ctrf, inDirectory, INPUT, LOCK, NOW, RECIPE, signer } from "./fixture.test";
import { signEvidence } from "./publish";

describe("emitEvidence", () => {
  it("writes the files of the format and lists every one of them in the manifest", () =>
    inDirectory(async (directory) => {
      await emitEvidence(INPUT, directory);
      const found = (await readdir(directory, { recursive: true })).sort();
      const recorded = ["bom.cdx.json", "ctrf/conformance.json", "ctrf/deployment.json", "lock.yaml", "recipe.json"];
      assert.deepEqual(found, [...recorded, "ctrf", "manifest.json", "snapshot.json", "statement.json"].sort());
      const manifest = await readFile(join(directory, "manifest.json"), "utf8");
      for (const path of [...recorded, "snapshot.json"]) assert.ok(manifest.includes(`"${path}"`), path);
    }));

  it("gives the same manifest for the same input, and never the same statement", () =>
    inDirectory(async (directory) => {
      const [first, second] = [await emitEvidence(INPUT, directory), await emitEvidence(INPUT, directory)];
      assert.equal(first.digest, second.digest);
      assert.notDeepEqual(first.statement, second.statement);
    }));

  it("states what was measured", () =>
    inDirectory(async (directory) => {
      const { predicate } = await emitEvidence({ ...INPUT, validDays: 7 }, directory);
      assert.equal(predicate.expiresAt, new Date(NOW.getTime() + 7 * 24 * 3600 * 1000).toISOString());
      assert.equal(predicate.tier, "simulated");
      assert.deepEqual(predicate.cluster, {
        identity: "5d4f6c1e-0000-4000-8000-000000000000",
        kubernetesVersion: "1.36.1",
        nodes: 4,
      });
      assert.equal(predicate.recipe.name, "h100-local-training");
      assert.equal(predicate.phases.conformance?.skipped, 1);
    }));

  it("leaves out a phase of which the recipe asks nothing", () =>
    inDirectory(async (directory) => {
      const results = { ...INPUT.results, performance: ctrf([]) };
      const { predicate } = await emitEvidence({ ...INPUT, results }, directory);
      assert.deepEqual(Object.keys(predicate.phases), ["deployment", "conformance"]);
    }));

  it("lists every chart, kustomization and image of the lock in the bill of materials, with purls by digest", () =>
    inDirectory(async (directory) => {
      await emitEvidence(INPUT, directory);
      const bom = JSON.parse(await readFile(join(directory, "bom.cdx.json"), "utf8"));
      assert.equal(bom.specVersion, "1.6");
      assert.match(bom.serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.deepEqual(
        bom.components.map((c: { type: string; name: string }) => `${c.type} ${c.name}`),
        ["application gpu-simulator", "application crds", "container registry.cairn.test/demo/simulator"],
      );
      assert.ok(bom.components[2].purl.startsWith("pkg:oci/simulator@sha256%3Aaaaa"), bom.components[2].purl);
      assert.equal(bom.components[1].version, "d".repeat(40));
      assert.deepEqual(bom.dependencies[1].dependsOn, ["image:registry.cairn.test/demo/simulator:1"]);
    }));

  const refused: Readonly<Record<string, readonly [string, Partial<typeof INPUT>]>> = {
    "a test that failed": [
      "EVIDENCE_RESULTS_FAILED",
      { results: { deployment: ctrf([{ name: "expected-resources", status: "failed" }]) } },
    ],
    "a test that could not decide": [
      "EVIDENCE_RESULTS_FAILED",
      { results: { deployment: ctrf([{ name: "expected-resources", status: "other" }]) } },
    ],
    "no results": ["EVIDENCE_INPUT_INVALID", { results: {} }],
    "a report without tests": ["EVIDENCE_RESULTS_MISMATCH", { results: { deployment: ctrf([]) } }],
    "a report that is no JSON": ["EVIDENCE_RESULTS_MISMATCH", { results: { deployment: "passed" } }],
    "a lock of another recipe": [
      "EVIDENCE_LOCK_MISMATCH",
      { recipe: { ...RECIPE, criteria: { ...RECIPE.criteria, accelerator: "b200" } } },
    ],
    "a lock that is no lock": ["EVIDENCE_INPUT_INVALID", { lock: "hello" }],
    "a lock with aliases that explode": [
      "EVIDENCE_INPUT_INVALID",
      { lock: `a: &a [1]\nb: [${"*a,".repeat(50)}]\n${LOCK}` },
    ],
    "a validity of no days": ["EVIDENCE_INPUT_INVALID", { validDays: 0 }],
    "a validity that is no number": ["EVIDENCE_INPUT_INVALID", { validDays: NaN }],
    "a snapshot of no cluster": ["EVIDENCE_INPUT_INVALID", { snapshot: "{}" }],
  };
  for (const [name, [code, change]] of Object.entries(refused)) {
    it(`refuses ${name} and leaves the directory as it was`, () =>
      inDirectory(async (directory) => {
        await emitEvidence(INPUT, directory);
        const before = await readFile(join(directory, "statement.json"));
        await assert.rejects(emitEvidence({ ...INPUT, ...change }, directory), { code });
        assert.ok(before.equals(await readFile(join(directory, "statement.json"))));
      }));
  }
});

describe("emitEvidence into a directory that is something else", () => {
  it("refuses and leaves it alone", () =>
    inDirectory(async (directory) => {
      await mkdir(directory);
      await writeFile(join(directory, "thesis.txt"), "years of work");
      await assert.rejects(emitEvidence(INPUT, directory), { code: "EVIDENCE_INPUT_INVALID" });
      assert.deepEqual(await readdir(directory), ["thesis.txt"]);
    }));
});

describe("signEvidence", () => {
  it("does not sign a directory that was changed", () =>
    inDirectory(async (directory) => {
      await emitEvidence(INPUT, directory);
      await writeFile(join(directory, "lock.yaml"), `${LOCK}# \n`);
      await assert.rejects(signEvidence(directory, signer, NOW), { code: "EVIDENCE_NOT_VERIFIED" });
      assert.ok(!(await readdir(directory)).includes("bundle.sigstore.json"));
    }));

  it("does not sign a statement that claims more than the results", () =>
    inDirectory(async (directory) => {
      await emitEvidence(INPUT, directory);
      const file = join(directory, "statement.json");
      await writeFile(file, (await readFile(file, "utf8")).replace('"tier":"simulated"', '"tier":"accelerator"'));
      await assert.rejects(signEvidence(directory, signer, NOW), { code: "EVIDENCE_NOT_VERIFIED" });
    }));
});

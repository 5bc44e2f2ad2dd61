import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { after, before, describe, it } from "mocha";
import {
  buildImage,
  createOciClient,
  formatReference,
  parseReference,
  pushArtifact,
  type OciClient,
} from "@cairn/sdk/oci";
import {
  attachBundle,
  findImageSignature,
  generateKeyPair,
  keyFingerprint,
  openPrivateKey,
  signImage,
  signStatement,
  STATEMENT_V1,
  verifyBundle,
  type DigestedReference,
  type KeyPair,
  type Signer,
} from "@cairn/sdk/sigstore";
import { findTool } from "@cairn/sdk/tools";
import { startRegistry, type Started } from "./registry";

const run = promisify(execFile);
const PASSWORD = "correct horse";
const TYPE = "https://example.dev/thing/v1";

describe("cosign and Cairn", function () {
  this.timeout(120_000);
  let directory: string;
  let registry: Started;
  let client: OciClient;
  let ours: KeyPair;
  let signer: Signer;
  let theirPublicKey: string;

  /** Runs the real cosign in the test's directory. */
  const cosign = (...args: string[]) =>
    run(findTool("cosign"), args, { cwd: directory, env: { ...process.env, COSIGN_PASSWORD: PASSWORD } });

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "cairn-cosign-"));
    registry = await startRegistry();
    client = createOciClient({ mirrors: {} });
    ours = generateKeyPair(PASSWORD);
    signer = openPrivateKey(ours.privateKey, PASSWORD);
    await writeFile(join(directory, "ours.key"), ours.privateKey);
    await writeFile(join(directory, "ours.pub"), ours.publicKey);
    await writeFile(join(directory, "blob"), "hello");
    await cosign("generate-key-pair");
    // No log, no timestamp service: nothing outside this machine is asked.
    await cosign("signing-config", "create", "--out", "offline.json");
    theirPublicKey = await readFile(join(directory, "cosign.pub"), "utf8");
  });
  after(async () => {
    await registry.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function image(name: string): Promise<DigestedReference> {
    const ref = parseReference(`${registry.host}/${name}`);
    const { digest } = await pushArtifact(client, ref, await buildImage({ "etc/name": name }));
    return { ...ref, digest };
  }

  it("cosign reads the key file that we write", async () => {
    const { stdout } = await cosign("public-key", "--key", "ours.key");
    assert.equal(stdout, ours.publicKey);
  });

  it("we read the key file that cosign writes", async () => {
    const key = openPrivateKey(await readFile(join(directory, "cosign.key"), "utf8"), PASSWORD);
    assert.equal(key.publicKey, theirPublicKey);
  });

  it("cosign accepts a bundle that we signed, and no other key", async () => {
    const sha256 = createHash("sha256").update("hello").digest("hex");
    const statement = {
      _type: STATEMENT_V1,
      subject: [{ digest: { sha256 } }],
      predicateType: TYPE,
      predicate: { a: 1 },
    };
    await writeFile(join(directory, "ours.json"), await signStatement(statement, signer));
    const verify = (key: string) =>
      cosign(
        ...["verify-blob-attestation", "--bundle", "ours.json", "--key", key],
        ...["--insecure-ignore-tlog", "--type", TYPE, "blob"],
      );
    assert.match((await verify("ours.pub")).stderr, /Verified OK/);
    await assert.rejects(verify("cosign.pub"));
  });

  it("we accept a bundle that cosign signed, and no other key", async () => {
    await writeFile(join(directory, "predicate.json"), JSON.stringify({ b: 2 }));
    await cosign(
      ...["attest-blob", "--key", "cosign.key", "--type", TYPE, "--predicate", "predicate.json"],
      ...["--bundle", "theirs.json", "--signing-config", "offline.json", "--yes", "blob"],
    );
    const bundle = await readFile(join(directory, "theirs.json"));
    const { statement, key } = verifyBundle(bundle, { kind: "keys", keys: [theirPublicKey] });
    assert.equal(statement.predicateType, TYPE);
    assert.deepEqual(statement.predicate, { b: 2 });
    assert.equal(key, keyFingerprint(theirPublicKey));
    assert.throws(() => verifyBundle(bundle, { kind: "keys", keys: [ours.publicKey] }), {
      code: "SIGSTORE_KEY_UNKNOWN",
    });
  });

  const verifyImage = (ref: DigestedReference, key: string) =>
    cosign("verify", "--key", key, "--insecure-ignore-tlog", "--allow-insecure-registry", formatReference(ref));

  it("cosign verifies an image that we signed", async () => {
    const ref = await image("ours");
    await signImage(client, ref, signer);
    assert.match((await verifyImage(ref, "ours.pub")).stdout, new RegExp(ref.digest));
    await assert.rejects(verifyImage(ref, "cosign.pub"));
  });

  it("we verify an image that cosign signed, and not another one", async () => {
    const [ref, unsigned] = [await image("theirs"), await image("unsigned")];
    await cosign(
      ...["sign", "--key", "cosign.key", "--signing-config", "offline.json", "--yes"],
      ...["--allow-insecure-registry", formatReference(ref)],
    );
    const found = await findImageSignature(client, ref, [theirPublicKey]);
    assert.ok(found.status === "verified" && found.key === keyFingerprint(theirPublicKey), JSON.stringify(found));
    assert.equal((await findImageSignature(client, ref, [ours.publicKey])).status, "unverified");
    assert.deepEqual(await findImageSignature(client, unsigned, [theirPublicKey]), { status: "none" });
  });

  it("cosign and we both find two signatures of one image", async () => {
    const ref = await image("both");
    await signImage(client, ref, signer);
    await cosign(
      ...["sign", "--key", "cosign.key", "--signing-config", "offline.json", "--yes"],
      ...["--allow-insecure-registry", formatReference(ref)],
    );
    for (const [name, key] of [["ours.pub", ours.publicKey] as const, ["cosign.pub", theirPublicKey] as const]) {
      await verifyImage(ref, name);
      assert.equal((await findImageSignature(client, ref, [key])).status, "verified");
    }
  });

  it("signs an image once, however often it is asked to", async () => {
    const ref = await image("once");
    assert.equal(await signImage(client, ref, signer), await signImage(client, ref, signer));
    assert.equal((await client.referrers(ref)).descriptors.length, 1);
  });

  it("does not take an attestation on an image for its signature", async () => {
    const ref = await image("attested");
    const statement = {
      _type: STATEMENT_V1,
      subject: [{ digest: { sha256: ref.digest.slice("sha256:".length) } }],
      predicateType: TYPE,
      predicate: { passed: false },
    };
    await attachBundle(client, ref, await signStatement(statement, signer), TYPE);
    assert.deepEqual(await findImageSignature(client, ref, [ours.publicKey]), { status: "none" });
  });
});

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Lock, type LockedSignature, writeLock } from "@cairn/sdk/lock";
import { generateKeyPair, IMAGE_SIGNATURE, openPrivateKey, signStatement, STATEMENT_V1 } from "@cairn/sdk/sigstore";
import { after, before, describe, it } from "mocha";
import { EnforcementLevel } from "@pulumi/pulumi/proto/analyzer_pb";
import { PackProcess } from "./analyzer";

const PACK = dirname(require.resolve("@cairn/policy-supply-chain/package.json"));
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const DIGEST = `sha256:${"a".repeat(64)}`;

const pod = (image: unknown): never => ({ spec: { containers: [{ name: "main", image }] } }) as never;
const POLICIES = ["image-digest-pinned", "image-in-lock", "image-signature-verified"];

describe("the supply-chain pack as a process of its own", () => {
  let pack: PackProcess;
  before(async () => {
    pack = await PackProcess.start(PACK);
  });
  after(() => pack.stop());

  const configureAll = (level: "ADVISORY" | "MANDATORY" | "REMEDIATE" | "DISABLED"): Promise<void> =>
    pack.configure(Object.fromEntries(POLICIES.map((name) => [name, { level }])));

  it("introduces itself with three policies, mandatory by default", async () => {
    const info = await pack.info();
    assert.equal(info.getName(), "cairn-supply-chain");
    assert.deepEqual(
      info.getPoliciesList().map((policy) => [policy.getName(), policy.getEnforcementlevel()]),
      POLICIES.map((name) => [name, EnforcementLevel.MANDATORY]),
    );
  });

  it("keeps a mandatory policy mandatory when the image is unknown", async () => {
    const found = await pack.analyze("kubernetes:core/v1:Pod", "web", pod(UNKNOWN));
    assert.deepEqual(
      found.map(({ policy, level }) => [policy, level]),
      POLICIES.map((name) => [name, EnforcementLevel.MANDATORY]),
    );
    assert.match(found[0]?.message ?? "", /not known before `up`/);
  });

  it("reads an image that is wrapped as a secret, and shows no secret that is not an image", async () => {
    const secret = (value: string): unknown => ({ [SECRET_SIGNATURE]: SECRET, value });
    const [wrapped] = await pack.analyze("kubernetes:core/v1:Pod", "web", pod(secret("nginx:1.27")));
    assert.match(wrapped?.message ?? "", /image nginx:1\.27 at spec\.containers\[0\]\.image has no digest/);
    const [password] = await pack.analyze("kubernetes:core/v1:Pod", "web", pod(secret("hunter 2")));
    assert.doesNotMatch(password?.message ?? "", /hunter/);
  });

  for (const [level, expected] of [
    ["ADVISORY", EnforcementLevel.ADVISORY],
    ["MANDATORY", EnforcementLevel.MANDATORY],
    // Nothing is pinned behind the user's back: what is left after remediation is mandatory.
    ["REMEDIATE", EnforcementLevel.MANDATORY],
  ] as const)
    it(`reports at level ${level.toLowerCase()}`, async () => {
      await configureAll(level);
      const found = await pack.analyze("kubernetes:core/v1:Pod", "web", pod("nginx:1.27"));
      assert.deepEqual(new Set(found.map((violation) => violation.level)), new Set([expected]));
    });

  it("says nothing when disabled", async () => {
    await configureAll("DISABLED");
    assert.deepEqual(await pack.analyze("kubernetes:core/v1:Pod", "web", pod("nginx:1.27")), []);
  });

  it("takes exemptions from the configuration and refuses one without a reason", async () => {
    const exemption = { image: "nginx:1.27", link: "https://example.com/1", expires: "2999-01-01" };
    const configured = (properties: object): Promise<void> =>
      pack.configure({
        "image-digest-pinned": { properties: { exemptions: [properties] } as never },
        "image-in-lock": { level: "DISABLED" },
        "image-signature-verified": { level: "DISABLED" },
      });
    await configured({ ...exemption, reason: "not ours" });
    assert.deepEqual(await pack.analyze("kubernetes:core/v1:Pod", "web", pod("nginx:1.27")), []);
    await configured(exemption);
    await assert.rejects(pack.analyze("kubernetes:core/v1:Pod", "web", pod("nginx:1.27")), (error: Error) => {
      assert.match(error.message, /exemptions\.0\.reason/);
      assert.doesNotMatch(error.message, /\n {4}at /);
      return true;
    });
  });

  it("leaves a pinned image to the other two policies", async () => {
    await configureAll("MANDATORY");
    const found = await pack.analyze("kubernetes:core/v1:Pod", "web", pod(`nginx@${DIGEST}`));
    assert.deepEqual(
      found.map((violation) => violation.policy),
      ["image-in-lock", "image-signature-verified"],
    );
  });
});

describe("the supply-chain pack with a real lock and real signatures", () => {
  const image = `registry.example/app:1@${DIGEST}`;
  let directory: string;
  let pack: PackProcess;
  let bundle: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "cairn-pack-"));
    const keys = generateKeyPair("demo");
    const statement = {
      _type: STATEMENT_V1,
      subject: [{ digest: { sha256: DIGEST.slice("sha256:".length) } }],
      predicateType: IMAGE_SIGNATURE,
      predicate: {},
    };
    bundle = await signStatement(statement, openPrivateKey(keys.privateKey, "demo"));
    await writeFile(join(directory, "cosign.pub"), keys.publicKey);
    pack = await PackProcess.start(PACK, {
      CAIRN_LOCK: join(directory, "cairn.lock.yaml"),
      CAIRN_TRUSTED_KEYS: join(directory, "cosign.pub"),
    });
  });
  after(async () => {
    await pack.stop();
    await rm(directory, { recursive: true });
  });

  const lockWith = (signature: LockedSignature): void =>
    writeLock(join(directory, "cairn.lock.yaml"), lockOf(signature));
  const policiesAgainst = async (reference: string): Promise<readonly string[]> =>
    (await pack.analyze("kubernetes:core/v1:Pod", "web", pod(reference))).map(({ policy }) => policy);

  it("accepts a locked image whose bundle a trusted key signed", async () => {
    lockWith({ status: "verified", key: DIGEST, bundle });
    assert.deepEqual(await policiesAgainst(image), []);
  });

  it("sees a changed lock file at once, and does not take its word for a signature", async () => {
    const forged = JSON.parse(bundle) as { dsseEnvelope: { signatures: [{ sig: string }] } };
    forged.dsseEnvelope.signatures[0].sig = Buffer.from("forged").toString("base64");
    lockWith({ status: "verified", key: DIGEST, bundle: JSON.stringify(forged) });
    const [violation, ...others] = await pack.analyze("kubernetes:core/v1:Pod", "web", pod(image));
    assert.deepEqual([violation?.policy, others.length], ["image-signature-verified", 0]);
    assert.match(violation?.message ?? "", /has a signature that does not hold/);
  });

  it("takes a signature of another image for none", async () => {
    const other = `sha256:${"b".repeat(64)}`;
    writeLock(join(directory, "cairn.lock.yaml"), lockOf({ status: "verified", key: DIGEST, bundle }, other));
    assert.deepEqual(await policiesAgainst(`registry.example/app:1@${other}`), ["image-signature-verified"]);
  });

  it("refuses an unsigned image and a tag that disagrees with the lock", async () => {
    lockWith({ status: "none" });
    assert.deepEqual(await policiesAgainst(image), ["image-signature-verified"]);
    assert.deepEqual(await policiesAgainst(`registry.example/app:1@sha256:${"c".repeat(64)}`), [
      "image-in-lock",
      "image-signature-verified",
    ]);
  });

  it("says what is wrong with a lock that cannot be read", async () => {
    await writeFile(join(directory, "cairn.lock.yaml"), "apiVersion: [");
    const [violation] = await pack.analyze("kubernetes:core/v1:Pod", "web", pod(image));
    assert.match(violation?.message ?? "", /the lock cannot be used: .*cairn\.lock\.yaml/);
  });
});

const lockOf = (signature: LockedSignature, digest = DIGEST): Lock => ({
  apiVersion: "cairn.dev/v1",
  kind: "Lock",
  recipe: {
    digest: DIGEST,
    criteria: { service: "local", accelerator: "h100", intent: "training", os: "any", platform: "any", nodes: 0 },
  },
  kubernetes: { version: "1.36.1", apiVersions: [] },
  helm: "3.21.4",
  charts: {},
  images: [{ reference: "registry.example/app:1", digest, platforms: {}, components: [], signature }],
  exemptions: [],
});

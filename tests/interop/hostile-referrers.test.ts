import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { digestOf, fetchReferrer, MEDIA_TYPES, type OciClient } from "@cairn/sdk/oci";
import {
  BUNDLE_MEDIA_TYPE,
  findImageSignature,
  generateKeyPair,
  IMAGE_SIGNATURE,
  openPrivateKey,
  signStatement,
  STATEMENT_V1,
  type Signer,
} from "@cairn/sdk/sigstore";
import { say, type HostileRegistry } from "./hostile";
import {
  against,
  describeBytes,
  DIGEST,
  EMPTY,
  FALLBACK,
  index,
  MANIFEST,
  MANIFEST_PATH,
  referrers,
  REFERRERS_PATH,
} from "./hostile-client";

describe("a registry's list of referrers", () => {
  const listed = describeBytes(MANIFEST, MEDIA_TYPES.imageManifest);

  it("is empty when neither API nor tag has one", () =>
    against({}, async (server, client) =>
      assert.deepEqual(await referrers(server, client), { source: "tag-schema", descriptors: [] }),
    ));

  for (const [status, code] of [
    [500, "OCI_HTTP_STATUS"],
    [403, "OCI_UNAUTHORIZED"],
  ] as const) {
    it(`is unknown, not empty, on ${status}`, () =>
      against({ [REFERRERS_PATH]: say(status, "") }, (server, client) =>
        assert.rejects(referrers(server, client), { code, kind: "could-not-check" }),
      ));
    it(`is unknown, not empty, on ${status} of the fallback tag`, () =>
      against({ [`GET ${FALLBACK}`]: say(status, "") }, (server, client) =>
        assert.rejects(referrers(server, client), { code, kind: "could-not-check" }),
      ));
  }

  const garbage: Readonly<Record<string, readonly [string, unknown]>> = {
    "is no JSON": ["OCI_RESPONSE_INVALID", "hello"],
    "is a manifest": ["OCI_RESPONSE_INVALID", MANIFEST],
    "has a descriptor without a digest": ["OCI_RESPONSE_INVALID", index([{ mediaType: "a/b", size: 1 }])],
    "has a digest that is a path": ["OCI_RESPONSE_INVALID", index([{ ...listed, digest: "sha256:../../etc" }])],
    "has a negative size": ["OCI_RESPONSE_INVALID", index([{ ...listed, size: -1 }])],
    "has 10000 entries": ["OCI_TOO_LARGE", index(Array(10_000).fill(listed))],
  };
  for (const [name, [code, body]] of Object.entries(garbage)) {
    it(`is refused when it ${name}`, () =>
      against({ [`GET ${FALLBACK}`]: say(200, body) }, (server, client) =>
        assert.rejects(referrers(server, client), { code }),
      ));
  }

  it("is followed over its pages", () =>
    against(
      {
        [REFERRERS_PATH]: (request, response) => {
          const second = request.url?.includes("page=2") ?? false;
          const link = { link: `<${request.url}?page=2>; rel="next"` };
          say(200, index([listed]), second ? {} : link)(request, response);
        },
      },
      async (server, client) => assert.equal((await referrers(server, client)).descriptors.length, 2),
    ));

  it("cannot be followed in a circle", () =>
    against(
      { [REFERRERS_PATH]: (q, r) => say(200, index([]), { link: `<${q.url}>; rel="next"` })(q, r) },
      (server, client) => assert.rejects(referrers(server, client), { code: "OCI_TOO_LARGE" }),
    ));

  it("cannot lead to another host", () =>
    against(
      { [REFERRERS_PATH]: say(200, index([]), { link: '<http://127.0.0.1:1/>; rel="next"' }) },
      (server, client) => assert.rejects(referrers(server, client), { code: "OCI_LOCATION_REFUSED" }),
    ));

  it("cannot pass something that refers to another subject", () =>
    against({ [MANIFEST_PATH]: say(200, MANIFEST) }, (server, client) =>
      assert.rejects(
        fetchReferrer(client, { registry: server.host, repository: "app", digest: `sha256:${"0".repeat(64)}` }, listed),
        { code: "OCI_REFERRER_INVALID" },
      ),
    ));
});

describe("findImageSignature against a hostile registry", function () {
  this.timeout(120_000);
  let signer: Signer;
  before(() => {
    signer = openPrivateKey(generateKeyPair("x").privateKey, "x");
  });

  /** A bundle as a referrer of `subject`, with the answers that serve it. */
  async function attached(predicateType: string, subject: string, by: Signer) {
    const statement = {
      _type: STATEMENT_V1,
      subject: [{ digest: { sha256: DIGEST.slice(7) } }],
      predicateType,
      predicate: {},
    };
    const bundle = Buffer.from(await signStatement(statement, by));
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MEDIA_TYPES.imageManifest,
        artifactType: BUNDLE_MEDIA_TYPE,
        config: describeBytes(EMPTY, MEDIA_TYPES.empty),
        layers: [describeBytes(bundle, BUNDLE_MEDIA_TYPE)],
        subject: { ...describeBytes(MANIFEST, MEDIA_TYPES.imageManifest), digest: subject },
      }),
    );
    return {
      entry: { ...describeBytes(manifest, MEDIA_TYPES.imageManifest), artifactType: BUNDLE_MEDIA_TYPE },
      answers: {
        [`GET /v2/app/manifests/${digestOf(manifest)}`]: say(200, manifest),
        [`GET /v2/app/blobs/${digestOf(bundle)}`]: say(200, bundle),
      },
    };
  }

  const find = (server: HostileRegistry, client: OciClient) =>
    findImageSignature(client, { registry: server.host, repository: "app", digest: DIGEST }, [signer.publicKey]);

  it("does not take evidence, or any other attestation of a trusted key, for a signature", async () => {
    const evidence = await attached("https://cairn.dev/attestation/recipe-validation/v1", DIGEST, signer);
    await against(
      { ...evidence.answers, [REFERRERS_PATH]: say(200, index([evidence.entry])) },
      async (server, client) => assert.deepEqual(await find(server, client), { status: "none" }),
    );
  });

  it("finds the good signature behind forged ones", async () => {
    const foreign = await attached(IMAGE_SIGNATURE, DIGEST, openPrivateKey(generateKeyPair("y").privateKey, "y"));
    const misplaced = await attached(IMAGE_SIGNATURE, `sha256:${"0".repeat(64)}`, signer);
    const good = await attached(IMAGE_SIGNATURE, DIGEST, signer);
    const gone = { ...good.entry, digest: `sha256:${"1".repeat(64)}` };
    const list = [gone, foreign.entry, misplaced.entry, good.entry];
    await against(
      { ...foreign.answers, ...misplaced.answers, ...good.answers, [REFERRERS_PATH]: say(200, index(list)) },
      async (server, client) => assert.equal((await find(server, client)).status, "verified"),
    );
  });

  it("does not say none when a signature is there that nobody trusts", async () => {
    const foreign = await attached(IMAGE_SIGNATURE, DIGEST, openPrivateKey(generateKeyPair("y").privateKey, "y"));
    await against({ ...foreign.answers, [REFERRERS_PATH]: say(200, index([foreign.entry])) }, async (server, client) =>
      assert.equal((await find(server, client)).status, "unverified"),
    );
  });

  it("does not say none when the registry withholds an answer", () =>
    against({ [REFERRERS_PATH]: say(503, "") }, (server, client) =>
      assert.rejects(find(server, client), { kind: "could-not-check" }),
    ));
});

import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import {
  createOciClient,
  digestOf,
  fetchReferrer,
  MEDIA_TYPES,
  parseReference,
  type Credential,
  type Descriptor,
  type OciClient,
} from "@cairn/sdk/oci";
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
import { say, startHostile, type Answer, type HostileRegistry } from "./hostile";

const PASSWORD = "hunter2-must-not-leak";
const BLOB = Buffer.from("hello");
const EMPTY = Buffer.from("{}");
const describeBytes = (bytes: Buffer, mediaType = "text/plain"): Descriptor => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.length,
});
const MANIFEST = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.imageManifest,
    config: describeBytes(EMPTY, MEDIA_TYPES.empty),
    layers: [describeBytes(BLOB)],
  }),
);
const DIGEST = digestOf(MANIFEST);
const FALLBACK = `/v2/app/manifests/${DIGEST.replace(":", "-")}`;

/** Runs `use` against a registry that answers as given, with a client that has a password for it. */
async function against(
  answers: Readonly<Record<string, Answer>>,
  use: (server: HostileRegistry, client: OciClient) => Promise<void>,
): Promise<void> {
  const server = await startHostile(answers);
  const credentials = (host: string): Promise<Credential | undefined> =>
    Promise.resolve(host === server.host ? { kind: "basic", username: "me", password: PASSWORD } : undefined);
  try {
    await use(server, createOciClient({ mirrors: {}, credentials, timeout: 1000, limits: { referrers: 100 } }));
  } finally {
    await server.stop();
  }
}

const pull = (server: HostileRegistry, client: OciClient) =>
  client.manifest(parseReference(`${server.host}/app@${DIGEST}`));
const pullBlob = (server: HostileRegistry, client: OciClient) =>
  client.blob({ registry: server.host, repository: "app" }, describeBytes(BLOB));
const referrers = (server: HostileRegistry, client: OciClient) =>
  client.referrers({ registry: server.host, repository: "app", digest: DIGEST });

const MANIFEST_PATH = `GET /v2/app/manifests/${DIGEST}`;
const BLOB_PATH = `GET /v2/app/blobs/${digestOf(BLOB)}`;
const REFERRERS_PATH = `GET /v2/app/referrers/${DIGEST}`;
const index = (manifests: readonly unknown[]): object => ({
  schemaVersion: 2,
  mediaType: MEDIA_TYPES.imageIndex,
  manifests,
});
const challenge = (realm: string): Answer =>
  say(401, "", { "www-authenticate": `Bearer realm="${realm}",service="s"` });

describe("a hostile registry", function () {
  this.timeout(120_000);
  it("cannot pass other bytes for a digest, whatever its header says", () =>
    against({ [MANIFEST_PATH]: say(200, "{}", { "docker-content-digest": DIGEST }) }, (server, client) =>
      assert.rejects(pull(server, client), { code: "OCI_DIGEST_MISMATCH" }),
    ));

  it("cannot pass other bytes for a blob", () =>
    against({ [BLOB_PATH]: say(200, "HELLO") }, (server, client) =>
      assert.rejects(pullBlob(server, client), { code: "OCI_DIGEST_MISMATCH" }),
    ));

  it("cannot send more of a blob than its descriptor says, announced or not", async () => {
    const announced = say(200, Buffer.alloc(1 << 20));
    const unannounced: Answer = (_request, response) => {
      response.writeHead(200, { "transfer-encoding": "chunked" });
      for (let i = 0; i < 100; i++) response.write(Buffer.alloc(1000));
      response.end();
    };
    for (const answer of [announced, unannounced])
      await against({ [BLOB_PATH]: answer }, (server, client) =>
        assert.rejects(pullBlob(server, client), { code: "OCI_TOO_LARGE" }),
      );
  });

  it("cannot send an endless manifest", () =>
    against({ [MANIFEST_PATH]: say(200, Buffer.alloc(5 << 20, 0x20)) }, (server, client) =>
      assert.rejects(pull(server, client), { code: "OCI_TOO_LARGE" }),
    ));

  it("cannot send a compressed body, which could be a bomb", () =>
    against({ [BLOB_PATH]: say(200, BLOB, { "content-encoding": "gzip" }) }, (server, client) =>
      assert.rejects(pullBlob(server, client), { code: "OCI_RESPONSE_INVALID" }),
    ));

  it("cannot pass a truncated body for the whole", () =>
    against(
      {
        [BLOB_PATH]: (_request, response) => {
          response.writeHead(200, { "content-length": "5" }).write("he");
          setImmediate(() => response.destroy());
        },
      },
      (server, client) =>
        assert.rejects(pullBlob(server, client), { code: "OCI_UNREACHABLE", kind: "could-not-check" }),
    ));

  it("cannot keep us waiting", () =>
    against({ [BLOB_PATH]: (_request, response) => void response.writeHead(200).write("h") }, (server, client) =>
      assert.rejects(pullBlob(server, client), { code: "OCI_UNREACHABLE", kind: "could-not-check" }),
    ));

  it("cannot pass a manifest with duplicate keys, or one that is an index too", async () => {
    const twice = MANIFEST.toString().replace("{", '{"layers":[],');
    const both = JSON.stringify({ ...JSON.parse(MANIFEST.toString()), manifests: [] });
    for (const text of [twice, both]) {
      const digest = digestOf(Buffer.from(text));
      await against({ [`GET /v2/app/manifests/${digest}`]: say(200, text) }, (server, client) =>
        assert.rejects(client.manifest({ registry: server.host, repository: "app", digest }), {
          code: "OCI_RESPONSE_INVALID",
        }),
      );
    }
  });

  it("may answer 404, which is another answer than none", async () => {
    await against({}, (server, client) => assert.rejects(pull(server, client), { code: "OCI_NOT_FOUND" }));
    await against({ [MANIFEST_PATH]: say(500, "broken") }, (server, client) =>
      assert.rejects(pull(server, client), { code: "OCI_HTTP_STATUS", kind: "could-not-check" }),
    );
  });

  it("cannot put control characters on a terminal", () =>
    against({ [MANIFEST_PATH]: say(500, "\u001b[2J broken") }, (server, client) =>
      assert.rejects(pull(server, client), (error: Error) => !error.message.includes("\u001b")),
    ));
});

describe("a registry that redirects", function () {
  this.timeout(120_000);
  let elsewhere: HostileRegistry;
  before(async () => {
    elsewhere = await startHostile({ "GET /blob": say(200, BLOB), "GET /loop": say(302, "", { location: "/loop" }) });
  });
  after(() => elsewhere.stop());

  const askedForPassword =
    (then: Answer): Answer =>
    (request, response) =>
      request.headers.authorization === undefined
        ? say(401, "", { "www-authenticate": 'Basic realm="x"' })(request, response)
        : then(request, response);

  it("is followed, and our password is not", () =>
    against(
      { [BLOB_PATH]: (q, r) => askedForPassword(say(307, "", { location: `${elsewhere.url}/blob` }))(q, r) },
      async (server, client) => {
        assert.deepEqual(await pullBlob(server, client), BLOB);
        assert.ok(server.seen.some(({ authorization }) => authorization?.startsWith("Basic ")));
        assert.deepEqual(
          elsewhere.seen.filter(({ path }) => path === "/blob").map(({ authorization }) => authorization),
          [undefined],
        );
      },
    ));

  it("cannot do so forever", () =>
    against({ [BLOB_PATH]: say(302, "", { location: `${elsewhere.url}/loop` }) }, (server, client) =>
      assert.rejects(pullBlob(server, client), { code: "OCI_REDIRECT_REFUSED" }),
    ));

  const targets = [
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "http://me:pw@127.0.0.1/",
    "http://",
  ];
  for (const location of targets) {
    it(`cannot lead us to ${location}`, () =>
      against({ [BLOB_PATH]: say(302, "", { location }) }, (server, client) =>
        assert.rejects(pullBlob(server, client), { code: "OCI_REDIRECT_REFUSED" }),
      ));
  }

  it("cannot ask for our password after it led us elsewhere", async () => {
    const thief = await startHostile({ "GET /x": say(401, "", { "www-authenticate": 'Basic realm="x"' }) });
    try {
      await against({ [BLOB_PATH]: say(302, "", { location: `${thief.url}/x` }) }, (server, client) =>
        assert.rejects(pullBlob(server, client), { code: "OCI_UNAUTHORIZED" }),
      );
      assert.ok(thief.seen.every(({ authorization }) => authorization === undefined));
    } finally {
      await thief.stop();
    }
  });
});

describe("a registry that asks for a token", () => {
  it("gets our password at its own token server only, for the least scope", () =>
    against(
      {
        [MANIFEST_PATH]: (request, response) =>
          request.headers.authorization === "Bearer good"
            ? say(200, MANIFEST)(request, response)
            : challenge(`http://${request.headers.host}/token`)(request, response),
        "GET /token": say(200, { token: "good" }),
      },
      async (server, client) => {
        assert.equal((await pull(server, client)).descriptor.digest, DIGEST);
        const token = server.seen.find(({ path }) => path.startsWith("/token"));
        assert.ok(token?.path.includes(`scope=${encodeURIComponent("repository:app:pull")}`), token?.path);
        assert.ok(token?.authorization?.startsWith("Basic "));
      },
    ));

  it("does not get it to another host", async () => {
    const thief = await startHostile({ "GET /token": say(200, { token: "x" }) });
    try {
      await against({ [MANIFEST_PATH]: challenge(`${thief.url}/token`) }, (server, client) =>
        assert.rejects(
          pull(server, client),
          (error: Error & { code?: string }) => error.code === "OCI_REALM_REFUSED" && !error.message.includes(PASSWORD),
        ),
      );
      assert.deepEqual(thief.seen, []);
    } finally {
      await thief.stop();
    }
  });

  for (const realm of ["http://169.254.169.254/token", "file:///token", "http://a:b@127.0.0.1/token", "token", ""]) {
    it(`does not get it at ${realm || "no address"}`, () =>
      against({ [MANIFEST_PATH]: challenge(realm) }, (server, client) =>
        assert.rejects(pull(server, client), { code: "OCI_REALM_REFUSED" }),
      ));
  }

  it("cannot smuggle a header in its token", () =>
    against(
      {
        [MANIFEST_PATH]: (q, r) => challenge(`http://${q.headers.host}/token`)(q, r),
        "GET /token": say(200, { token: "a\r\nx-evil: 1" }),
      },
      (server, client) => assert.rejects(pull(server, client), { code: "OCI_RESPONSE_INVALID" }),
    ));

  it("is told apart from one that is down when it refuses", () =>
    against({ [MANIFEST_PATH]: say(403, "") }, (server, client) =>
      assert.rejects(pull(server, client), { code: "OCI_UNAUTHORIZED", kind: "could-not-check" }),
    ));
});

describe("a registry that takes uploads", () => {
  it("cannot lead the upload to another host", async () => {
    const thief = await startHostile({ "PUT /upload": say(201, "") });
    try {
      await against(
        { "POST /v2/app/blobs/uploads/": say(202, "", { location: `${thief.url}/upload` }) },
        (server, client) =>
          assert.rejects(client.pushBlob({ registry: server.host, repository: "app" }, BLOB, "text/plain"), {
            code: "OCI_LOCATION_REFUSED",
          }),
      );
      assert.deepEqual(thief.seen, []);
    } finally {
      await thief.stop();
    }
  });

  it("may lead it on within itself", () =>
    against(
      {
        "POST /v2/app/blobs/uploads/": say(202, "", { location: "/upload?state=1" }),
        "PUT /upload": say(201, ""),
      },
      async (server, client) => {
        await client.pushBlob({ registry: server.host, repository: "app" }, BLOB, "text/plain");
        const put = server.seen.find(({ method }) => method === "PUT");
        assert.deepEqual(
          [put?.path, put?.bytes],
          [`/upload?state=1&digest=${encodeURIComponent(digestOf(BLOB))}`, BLOB.length],
        );
      },
    ));
});

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

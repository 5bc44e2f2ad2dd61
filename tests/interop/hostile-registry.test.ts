import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { digestOf } from "@cairn/sdk/oci";
import { say, startHostile, type Answer, type HostileRegistry } from "./hostile";
import {
  against,
  BLOB,
  BLOB_PATH,
  challenge,
  DIGEST,
  MANIFEST,
  MANIFEST_PATH,
  PASSWORD,
  pull,
  pullBlob,
} from "./hostile-client";

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

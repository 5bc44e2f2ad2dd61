import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo } from "node:net";

import { connect, type ConnectOptions, isKubeError, type KubeClient, type KubeErrorCode } from ".";

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

const discovery = (response: ServerResponse) =>
  response.end(JSON.stringify({ kind: "APIGroupDiscoveryList", items: core }));
const core = [
  {
    versions: [
      {
        version: "v1",
        resources: [
          { resource: "configmaps", responseKind: { kind: "ConfigMap" }, scope: "Namespaced", verbs: ["get"] },
        ],
      },
    ],
  },
];
const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "default" } };
const ref = { apiVersion: "v1", kind: "ConfigMap", name: "a", namespace: "default" };

describe("kube transport against a broken or hostile server", () => {
  let server: Server;
  let client: KubeClient;
  let requests: IncomingMessage[];

  /** Discovery works; everything else goes to the handler. */
  const serve = async (handler: Handler, options: ConnectOptions = {}) => {
    requests = [];
    server = createServer((request, response) => {
      if (request.url === "/api" || request.url === "/apis") return discovery(response);
      requests.push(request);
      handler(request, response, requests.length);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    client = connect(kubeconfig(`http://127.0.0.1:${port}`), { timeout: 1, ...options });
  };
  afterEach(async () => {
    await client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const json = (response: ServerResponse, status: number, body: unknown, headers = {}) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  const fails = (action: Promise<unknown>, code: KubeErrorCode, message: RegExp) =>
    assert.rejects(action, (error) => {
      assert(isKubeError(error, code), `expected ${code}, got ${String(error)}`);
      assert.match(error.message, message);
      return true;
    });

  it("reports JSON that stops in the middle", async () => {
    await serve((_, response) => response.end('{"apiVersion":"v1","kind":"Conf'));
    await fails(client.get(ref), "KUBE_BAD_ANSWER", /get v1 ConfigMap default\/a: the answer is not valid JSON/);
  });

  it("reports a body that ends before its announced length, after trying again", async () => {
    await serve((_, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("{");
      setTimeout(() => response.destroy(), 10);
    });
    await fails(client.get(ref), "KUBE_UNREACHABLE", /default\/a/);
    assert.equal(requests.length, 5);
  });

  it("stops reading an answer that is larger than the limit", async () => {
    await serve((_, response) => response.end(JSON.stringify({ ...configMap, data: { a: "x".repeat(5000) } })), {
      maxAnswer: 1000,
    });
    await fails(client.get(ref), "KUBE_BAD_ANSWER", /larger than 1000 bytes/);
  });

  it("follows no redirect, so that a token never goes elsewhere", async () => {
    await serve((_, response) => response.writeHead(302, { location: "https://elsewhere.example/" }).end());
    await fails(client.get(ref), "KUBE_BAD_ANSWER", /redirects to https:\/\/elsewhere\.example/);
    assert.equal(requests.length, 1);
  });

  it("gives up on a server that never answers", async () => {
    await serve(() => {});
    await fails(client.get(ref), "KUBE_TIMEOUT", /did not answer in time/);
  });

  it("rejects at once when the signal aborts a request", async () => {
    await serve(() => {}, { timeout: 60 });
    const stop = new AbortController();
    const asked = client.get(ref, stop.signal);
    setTimeout(() => stop.abort(), 20);
    await assert.rejects(asked, { name: "AbortError" });
  });

  it("reports an answer of another shape", async () => {
    await serve((_, response) => json(response, 200, { hello: "world" }));
    await fails(client.get(ref), "KUBE_BAD_ANSWER", /not a Kubernetes object/);
  });

  it("reports a discovery answer of another shape", async () => {
    await serve(() => {});
    await client.close();
    const other = createServer((_, response) => response.end("[]"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    client = connect(kubeconfig(`http://127.0.0.1:${(other.address() as AddressInfo).port}`));
    await fails(client.get(ref), "KUBE_BAD_ANSWER", /not a discovery document/);
    other.closeAllConnections();
    other.close();
  });

  it("repeats what is idempotent while the server is overloaded", async () => {
    await serve((_, response, count) => (count < 3 ? json(response, 503, {}) : json(response, 200, configMap)));
    assert.equal((await client.get(ref))?.metadata.name, "a");
    assert.equal(requests.length, 3);
  });

  it("does not repeat a create that may have happened", async () => {
    await serve((request) => request.socket.destroy());
    await fails(client.create(configMap), "KUBE_UNREACHABLE", /create v1 ConfigMap/);
    assert.equal(requests.length, 1);
  });

  it("waits as long as the server asks before it repeats", async () => {
    const times: number[] = [];
    await serve((_, response, count) => {
      times.push(Date.now());
      return count === 1 ? json(response, 429, {}, { "retry-after": "1" }) : json(response, 201, configMap);
    });
    await client.create(configMap);
    assert((times[1] ?? 0) - (times[0] ?? 0) >= 990);
  });

  it("keeps its connection, also after a DELETE with options in its body", async () => {
    let connections = 0;
    await serve((_, response) => json(response, 200, { kind: "Status" }));
    server.on("connection", () => connections++);
    await client.resources();
    const before = connections;
    for (let i = 0; i < 5; i++) assert.equal(await client.delete(ref), "deleted");
    assert.equal(connections, before);
  });

  it("passes the server's warnings on", async () => {
    const warnings: string[] = [];
    await serve((_, response) => json(response, 200, configMap, { warning: '299 - "unknown field \\"spec.x\\""' }));
    await client.apply(configMap, { onWarning: (message) => warnings.push(message) });
    assert.deepEqual(warnings, ['unknown field "spec.x"']);
  });

  it("refuses a name that would reach another object", async () => {
    await serve((_, response) => json(response, 200, configMap));
    for (const name of ["../secrets/a", "..", "", "a%2f"])
      await assert.rejects(client.get({ ...ref, name }), { code: "KUBE_OBJECT_INVALID" });
    assert.equal(requests.length, 0);
  });

  it("sends the token, and shows it in no error", async () => {
    await serve((_, response) => json(response, 403, { kind: "Status", message: "no", reason: "Forbidden" }));
    await assert.rejects(client.get(ref), (error: Error) => !JSON.stringify(error).includes("s3cret"));
    assert.equal(requests[0]?.headers.authorization, "Bearer s3cret");
  });

  it("names the other managers and their fields in a conflict", async () => {
    await serve((_, response) =>
      json(response, 409, {
        kind: "Status",
        reason: "Conflict",
        message: "Apply failed",
        details: {
          causes: [
            { reason: "FieldManagerConflict", message: 'conflict with "kubectl" using v1', field: ".data.a" },
            { reason: "FieldManagerConflict", message: 'conflict with "helm" using v1', field: ".data.b" },
            { reason: "FieldManagerConflict", message: 'conflict with "kubectl" using v1', field: ".data.c" },
          ],
        },
      }),
    );
    await assert.rejects(client.apply(configMap), (error) => {
      assert(isKubeError(error, "KUBE_CONFLICT"));
      assert.deepEqual(error.conflicts, [
        { manager: "kubectl", fields: [".data.a", ".data.c"] },
        { manager: "helm", fields: [".data.b"] },
      ]);
      return true;
    });
  });

  it("goes on watching over a cut connection, a forgotten version and half an event", async () => {
    const at = (resourceVersion: string, data = {}) => ({
      ...configMap,
      metadata: { ...configMap.metadata, resourceVersion },
      data,
    });
    let lists = 0;
    let watches = 0;
    await serve((request, response) => {
      if (!request.url?.includes("watch=true")) {
        lists++;
        const items = lists === 1 ? [at("1")] : [{ ...at("9"), metadata: { ...at("9").metadata, name: "b" } }];
        return json(response, 200, { metadata: { resourceVersion: `${lists}0` }, items });
      }
      watches++;
      if (watches === 1) {
        response.write(`${JSON.stringify({ type: "MODIFIED", object: at("2") })}\n{"type":"MODI`);
        return setTimeout(() => response.destroy(), 10);
      }
      if (watches === 2) return response.end(`${JSON.stringify({ type: "ERROR", object: { code: 410 } })}\n`);
      return undefined;
    });
    const seen: string[] = [];
    for await (const { type, object } of client.watch("v1", "ConfigMap")) {
      seen.push(`${type} ${object.metadata.name}`);
      if (seen.length === 4) break;
    }
    assert.deepEqual(seen, ["ADDED a", "MODIFIED a", "DELETED a", "ADDED b"]);
    assert(
      requests.some(({ url }) => url?.includes("resourceVersion=2&")),
      "the second watch starts where the first ended",
    );
  });

  it("stops a watch whose events are garbage", async () => {
    await serve((request, response) =>
      request.url?.includes("watch=true")
        ? response.end("<html>\n")
        : json(response, 200, { metadata: { resourceVersion: "1" }, items: [] }),
    );
    const first = client.watch("v1", "ConfigMap")[Symbol.asyncIterator]().next();
    await fails(first, "KUBE_BAD_ANSWER", /not a watch event/);
  });
});

describe("kube connection failures", () => {
  it("says which server cannot be reached", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const client = connect(kubeconfig(`http://127.0.0.1:${port}`));
    await assert.rejects(client.version(), {
      code: "KUBE_UNREACHABLE",
      message: new RegExp(`127\\.0\\.0\\.1:${port}`),
    });
    await client.close();
  });
});

function kubeconfig(server: string): string {
  return JSON.stringify({
    clusters: [{ name: "c", cluster: { server } }],
    users: [{ name: "u", user: { token: "s3cret" } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  });
}

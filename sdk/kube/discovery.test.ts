import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";

import { connect, type KubeClient } from ".";

const configMaps = { name: "configmaps", kind: "ConfigMap", namespaced: true, verbs: ["get", "list"] };
const item = (name: string, resourceVersion = "1") => ({ metadata: { name, namespace: "default", resourceVersion } });

describe("kube discovery and lists on an older server", () => {
  let server: Server;
  let client: KubeClient;
  let asked: string[];
  let answers: Record<string, unknown>;

  beforeEach(async () => {
    asked = [];
    answers = {
      "/api": { kind: "APIVersions", versions: ["v1"] },
      "/apis": {
        kind: "APIGroupList",
        groups: [{ versions: [{ groupVersion: "x.io/v1" }] }, { versions: [{ groupVersion: "broken.io/v1" }] }],
      },
      "/api/v1": { kind: "APIResourceList", resources: [configMaps, { ...configMaps, name: "configmaps/status" }] },
      "/apis/x.io/v1": { kind: "APIResourceList", resources: [] },
    };
    server = createServer((request, response) => {
      asked.push(request.url ?? "");
      const answer = answers[request.url ?? ""] ?? answers[(request.url ?? "").replace(/\?.*/, "")];
      response.statusCode = answer === undefined ? 404 : ((answer as { code?: number }).code ?? 200);
      response.end(JSON.stringify(answer ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const clusters = [{ name: "c", cluster: { server: address } }];
    client = connect(
      JSON.stringify({ clusters, contexts: [{ name: "c", context: { cluster: "c" } }], "current-context": "c" }),
    );
  });
  afterEach(async () => {
    await client.close();
    server.closeAllConnections();
    server.close();
  });

  it("asks each group when the server has no aggregated discovery, and goes on without one that is down", async () => {
    assert.deepEqual(await client.resources(), [{ groupVersion: "v1", ...configMaps }]);
  });

  it("asks again for a kind that came later, and once only for one that never comes", async () => {
    await client.resources();
    answers["/apis/x.io/v1"] = { resources: [{ name: "things", kind: "Thing", namespaced: false, verbs: [] }] };
    answers["/apis/x.io/v1/things/a"] = { apiVersion: "x.io/v1", kind: "Thing", metadata: { name: "a" } };
    assert.equal((await client.get({ apiVersion: "x.io/v1", kind: "Thing", name: "a" }))?.metadata.name, "a");
    asked = [];
    await assert.rejects(client.get({ apiVersion: "x.io/v1", kind: "Never", name: "a" }), {
      code: "KUBE_KIND_UNKNOWN",
    });
    assert.equal(asked.filter((url) => url === "/apis").length, 1);
  });

  it("reads a list in pages, and from the start when the server has forgotten where it was", async () => {
    const path = "/api/v1/namespaces/default/configmaps";
    answers[`${path}?limit=500`] = { metadata: { continue: "more" }, items: [item("a")] };
    answers[`${path}?limit=500&continue=more`] = { metadata: {}, items: [item("b")] };
    const names = async () =>
      (await client.list("v1", "ConfigMap", { namespace: "default" })).map(
        ({ kind, metadata }) => `${kind} ${metadata.name}`,
      );
    assert.deepEqual(await names(), ["ConfigMap a", "ConfigMap b"]);
    answers[`${path}?limit=500&continue=more`] = { kind: "Status", code: 410 };
    answers[path] = { metadata: {}, items: [item("a"), item("c")] };
    assert.deepEqual(await names(), ["ConfigMap a", "ConfigMap c"]);
  });
});

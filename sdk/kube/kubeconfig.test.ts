import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CairnError } from "../errors";
import { credentialsOf } from "./credentials";
import { findKubeconfig, readConnection } from "./kubeconfig";

const base64 = (text: string) => Buffer.from(text).toString("base64");

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
}

const config = ({ cluster = {}, user = {} }: Parts = {}) =>
  JSON.stringify({
    clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:6443", ...cluster } }],
    users: [{ name: "u", user }],
    contexts: [
      { name: "one", context: { cluster: "c", user: "u", namespace: "team" } },
      { name: "two", context: { cluster: "missing", user: "u" } },
    ],
    "current-context": "one",
  });

const message = (text: string, options = {}) => {
  try {
    readConnection(text, options);
  } catch (error) {
    assert(error instanceof CairnError && error.code === "KUBECONFIG_INVALID");
    return error.message;
  }
  return assert.fail("it was accepted");
};

describe("kubeconfig", () => {
  let directory: string;
  beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), "kubeconfig-"))));
  afterEach(() => rm(directory, { recursive: true }));

  it("reads certificates from data and from files beside it", async () => {
    await writeFile(join(directory, "client.crt"), "CERT");
    const text = config({
      cluster: { "certificate-authority-data": base64("CA") },
      user: { "client-certificate": "client.crt", "client-key-data": base64("KEY") },
    });
    const connection = readConnection(text, { directory });
    assert.equal(connection.ca, "CA");
    assert.deepEqual(connection.certificate, { cert: "CERT", key: "KEY" });
    assert.equal(connection.namespace, "team");
  });

  it("says which contexts there are when the asked one is missing", () => {
    assert.match(message(config(), { context: "three" }), /no context named "three" \(there is: one, two\)/);
    assert.match(message(config(), { context: "two" }), /no cluster named "missing"/);
  });

  it("refuses to skip TLS verification unless it is stated", () => {
    const text = config({ cluster: { "insecure-skip-tls-verify": true } });
    assert.match(message(text), /turns TLS verification off/);
    assert.equal(readConnection(text, { allowInsecure: true }).insecure, true);
  });

  it("refuses what it would otherwise ignore to the user's harm", () => {
    assert.match(message(config({ user: { as: "admin" } })), /impersonation is not supported/);
    assert.match(message(config({ user: { "auth-provider": { name: "gcp" } } })), /auth-provider is not supported/);
    assert.match(message(config({ user: { "client-key-data": base64("KEY") } })), /key without its certificate/);
  });

  it("gives every finding with its place, and never quotes the file", () => {
    const text = message('users:\n- name: u\n  user: {token: "s3cret\nclusters: [');
    assert.match(text, /kubeconfig:\d+:\d+: not valid YAML/);
    assert.doesNotMatch(text, /s3cret/);
    assert.match(message(config({ cluster: { server: "file:///etc/passwd" } })), /clusters\.0\.cluster\.server/);
  });

  it("refuses an alias bomb and an oversized file", () => {
    const bomb = `a: &a [${"x,".repeat(50)}]\nb: &b [${"*a,".repeat(50)}]\nc: &c [${"*b,".repeat(50)}]\nd: [*c]`;
    assert.match(message(bomb), /aliases/);
    assert.match(message(" ".repeat(1024 * 1024 + 1)), /larger than 1 MiB/);
  });

  it("is found by text, by path and through KUBECONFIG", async () => {
    const path = join(directory, "config");
    await writeFile(path, config());
    assert.equal(findKubeconfig(config())?.text, config());
    assert.deepEqual(findKubeconfig(path), { text: config(), directory });
    assert.deepEqual(findKubeconfig("", { KUBECONFIG: `/nonexistent:${path}` }), { text: config(), directory });
    assert.equal(findKubeconfig("", { KUBECONFIG: "/nonexistent" }), undefined);
    assert.throws(() => findKubeconfig("/nonexistent"), { code: "KUBECONFIG_INVALID" });
  });

  describe("credential plugin", () => {
    const plugin = (script: string) => ({
      apiVersion: "client.authentication.k8s.io/v1",
      command: process.execPath,
      args: ["-e", script],
      installHint: "install the plugin",
    });
    const credential = (status: object) =>
      JSON.stringify({ kind: "ExecCredential", apiVersion: "client.authentication.k8s.io/v1", status });
    const credentials = (script: string) =>
      credentialsOf(readConnection(config({ user: { exec: plugin(script) } }), { directory }));

    it("is run once until its token expires, and again after a refusal", async () => {
      const log = join(directory, "log");
      const script = (expiry: string) =>
        `require("fs").appendFileSync(${JSON.stringify(log)}, "x");` +
        `console.log(JSON.stringify({kind:"ExecCredential",apiVersion:JSON.parse(process.env.KUBERNETES_EXEC_INFO).apiVersion,` +
        `status:{token:"t"+require("fs").readFileSync(${JSON.stringify(log)}).length,expirationTimestamp:${expiry}}}))`;
      const lasting = credentials(script(`"2999-01-01T00:00:00Z"`));
      assert.equal((await lasting.get()).token, "t1");
      assert.equal((await lasting.get()).token, "t1");
      assert.equal(lasting.refresh(), true);
      assert.equal((await lasting.get()).token, "t2");
      const expired = credentials(script(`"2001-01-01T00:00:00Z"`));
      assert.equal((await expired.get()).token, "t3");
      assert.equal((await expired.get()).token, "t4");
    });

    it("tells how to install it where it is missing", async () => {
      const exec = { ...plugin(""), command: "no-such-plugin" };
      await assert.rejects(
        credentialsOf(readConnection(config({ user: { exec } }), { directory })).get(),
        /no-such-plugin could not be started[^]*install the plugin/,
      );
    });

    it("fails with what to try by hand, and never quotes what it printed", async () => {
      const fails = (script: string, text: RegExp) =>
        assert.rejects(credentials(script).get(), (error) => {
          assert(error instanceof CairnError && error.code === "KUBE_UNAUTHORIZED");
          assert.match(error.message, text);
          assert.match(error.message, /by hand, as the kubeconfig does/);
          assert.doesNotMatch(error.message, /install the plugin/);
          assert.doesNotMatch(error.message, /s3cret/);
          return true;
        });
      await fails(`console.log("s3cret")`, /did not print an ExecCredential/);
      await fails(`console.log(${JSON.stringify(credential({}))})`, /neither a token nor a certificate/);
      await fails(`process.exit(3)`, /exit code 3/);
    });
  });
});

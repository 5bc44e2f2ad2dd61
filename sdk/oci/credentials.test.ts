import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { dockerCredentials } from "./credentials";

const auth = (text: string): { auth: string } => ({ auth: Buffer.from(text).toString("base64") });

describe("credentials of the Docker config", () => {
  const { DOCKER_CONFIG, PATH } = process.env;
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "cairn-docker-"));
    process.env["DOCKER_CONFIG"] = directory;
    process.env["PATH"] = `${directory}${delimiter}${PATH}`;
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
    process.env["PATH"] = PATH;
    if (DOCKER_CONFIG === undefined) delete process.env["DOCKER_CONFIG"];
    else process.env["DOCKER_CONFIG"] = DOCKER_CONFIG;
  });

  const write = (config: unknown): void =>
    writeFileSync(join(directory, "config.json"), typeof config === "string" ? config : JSON.stringify(config));
  const helper = (name: string, script: string): void => {
    const file = join(directory, `docker-credential-${name}`);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  };
  const lookUp = (host: string) => dockerCredentials()(host);

  it("are none without a config", async () => assert.equal(await lookUp("ghcr.io"), undefined));

  it("are those of exactly the host, port included", async () => {
    write({ auths: { "ghcr.io": auth("me:pass:word"), "127.0.0.1:5000": auth("you:secret") } });
    assert.deepEqual(await lookUp("ghcr.io"), { kind: "basic", username: "me", password: "pass:word" });
    assert.deepEqual(await lookUp("127.0.0.1:5000"), { kind: "basic", username: "you", password: "secret" });
    for (const other of [
      "evil-ghcr.io",
      "ghcr.io.evil.example",
      "ghcr.io:8443",
      "127.0.0.1:5001",
      "127.0.0.1",
      "__proto__",
    ])
      assert.equal(await lookUp(other), undefined, other);
  });

  it("of Docker Hub are under its old address", async () => {
    write({ auths: { "https://index.docker.io/v1/": auth("me:hub") } });
    assert.deepEqual(await lookUp("docker.io"), { kind: "basic", username: "me", password: "hub" });
  });

  it("come from the host's helper before anything else", async () => {
    write({ auths: { "ghcr.io": auth("old:old") }, credHelpers: { "ghcr.io": "mine" }, credsStore: "broken" });
    helper("mine", 'read host; echo "{\\"Username\\":\\"u\\",\\"Secret\\":\\"$host\\"}"');
    assert.deepEqual(await lookUp("ghcr.io"), { kind: "basic", username: "u", password: "ghcr.io" });
  });

  it("may be an identity token", async () => {
    write({ credHelpers: { "ghcr.io": "mine" } });
    helper("mine", 'echo "{\\"Username\\":\\"<token>\\",\\"Secret\\":\\"refresh\\"}"');
    assert.deepEqual(await lookUp("ghcr.io"), { kind: "identity-token", token: "refresh" });
  });

  for (const [what, script] of Object.entries({
    junk: "echo hunter2",
    "an error": "echo hunter2; exit 3",
    "too much": "head -c 200000 /dev/zero",
  })) {
    it(`are an error without its output when the helper answers with ${what}`, async () => {
      write({ credHelpers: { "ghcr.io": "mine" } });
      helper("mine", script);
      await assert.rejects(
        lookUp("ghcr.io"),
        (error: Error & { code?: string }) =>
          error.code === "OCI_CONFIG_INVALID" && !`${error.message} ${String(error.cause)}`.includes("hunter2"),
      );
    });
  }

  it("do not run a helper that is a path", async () => {
    write({ credHelpers: { "ghcr.io": "../../bin/sh" } });
    await assert.rejects(lookUp("ghcr.io"), { code: "OCI_CONFIG_INVALID" });
  });

  for (const config of [
    "{ broken: hunter2",
    '{"auths": "hunter2"}',
    '{"auths": {"ghcr.io": {"auth": "aHVudGVyMg=="}}}',
  ])
    it(`are an error that shows no secret when the config is ${config}`, async () => {
      write(config);
      await assert.rejects(
        lookUp("ghcr.io"),
        (error: Error & { code?: string }) => error.code === "OCI_CONFIG_INVALID" && !error.message.includes("hunter2"),
      );
    });
});

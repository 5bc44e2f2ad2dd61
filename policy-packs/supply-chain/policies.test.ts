import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { type ResourceValidationArgs, unknownCheckingProxy } from "@pulumi/policy";
import { type Host } from "./host";
import { policies } from "./policies";
import { type LockView } from "./rules";

const DIGEST = `sha256:${"a".repeat(64)}`;
const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWN_OBJECT = "dd056dcd-154b-4c76-9bd3-c8f88648b5ff";

const EMPTY_LOCK: LockView = {
  path: "/p/cairn.lock.yaml",
  find: () => [],
  completionsOf: () => [],
  withDigest: () => [],
  withPlatform: () => undefined,
};

const host = (overrides: Partial<Host> = {}): Host => ({
  env: {},
  directory: "/pack",
  now: () => new Date("2026-11-21T12:00:00Z"),
  readLock: () => Promise.resolve(EMPTY_LOCK),
  readKey(path) {
    throw new Error(`no such file: ${path}`);
  },
  verify: () => Promise.reject(new Error("no")),
  ...overrides,
});

interface Case {
  readonly policy?: string;
  readonly type?: string;
  readonly props: object;
  readonly config?: object;
  readonly host?: Host;
}

/** What the policy reports when the engine previews the resource. */
async function violations(test: Case): Promise<string[]> {
  const name = test.policy ?? "image-digest-pinned";
  const policy = policies(test.host ?? host()).find((candidate) => candidate.name === name);
  const messages: string[] = [];
  const type = test.type ?? "kubernetes:core/v1:Pod";
  const args = {
    type,
    name: "web",
    urn: `urn:pulumi:dev::demo::${type}::web`,
    props: unknownCheckingProxy(test.props),
    getConfig: () => test.config ?? {},
  } as unknown as ResourceValidationArgs;
  const validate = policy?.validateResource;
  assert.ok(typeof validate === "function");
  await validate(args, (message) => messages.push(message));
  return messages;
}

const pod = (...images: unknown[]): object => ({ spec: { containers: images.map((image) => ({ image })) } });
const exempt = (entry: object): object => ({
  exemptions: [{ reason: "upstream does not sign", link: "https://example.com/1", expires: "2026-12-31", ...entry }],
});

describe("a policy of the pack", () => {
  it("names the resource, the image, its path and the way out, one violation for each image", async () => {
    assert.deepEqual(await violations({ props: pod("nginx:1.27", `nginx@${DIGEST}`, "redis") }), [
      'Pod "web": image nginx:1.27 at spec.containers[0].image has no digest, so what runs can change without anybody changing the program; run `cairn lock --image nginx:1.27` and use the reference with the digest that it prints',
      'Pod "web": image redis at spec.containers[2].image has no digest, so what runs can change without anybody changing the program; run `cairn lock --image redis` and use the reference with the digest that it prints',
    ]);
  });

  it("reports an unknown image instead of letting the engine turn the policy into advice", async () => {
    for (const policy of ["image-digest-pinned", "image-in-lock", "image-signature-verified"]) {
      const [message] = await violations({ policy, props: pod(UNKNOWN_STRING) });
      assert.match(message ?? "", /at spec\.containers\[0\]\.image is not known before `up`/);
    }
    const [message] = await violations({ props: { spec: UNKNOWN_OBJECT } });
    assert.match(message ?? "", /the image at spec is not known/);
  });

  it("does not mind unknowns that have nothing to do with images", async () => {
    const props = {
      metadata: { name: UNKNOWN_STRING },
      spec: { containers: [{ image: `nginx@${DIGEST}`, env: [{ value: UNKNOWN_STRING }] }] },
    };
    assert.deepEqual(await violations({ props }), []);
  });

  it("never shows a value that is not an image reference", async () => {
    const secrets = [
      "p4ss word",
      "https://user:hunter2@example.com/x",
      "Zm9vYmFyCg==",
      `r/x@${"s".repeat(10)}@y`,
      { deep: "hunter2" },
      42,
      "",
    ];
    const messages = await violations({ props: pod(...secrets) });
    assert.equal(messages.length, secrets.length);
    for (const message of messages) {
      assert.match(message, /is not an image reference/);
      assert.doesNotMatch(message, /p4ss|hunter2|Zm9v|ssss|42/);
    }
    const [digest] = await violations({ props: pod("r/x@hunter2") });
    assert.doesNotMatch(digest ?? "", /hunter2/);
  });

  it("reads any inputs without failing, and shows none of their text but image references", async () => {
    const secret = "Secret!text";
    const inputs = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 6, withCrossShrink: true },
        fc.constantFrom<unknown>(secret, UNKNOWN_STRING, null, 7, true),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(
            "spec",
            "template",
            "containers",
            "image",
            "volumes",
            "reference",
            "images",
            "repository",
            "x",
          ),
          tie("value"),
          { maxKeys: 4 },
        ),
      ),
    })).value;
    await fc.assert(
      fc.asyncProperty(
        inputs,
        fc.constantFrom(
          "kubernetes:core/v1:Pod",
          "kubernetes:apps/v1:Deployment",
          "kubernetes:acme.dev/v1:Thing",
          "cairn:stack:Component",
        ),
        async (spec, type) => {
          const messages = await violations({ type, props: { spec, images: spec } });
          assert.ok(!messages.join().includes(secret));
        },
      ),
    );
  });

  it("escapes control characters of names and keys", async () => {
    const messages = await violations({
      type: "kubernetes:acme.dev/v1:Thing",
      props: { spec: { "\u001b[31m": { image: "a:1" } } },
    });
    assert.equal(messages.length, 1);
    assert.ok(!messages.join().includes("\u001b"));
  });

  it("reports a Helm Release, unless it is exempt by name", async () => {
    const release = { type: "kubernetes:helm.sh/v3:Release", props: { chart: "x", values: { password: "hunter2" } } };
    const [message] = await violations(release);
    assert.match(message ?? "", /Release "web": a Helm Release renders its images inside the provider/);
    assert.deepEqual(await violations({ ...release, config: exempt({ resource: "web" }) }), []);
  });

  describe("exemptions", () => {
    const props = pod("docker.io/library/nginx:1.27");

    it("match the reference, the name or the repository exactly", async () => {
      for (const image of ["docker.io/library/nginx:1.27", "docker.io/library/nginx"])
        assert.deepEqual(await violations({ props, config: exempt({ image }) }), [], image);
      for (const image of ["docker.io/library/ngin", "docker.io/library", "docker.io/library/nginx:1"])
        assert.equal((await violations({ props, config: exempt({ image }) })).length, 1, image);
    });

    it("count to the end of their last day, UTC", async () => {
      const config = exempt({ image: "docker.io/library/nginx" });
      const on = (now: string): Promise<string[]> =>
        violations({ props, config, host: host({ now: () => new Date(now) }) });
      assert.deepEqual(await on("2026-12-31T23:59:59Z"), []);
      const [message] = await on("2027-01-01T00:00:00Z");
      assert.match(
        message ?? "",
        /has no digest.*Its exemption expired on 2026-12-31 \(upstream does not sign, https:\/\/example\.com\/1\)/,
      );
    });

    const broken: Readonly<Record<string, object>> = {
      "without a reason": { image: "x", reason: "" },
      "without an expiry": { image: "x", expires: undefined },
      "without a link": { image: "x", link: undefined },
      "with a day that does not exist": { image: "x", expires: "2026-02-30" },
      "for nothing": {},
      "for an image and a resource at once": { image: "x", resource: "y" },
      "with an unknown field": { image: "x", until: "2027-01-01" },
    };
    for (const [what, entry] of Object.entries(broken))
      it(`${what} are an error of the configuration, without a stack trace`, async () => {
        await assert.rejects(violations({ props: {}, config: exempt(entry) }), (error: Error) => {
          assert.match(error.message, /the configuration of policy image-digest-pinned is not valid/);
          assert.equal(error.stack, error.message);
          return true;
        });
      });
  });

  describe("lock and keys", () => {
    it("without a lock is one violation for each resource, with the command", async () => {
      const messages = await violations({ policy: "image-in-lock", props: pod(`a@${DIGEST}`, `b@${DIGEST}`) });
      assert.equal(messages.length, 1);
      assert.match(messages[0] ?? "", /Pod "web": there is no lock to compare images with; run `cairn lock`/);
    });

    it("take the locks from the configuration before the environment, from the pack's directory", async () => {
      const asked: string[] = [];
      const reading = (env: Record<string, string>): Host =>
        host({ env, readLock: (path) => (asked.push(path), Promise.resolve(EMPTY_LOCK)) });
      const props = pod(`a@${DIGEST}`);
      await violations({ policy: "image-in-lock", props, host: reading({ CAIRN_LOCK: "/env.yaml:/second.yaml" }) });
      await violations({
        policy: "image-in-lock",
        props,
        host: reading({ CAIRN_LOCK: "/env.yaml" }),
        config: { locks: ["own.yaml", "/other.yaml"] },
      });
      assert.deepEqual(asked, ["/env.yaml", "/second.yaml", "/pack/own.yaml", "/other.yaml"]);
    });

    it("that cannot be read are a violation, not a crash", async () => {
      const env = { CAIRN_LOCK: "/l", CAIRN_TRUSTED_KEYS: "/k" };
      const unreadable = host({ env, readLock: () => Promise.reject(new Error("line 3: oops\n  more")) });
      const [lock] = await violations({ policy: "image-in-lock", props: pod("a:1"), host: unreadable });
      assert.match(lock ?? "", /the lock cannot be used: line 3: oops {3}more/);
      const [key] = await violations({ policy: "image-signature-verified", props: pod("a:1"), host: host({ env }) });
      assert.match(key ?? "", /a trusted key cannot be read: no such file: \/k/);
    });

    it("with no trusted key nothing is accepted", async () => {
      const [message] = await violations({
        policy: "image-signature-verified",
        props: pod(`a@${DIGEST}`),
        host: host({ env: { CAIRN_LOCK: "/l" } }),
      });
      assert.match(message ?? "", /no key is trusted to sign images/);
    });
  });

  it("has the metadata that Pulumi shows", () => {
    for (const policy of policies(host())) {
      assert.ok(policy.description && policy.displayName && policy.remediationSteps && policy.severity, policy.name);
      assert.ok(policy.configSchema?.properties["exemptions"]);
    }
  });
});

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { CairnError } from "../errors";
import { imageLockObject } from "./image-lock";
import { readLock, writeLock } from "./file";
import { type Lock } from "./types";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const lock: Lock = {
  apiVersion: "cairn.dev/v1",
  kind: "Lock",
  recipe: {
    digest: digest("1"),
    criteria: { service: "local", accelerator: "h100", intent: "training", os: "any", platform: "any", nodes: 0 },
  },
  kubernetes: { version: "1.36.1", apiVersions: ["resource.k8s.io/v1"] },
  helm: "3.21.4",
  charts: {
    metrics: {
      source: "oci://r.test/charts",
      chart: "metrics",
      version: "0.2.1",
      manifest: digest("2"),
      archive: digest("3"),
    },
  },
  kustomizations: {
    crds: {
      source: "https://git.test/crds",
      path: "base",
      tag: "v1.0.0",
      commit: "a".repeat(40),
      archive: digest("9"),
    },
  },
  images: [
    {
      reference: "docker.io/library/nginx:latest",
      digest: digest("4"),
      platforms: { "linux/amd64": digest("5") },
      components: [],
      signature: { status: "none" },
    },
    {
      reference: "r.test/a:1",
      digest: digest("6"),
      platforms: {},
      components: ["metrics"],
      signature: { status: "verified", key: digest("7"), bundle: '{"a": "#: \\n"}' },
    },
  ],
  exemptions: [
    { image: "r.test/b", reason: "vendor signs from May: see #", link: "https://x.test/1", expires: "2027-03-31" },
  ],
};

describe("the lock file", function () {
  this.timeout(30_000);
  let folder: string;
  const file = () => path.join(folder, "cairn.lock.yaml");
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "cairn-lock-test-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it("comes back as it was written, byte for byte the same each time, with a header for people", () => {
    writeLock(file(), lock);
    const text = fs.readFileSync(file(), "utf8");
    assert.match(text, /^# Made by `cairn lock`/);
    assert.deepEqual(readLock(file()), lock);
    writeLock(file(), readLock(file()));
    assert.equal(fs.readFileSync(file(), "utf8"), text);
    assert.deepEqual(fs.readdirSync(folder), ["cairn.lock.yaml"]);
  });

  const invalid: Readonly<Record<string, [(text: string) => string, RegExp]>> = {
    "an unknown field": [
      (text) => text.replace("helm:", "helmet: 1\nhelm:"),
      /cairn\.lock\.yaml:\d+:1: helmet: unknown field/,
    ],
    "a short digest, at its line and column": [
      (text) => text.replace(digest("3"), "sha256:33"),
      /cairn\.lock\.yaml:\d+:5: charts\.metrics\.archive: must be sha256/,
    ],
    "a short commit": [
      (text) => text.replace("a".repeat(40), "aaaaaaa"),
      /:\d+:5: kustomizations\.crds\.commit: must be a commit/,
    ],
    "a chart that is none, by a name that every object has": [
      (text) => text.replace("charts:\n", "charts:\n  __proto__: 1\n"),
      /charts\.__proto__: .*expected object/,
    ],
    "an image twice": [
      (text) => text.replace("r.test/a:1", "docker.io/library/nginx:latest"),
      /images\.1\.reference: .*twice/,
    ],
    "a short image name": [(text) => text.replace("r.test/a:1", "nginx:1"), /must be a full reference/],
    "a duplicate key": [(text) => text + "kind: Lock\n", /:\d+:1: duplicate key "kind"/],
    "an alias bomb": [() => `a: &a [1]\nb: [${"*a,".repeat(50)}]`, /is not a valid lock/],
    "nesting without end": [() => "[".repeat(100_000), /nested deeper than 64 levels/],
    "no YAML at all": [() => "\0\x01{", /is not a valid lock/],
    nothing: [() => "", /is not a valid lock/],
  };
  for (const [what, [change, message]] of Object.entries(invalid)) {
    it(`is refused with ${what}`, () => {
      writeLock(file(), lock);
      fs.writeFileSync(file(), change(fs.readFileSync(file(), "utf8")));
      assert.throws(
        () => readLock(file()),
        (error: unknown) => {
          assert.ok(error instanceof CairnError && error.code === "LOCK_INVALID", String(error));
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  it("keeps a key that every object has", () => {
    writeLock(file(), lock);
    const text = fs.readFileSync(file(), "utf8");
    fs.writeFileSync(file(), text.replace("platforms: {}", `platforms: { __proto__: ${digest("8")} }`));
    assert.deepEqual(Object.entries(readLock(file()).images[1]?.platforms ?? {}), [["__proto__", digest("8")]]);
  });

  it("is refused when it is a folder or too large", () => {
    assert.throws(() => readLock(folder), /is not a valid lock\n.*EISDIR/);
    fs.writeFileSync(file(), "");
    fs.truncateSync(file(), 17 * 1024 * 1024);
    assert.throws(() => readLock(file()), /it is larger than 16777216 bytes/);
  });

  it("cut short anywhere is read never as another lock", () => {
    writeLock(file(), lock);
    const text = fs.readFileSync(file(), "utf8");
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 2 }), (length) => {
        fs.writeFileSync(file(), text.slice(0, length));
        assert.throws(() => readLock(file()), CairnError);
      }),
      { numRuns: 60 },
    );
  });

  it("that is missing names the command to run", () => {
    assert.throws(() => readLock(file()), /there is no lock at .*\n→ run `cairn lock`/);
  });
});

describe("what is made of a lock", () => {
  it("the ImageLock names each image in every form in which a pod may write it", () => {
    assert.deepEqual((imageLockObject(lock)["spec"] as { images: object }).images, {
      "docker.io/library/nginx": digest("4"),
      "docker.io/library/nginx:latest": digest("4"),
      "docker.io/nginx": digest("4"),
      "docker.io/nginx:latest": digest("4"),
      "library/nginx": digest("4"),
      "library/nginx:latest": digest("4"),
      nginx: digest("4"),
      "nginx:latest": digest("4"),
      "r.test/a:1": digest("6"),
    });
  });
});

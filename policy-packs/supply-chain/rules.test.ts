import assert from "node:assert/strict";
import { describe, it } from "mocha";
import fc from "fast-check";
import { type Lock, type LockedImage } from "@cairn/sdk/lock";
import { parseImage, type Image } from "./reference";
import { completedInLock, completedSigned, digestPinned, inLock, joined, signatureVerified, viewOf } from "./rules";

const A = `sha256:${"a".repeat(64)}`;
const B = `sha256:${"b".repeat(64)}`;
const P = `sha256:${"c".repeat(64)}`;

const image = (text: string): Image => parseImage(text) ?? assert.fail(`${text} is a reference`);

const entry = (reference: string, digest: string, signature: LockedImage["signature"]): LockedImage => ({
  reference,
  digest,
  platforms: { "linux/amd64": P },
  components: [],
  signature,
});

const LOCK: Lock = {
  apiVersion: "cairn.dev/v1",
  kind: "Lock",
  recipe: {
    digest: A,
    criteria: { service: "local", accelerator: "h100", intent: "training", os: "any", platform: "any", nodes: 0 },
  },
  kubernetes: { version: "1.36.1", apiVersions: [] },
  helm: "3.21.4",
  charts: {},
  images: [
    entry("docker.io/library/nginx:1.27", A, { status: "verified", key: "sha256:k", bundle: "good" }),
    entry("ghcr.io/acme/app:1", B, { status: "none" }),
  ],
  exemptions: [],
};
const lock = viewOf(LOCK, "/p/cairn.lock.yaml");

describe("image-digest-pinned", () => {
  it("accepts a sha256 digest, with or without a tag", () => {
    assert.equal(digestPinned(image(`nginx@${A}`)), undefined);
    assert.equal(digestPinned(image(`127.0.0.1:5000/a/b:v1@${A}`)), undefined);
  });

  const refused: Readonly<Record<string, RegExp>> = {
    nginx: /has no digest/,
    "nginx:latest": /has no digest/,
    [`nginx@sha256:${"A".repeat(64)}`]: /not in lower case/,
    [`nginx@SHA256:${"a".repeat(64)}`]: /not in lower case/,
    [`nginx@sha256:${"a".repeat(63)}`]: /not 64 hex digits/,
    [`nginx@sha256:${"a".repeat(65)}`]: /not 64 hex digits/,
    [`nginx@sha512:${"a".repeat(128)}`]: /not a sha256 digest/,
    "nginx@": /not a sha256 digest/,
  };
  for (const [text, reason] of Object.entries(refused))
    it(`refuses ${text.slice(0, 30)} (${text.length} characters) and says what to run`, () => {
      assert.match(digestPinned(image(text)) ?? "", reason);
      assert.match(digestPinned(image(text)) ?? "", /cairn lock --image nginx/);
    });

  it("accepts nothing but 64 lower-case hex digits, whatever follows the @", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."sha256:512AFaf09@ /"), maxLength: 90 }), (suffix) => {
        const parsed = parseImage(`nginx@${suffix}`);
        return parsed === undefined || digestPinned(parsed) !== undefined || /^sha256:[0-9a-f]{64}$/.test(suffix);
      }),
    );
  });
});

describe("image-in-lock", () => {
  it("accepts the locked digest, by short name, full name, without tag, and by a platform's digest", () => {
    for (const text of [`nginx:1.27@${A}`, `docker.io/library/nginx:1.27@${A}`, `nginx@${A}`, `nginx:1.27@${P}`])
      assert.equal(inLock(image(text), lock), undefined, text);
  });

  it("refuses an image that the lock does not have, naming the lock and the command", () => {
    assert.match(
      inLock(image(`ghcr.io/acme/other:1@${A}`), lock) ?? "",
      /is not in \/p\/cairn\.lock\.yaml; run `cairn lock --image ghcr\.io\/acme\/other:1`/,
    );
    assert.match(inLock(image(`nginx:1.28@${A}`), lock) ?? "", /is not in/);
  });

  it("refuses a tag whose digest disagrees with the lock, and says what to write", () => {
    const finding = inLock(image(`nginx:1.27@${B}`), lock) ?? "";
    assert.match(finding, /disagrees with the lock about what tag 1\.27 is/);
    assert.ok(finding.includes(`docker.io/library/nginx:1.27@${A}`));
  });

  it("refuses a bare digest that the lock does not have for this repository", () => {
    assert.match(inLock(image(`nginx@${B}`), lock) ?? "", /has a digest that is not in/);
  });

  it("refuses a locked image that is used without its digest", () => {
    assert.ok((inLock(image("nginx:1.27"), lock) ?? "").includes(`write docker.io/library/nginx:1.27@${A}`));
  });
});

describe("image-signature-verified", () => {
  const accept = (): Promise<void> => Promise.resolve();
  const refuse = (): Promise<void> => Promise.reject(new Error("signed by another key\nsecond line"));

  it("accepts an image whose kept bundle proves again", async () => {
    const proved: string[][] = [];
    const verify = (bundle: string, digest: string): Promise<void> => {
      proved.push([bundle, digest]);
      return Promise.resolve();
    };
    assert.equal(await signatureVerified(image(`nginx:1.27@${A}`), lock, verify), undefined);
    assert.deepEqual(proved, [["good", A]]);
  });

  it("does not trust a lock that says `verified` when the bundle does not prove it", async () => {
    const finding = await signatureVerified(image(`nginx:1.27@${A}`), lock, refuse);
    assert.match(finding ?? "", /has a signature that does not hold: signed by another key\. Have it signed/);
  });

  it("refuses an image without a signature and names both ways out", async () => {
    const finding = (await signatureVerified(image(`ghcr.io/acme/app:1@${B}`), lock, accept)) ?? "";
    assert.match(finding, /is not signed/);
    assert.match(finding, /cosign sign/);
    assert.match(finding, /exempt it .* reason, link and expiry/);
  });

  it("refuses what is not in the lock, what has no digest, and one platform of a signed image", async () => {
    assert.match(
      (await signatureVerified(image(`x/y@${`sha256:${"d".repeat(64)}`}`), lock, accept)) ?? "",
      /is not in/,
    );
    assert.match((await signatureVerified(image("nginx:1.27"), lock, accept)) ?? "", /no usable digest/);
    assert.match(
      (await signatureVerified(image(`nginx@${P}`), lock, accept)) ?? "",
      /pinned to one platform.*docker\.io\/library\/nginx:1\.27@sha256:a/,
    );
  });
});

describe("an image whose tag an operator completes", () => {
  const driver = image("nvcr.io/nvidia/driver:580.1");
  const locked = (...entries: readonly LockedImage[]) => viewOf({ ...LOCK, images: entries }, "/p/cairn.lock.yaml");
  const signed = { status: "verified", key: "sha256:k", bundle: "good" } as const;
  const jammy = entry("nvcr.io/nvidia/driver:580.1-ubuntu22.04", A, signed);
  const noble = entry("nvcr.io/nvidia/driver:580.1-ubuntu24.04", B, { status: "none" });
  const verify = (bundle: string) => (bundle === "good" ? Promise.resolve() : Promise.reject(new Error("forged")));

  it("is refused while the lock has nothing that it could become, with the command", () => {
    const others = locked(
      entry("nvcr.io/nvidia/driver:580.10-ubuntu24.04", A, signed),
      entry("acme.example/driver:580.1-x", A, signed),
    );
    assert.match(
      completedInLock(driver, others) ?? "",
      /becomes nvcr\.io\/nvidia\/driver:580\.1-<system> .*run `cairn lock --image nvcr\.io\/nvidia\/driver:580\.1-ubuntu24\.04`/,
    );
    assert.equal(completedInLock(driver, locked(jammy)), undefined);
  });

  it("needs a signature of everything that it could become", async () => {
    assert.equal(await completedSigned(driver, locked(jammy), verify), undefined);
    assert.match((await completedSigned(driver, locked(jammy, noble), verify)) ?? "", /is not signed/);
    assert.match((await completedSigned(driver, locked(), verify)) ?? "", /has no such image/);
  });
});

describe("the locks of a program with two clusters", () => {
  const other = viewOf(
    { ...LOCK, images: [entry("quay.io/acme/serve:2", B, { status: "none" })] },
    "/q/cairn.lock.yaml",
  );
  const both = joined([lock, other]);

  it("let an image pass that is in one of them", () => {
    for (const text of [`nginx:1.27@${A}`, `quay.io/acme/serve:2@${B}`])
      assert.equal(inLock(image(text), both), undefined);
  });

  it("refuse what is in neither, naming both", () => {
    assert.match(
      inLock(image(`nginx:1.28@${A}`), both) ?? "",
      /is not in \/p\/cairn\.lock\.yaml or \/q\/cairn\.lock\.yaml; run/,
    );
  });

  it("are both searched for signatures and platforms", async () => {
    const verify = () => Promise.resolve();
    assert.match((await signatureVerified(image(`quay.io/acme/serve:2@${B}`), both, verify)) ?? "", /is not signed/);
    assert.match(
      (await signatureVerified(image(`quay.io/acme/serve@${P}`), joined([other]), verify)) ?? "",
      /one platform/,
    );
  });
});

/* eslint-disable @typescript-eslint/no-explicit-any -- a forged file has no type */
import assert from "node:assert/strict";
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import fc from "fast-check";
import { keyHint, parsePublicKey } from "./keys";
import { verifyBundle } from "./verify";

const PAYLOAD_TYPE = "application/vnd.in-toto+json";
const V03 = "application/vnd.dev.sigstore.bundle.v0.3+json";
const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ours = pemOf(publicKey);

const STATEMENT = {
  _type: "https://in-toto.io/Statement/v1",
  subject: [{ digest: { sha256: "ab".repeat(32) } }],
  predicateType: "https://example.dev/thing/v1",
  predicate: { ok: true },
};

interface Parts {
  readonly payload?: string | Buffer;
  readonly payloadType?: string;
  readonly signedWith?: KeyObject;
}

/** A bundle that is genuinely signed over whatever it says, and then changed by `change`. */
function bundle(parts: Parts = {}, change: (json: any) => void = () => undefined): Buffer {
  const payload = Buffer.from(parts.payload ?? JSON.stringify(STATEMENT));
  const payloadType = parts.payloadType ?? PAYLOAD_TYPE;
  const pae = Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload]);
  const json = {
    mediaType: V03,
    verificationMaterial: { publicKey: { hint: keyHint(publicKey) } },
    dsseEnvelope: {
      payload: payload.toString("base64"),
      payloadType,
      signatures: [{ sig: sign("sha256", pae, parts.signedWith ?? privateKey).toString("base64") }],
    },
  };
  change(json);
  return Buffer.from(JSON.stringify(json));
}

const text = (from: string | RegExp, to: string): Buffer => Buffer.from(bundle().toString().replace(from, to));
const verify = (bytes: Buffer, keys: readonly string[] = [ours]) => verifyBundle(bytes, { kind: "keys", keys });

function pemOf(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }) as string;
}

describe("verifyBundle", () => {
  it("proves who signed a statement", () => {
    const verified = verify(bundle());
    assert.deepEqual(verified.statement, STATEMENT);
    assert.equal(verified.payload.toString(), JSON.stringify(STATEMENT));
    assert.equal(verified.key, `sha256:${Buffer.from(keyHint(publicKey), "base64").toString("hex")}`);
  });

  it("reads a v0.1 statement, which cosign still writes", () => {
    const payload = JSON.stringify({ ...STATEMENT, _type: "https://in-toto.io/Statement/v0.1" });
    assert.equal(verify(bundle({ payload })).statement._type, "https://in-toto.io/Statement/v0.1");
  });

  it("takes any key of the policy", () => {
    const other = pemOf(generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey);
    assert.equal(verify(bundle(), [other, ours]).statement.predicateType, STATEMENT.predicateType);
  });

  const other = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signed = (statement: unknown): Buffer => bundle({ payload: JSON.stringify(statement) });
  const attacks: Readonly<Record<string, readonly [string, () => Buffer, (readonly string[])?]>> = {
    "a payload in which one bit was flipped": [
      "SIGSTORE_SIGNATURE_INVALID",
      () =>
        bundle({}, (b) => {
          const payload = Buffer.from(b.dsseEnvelope.payload, "base64");
          payload[payload.length - 5]! ^= 1;
          b.dsseEnvelope.payload = payload.toString("base64");
        }),
    ],
    "a signature by a foreign key that names ours": [
      "SIGSTORE_SIGNATURE_INVALID",
      () => bundle({ signedWith: other.privateKey }),
    ],
    "a bundle of a foreign key": ["SIGSTORE_KEY_UNKNOWN", () => bundle(), [pemOf(other.publicKey)]],
    "an empty policy": ["SIGSTORE_POLICY_EMPTY", () => bundle(), []],
    "a private key as policy": [
      "SIGSTORE_KEY_INVALID",
      () => bundle(),
      [privateKey.export({ type: "pkcs8", format: "pem" }) as string],
    ],
    "a P-384 key as policy": [
      "SIGSTORE_KEY_INVALID",
      () => bundle(),
      [pemOf(generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey)],
    ],
    "a payload type that is not in-toto": ["SIGSTORE_PAYLOAD_TYPE", () => bundle({ payloadType: "application/json" })],
    "a payload that is no statement": ["SIGSTORE_STATEMENT_INVALID", () => signed({ hello: 1 })],
    "a payload that is no JSON": ["SIGSTORE_STATEMENT_INVALID", () => bundle({ payload: "hello" })],
    "two signatures": [
      "SIGSTORE_BUNDLE_MALFORMED",
      () => bundle({}, (b) => b.dsseEnvelope.signatures.push(b.dsseEnvelope.signatures[0])),
    ],
    "no signature": ["SIGSTORE_BUNDLE_MALFORMED", () => bundle({}, (b) => (b.dsseEnvelope.signatures = []))],
    "an empty signature": [
      "SIGSTORE_BUNDLE_MALFORMED",
      () => bundle({}, (b) => (b.dsseEnvelope.signatures[0].sig = "")),
    ],
    "a message signature instead of an envelope": [
      "SIGSTORE_BUNDLE_MALFORMED",
      () =>
        bundle({}, (b) => {
          b.messageSignature = { messageDigest: { algorithm: "SHA2_256", digest: "AA==" }, signature: "AA==" };
          delete b.dsseEnvelope;
        }),
    ],
    "a key and a certificate": [
      "SIGSTORE_BUNDLE_MALFORMED",
      () => bundle({}, (b) => (b.verificationMaterial.certificate = { rawBytes: "AA==" })),
    ],
    "a certificate chain, which v0.3 forbids": [
      "SIGSTORE_BUNDLE_MALFORMED",
      () => bundle({}, (b) => (b.verificationMaterial = { x509CertificateChain: { certificates: [] } })),
    ],
    "a keyid that is not the hint": [
      "SIGSTORE_BUNDLE_MALFORMED",
      () => bundle({}, (b) => (b.dsseEnvelope.signatures[0].keyid = "another")),
    ],
    "an unknown field": ["SIGSTORE_BUNDLE_MALFORMED", () => bundle({}, (b) => (b.extra = 1))],
    "a duplicate key": ["SIGSTORE_BUNDLE_MALFORMED", () => text('"payloadType"', '"payload":"AA==","payloadType"')],
    "a key that is duplicate once its escape is read": [
      "SIGSTORE_BUNDLE_MALFORMED",
      () => text('"payloadType"', '"p\\u0061yload":"AA==","payloadType"'),
    ],
    "a __proto__ key": ["SIGSTORE_BUNDLE_MALFORMED", () => text("{", '{"__proto__":{"x":1},')],
    "a constructor key": ["SIGSTORE_BUNDLE_MALFORMED", () => text("{", '{"constructor":{"x":1},')],
    "base64 with stray bits": [
      "SIGSTORE_BUNDLE_MALFORMED",
      () => bundle({ payload: "a" }, (b) => (b.dsseEnvelope.payload = "YR==")),
    ],
    "base64 in the URL alphabet": [
      "SIGSTORE_BUNDLE_MALFORMED",
      () => bundle({}, (b) => (b.dsseEnvelope.payload = "_-_-")),
    ],
    "base64 with a line break": [
      "SIGSTORE_BUNDLE_MALFORMED",
      () => bundle({}, (b) => (b.dsseEnvelope.payload = b.dsseEnvelope.payload.replace(/^(.{8})/, "$1\n"))),
    ],
    "base64 without padding": [
      "SIGSTORE_BUNDLE_MALFORMED",
      () => bundle({ payload: "a" }, (b) => (b.dsseEnvelope.payload = "YQ")),
    ],
    "bundle version 9.9": [
      "SIGSTORE_BUNDLE_VERSION",
      () => bundle({}, (b) => (b.mediaType = V03.replace("0.3", "9.9"))),
    ],
    "bundle version 0.2": [
      "SIGSTORE_BUNDLE_VERSION",
      () => bundle({}, (b) => (b.mediaType = V03.replace("0.3", "0.2"))),
    ],
    "no bundle version": ["SIGSTORE_BUNDLE_VERSION", () => bundle({}, (b) => delete b.mediaType)],
    "a byte order mark": ["SIGSTORE_BUNDLE_MALFORMED", () => Buffer.concat([Buffer.from("\ufeff"), bundle()])],
    "UTF-16": ["SIGSTORE_BUNDLE_MALFORMED", () => Buffer.from(bundle().toString(), "utf16le")],
    "invalid UTF-8": ["SIGSTORE_BUNDLE_MALFORMED", () => Buffer.concat([bundle(), Buffer.from([0xff])])],
    "trailing garbage": ["SIGSTORE_BUNDLE_MALFORMED", () => Buffer.concat([bundle(), Buffer.from("{}")])],
    "nothing at all": ["SIGSTORE_BUNDLE_MALFORMED", () => Buffer.alloc(0)],
    "JSON nested 100000 deep": ["SIGSTORE_BUNDLE_MALFORMED", () => Buffer.from("[".repeat(1e5) + "]".repeat(1e5))],
    "a bundle of 100 MB": ["SIGSTORE_BUNDLE_MALFORMED", () => Buffer.alloc(100e6, 0x20)],
    "a statement with another _type": ["SIGSTORE_STATEMENT_INVALID", () => signed({ ...STATEMENT, _type: "x" })],
    "a statement without subject": ["SIGSTORE_STATEMENT_INVALID", () => signed({ ...STATEMENT, subject: [] })],
    "a statement with 20000 subjects": [
      "SIGSTORE_STATEMENT_INVALID",
      () => signed({ ...STATEMENT, subject: Array(2e4).fill(STATEMENT.subject[0]) }),
    ],
    "a subject without digest": [
      "SIGSTORE_STATEMENT_INVALID",
      () => signed({ ...STATEMENT, subject: [{ digest: {} }] }),
    ],
    "an upper-case digest": [
      "SIGSTORE_STATEMENT_INVALID",
      () => signed({ ...STATEMENT, subject: [{ digest: { sha256: "AB".repeat(32) } }] }),
    ],
    "a short digest": [
      "SIGSTORE_STATEMENT_INVALID",
      () => signed({ ...STATEMENT, subject: [{ digest: { sha256: "abab" } }] }),
    ],
    "an unknown field in the statement": ["SIGSTORE_STATEMENT_INVALID", () => signed({ ...STATEMENT, extra: 1 })],
    "a duplicate key in the signed statement": [
      "SIGSTORE_STATEMENT_INVALID",
      () => bundle({ payload: JSON.stringify(STATEMENT).replace('"ok":true', '"ok":false,"ok":true') }),
    ],
    "a number that no double holds": [
      "SIGSTORE_STATEMENT_INVALID",
      () => bundle({ payload: JSON.stringify(STATEMENT).replace("true", "1e400") }),
    ],
    "a lone surrogate": [
      "SIGSTORE_STATEMENT_INVALID",
      () => bundle({ payload: JSON.stringify(STATEMENT).replace("true", '"\\ud800"') }),
    ],
  };
  for (const [name, [code, attack, keys]] of Object.entries(attacks)) {
    it(`refuses ${name}`, () =>
      assert.throws(() => verify(attack(), keys), { name: "CairnError", code, kind: "invalid" }));
  }

  it("refuses any change of any byte that is not outside the meaning of JSON", () => {
    const good = bundle();
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = Buffer.from(good);
        changed[at]! ^= mask;
        assert.throws(() => verify(changed), { name: "CairnError" });
      }),
      { numRuns: 300 },
    );
  });

  it("refuses every truncation", () => {
    const good = bundle();
    for (let length = 0; length < good.length; length++)
      assert.throws(() => verify(good.subarray(0, length)), { name: "CairnError" });
  });

  it("never throws anything but a coded error, whatever JSON it is given", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        assert.throws(() => verify(Buffer.from(json)), { name: "CairnError" });
      }),
    );
  });
});

describe("parsePublicKey", () => {
  it("refuses an unreadable key with a coded error", () => {
    const broken = ours.replace(/[A-Za-z0-9]{20}/, "AAAAAAAAAAAAAAAAAAAA");
    assert.throws(() => parsePublicKey(broken), { code: "SIGSTORE_KEY_INVALID" });
  });
});

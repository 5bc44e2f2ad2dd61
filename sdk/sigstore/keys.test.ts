/* eslint-disable @typescript-eslint/no-explicit-any -- a forged file has no type */
import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { generateKeyPair, keyFingerprint, openPrivateKey, type KeyPair } from "./keys";

describe("a signing key file", () => {
  let pair: KeyPair;
  before(() => {
    pair = generateKeyPair("correct horse");
  });

  it("opens with its password and signs for its public key", async () => {
    const signer = openPrivateKey(pair.privateKey, "correct horse");
    const signature = await signer.sign(Buffer.from("hello"));
    assert.equal(signer.publicKey, pair.publicKey);
    assert.ok(verify("sha256", Buffer.from("hello"), createPublicKey(pair.publicKey), signature));
    assert.match(keyFingerprint(pair.publicKey), /^sha256:[0-9a-f]{64}$/);
  });

  it("does not open with another password, and the error does not show it", () => {
    assert.throws(
      () => openPrivateKey(pair.privateKey, "battery staple"),
      (error: Error & { code?: string }) =>
        error.code === "SIGSTORE_PASSWORD_WRONG" && !error.message.includes("battery staple"),
    );
  });

  it("is not made without a password", () => {
    assert.throws(() => generateKeyPair(""), { code: "SIGSTORE_KEY_INVALID" });
  });

  const rewrite = (change: (file: any) => void): string => {
    const body = pair.privateKey.replace(/-----[^-]+-----|\s/g, "");
    const file = JSON.parse(Buffer.from(body, "base64").toString());
    change(file);
    const label = "ENCRYPTED SIGSTORE PRIVATE KEY";
    const base64 = Buffer.from(JSON.stringify(file)).toString("base64");
    return `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----\n`;
  };
  const hostile: Readonly<Record<string, () => string>> = {
    "that would take hours to derive": () => rewrite((f) => (f.kdf.params.N = 2 ** 30)),
    "with another cipher": () => rewrite((f) => (f.cipher.name = "none")),
    "with a short nonce": () => rewrite((f) => (f.cipher.nonce = "AAAA")),
    "that is not encrypted": () => pair.privateKey.replaceAll("ENCRYPTED SIGSTORE PRIVATE KEY", "PRIVATE KEY"),
    "that is a public key": () => pair.publicKey,
    "that is truncated": () => pair.privateKey.slice(0, 200),
    "that is empty": () => "",
  };
  for (const [name, pem] of Object.entries(hostile)) {
    it(`refuses one ${name}`, () =>
      assert.throws(() => openPrivateKey(pem(), "correct horse"), { code: "SIGSTORE_KEY_INVALID" }));
  }
});

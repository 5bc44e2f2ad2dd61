import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  scryptSync,
  sign,
  type KeyObject,
} from "node:crypto";
import { secretbox } from "tweetnacl";
import * as z from "zod";
import { sigstoreError } from "./errors";
import { type Signer } from "./types";

/** A key pair as cosign writes it: both are PEM. */
export interface KeyPair {
  /** `ENCRYPTED SIGSTORE PRIVATE KEY`, useless without its password. */
  readonly privateKey: string;
  /** SPKI. */
  readonly publicKey: string;
}

// go-securesystemslib/encrypted 0.9 (2024): the parameters that cosign writes, and the other two sets that it reads.
const SCRYPT = { N: 65536, r: 8, p: 1 } as const;
const SCRYPT_N_ACCEPTED: readonly number[] = [32768, SCRYPT.N, 131072];
const PEM_LABELS = ["ENCRYPTED SIGSTORE PRIVATE KEY", "ENCRYPTED COSIGN PRIVATE KEY"];
const KEY_FILE_MAX_CHARACTERS = 16_384;

const bytesOf = (length: number) =>
  z
    .base64()
    .transform((text) => Buffer.from(text, "base64"))
    .refine((bytes) => bytes.length === length, `must be ${length} bytes`);

const EncryptedKey = z.strictObject({
  kdf: z.strictObject({
    name: z.literal("scrypt"),
    params: z.strictObject({
      // Anything else could make reading a key take hours.
      N: z.number().refine((n) => SCRYPT_N_ACCEPTED.includes(n), "is not a cost that cosign uses"),
      r: z.literal(SCRYPT.r),
      p: z.literal(SCRYPT.p),
    }),
    salt: bytesOf(32),
  }),
  cipher: z.strictObject({ name: z.literal("nacl/secretbox"), nonce: bytesOf(24) }),
  ciphertext: z.base64().transform((text) => Buffer.from(text, "base64")),
});

/**
 * Makes a P-256 key pair in the format that cosign reads.
 *
 * @throws CairnError `SIGSTORE_KEY_INVALID` when the password is empty
 */
export function generateKeyPair(password: string): KeyPair {
  if (password === "") throw sigstoreError("SIGSTORE_KEY_INVALID", "a signing key needs a password");
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    privateKey: encrypt(privateKey.export({ type: "pkcs8", format: "der" }), password),
    publicKey: publicKey.export({ type: "spki", format: "pem" }) as string,
  };
}

/**
 * Opens a private key that {@link generateKeyPair} or `cosign generate-key-pair` made. Takes about 0.2 s: that is the point of scrypt.
 *
 * @throws CairnError `SIGSTORE_PASSWORD_WRONG` or `SIGSTORE_KEY_INVALID`
 */
export function openPrivateKey(pem: string, password: string): Signer {
  const key = decrypt(pem, password);
  const publicKey = createPublicKey(key);
  assertP256(publicKey);
  return {
    publicKey: publicKey.export({ type: "spki", format: "pem" }) as string,
    sign: (bytes) => Promise.resolve(sign("sha256", bytes, key)),
  };
}

/**
 * Reads a public key.
 *
 * @throws CairnError `SIGSTORE_KEY_INVALID` when it is not the SPKI PEM of a P-256 key
 */
export function parsePublicKey(pem: string): KeyObject {
  const label = /-----BEGIN ([A-Z ]+)-----/.exec(pem)?.[1];
  // createPublicKey would take a private key or a certificate as well.
  if (label !== "PUBLIC KEY")
    throw sigstoreError("SIGSTORE_KEY_INVALID", `a public key in PEM is expected, not ${label ?? "other text"}`);
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (cause) {
    throw sigstoreError("SIGSTORE_KEY_INVALID", "the public key cannot be read", { cause });
  }
  assertP256(key);
  return key;
}

/** `sha256:…` of a public key's SPKI DER: how locks, pointers and messages name a key. */
export function keyFingerprint(publicKey: string): string {
  return `sha256:${spkiHash(parsePublicKey(publicKey)).toString("hex")}`;
}

/** How Sigstore bundles name a key: base64 of the sha256 of its SPKI DER (sigstore-go, cosign). */
export function keyHint(key: KeyObject): string {
  return spkiHash(key).toString("base64");
}

function spkiHash(key: KeyObject): Buffer {
  return createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest();
}

function assertP256(key: KeyObject): void {
  if (key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1") return;
  throw sigstoreError("SIGSTORE_KEY_INVALID", `the key is ${key.asymmetricKeyType ?? "unknown"}, not ECDSA on P-256`, {
    hint: "make one with `cosign generate-key-pair`",
  });
}

function encrypt(pkcs8: Buffer, password: string): string {
  const [salt, nonce] = [randomBytes(32), randomBytes(24)];
  const ciphertext = secretbox(pkcs8, nonce, deriveKey(password, salt, SCRYPT.N));
  const file = {
    kdf: { name: "scrypt", params: SCRYPT, salt: salt.toString("base64") },
    cipher: { name: "nacl/secretbox", nonce: nonce.toString("base64") },
    ciphertext: Buffer.from(ciphertext).toString("base64"),
  };
  return toPem("ENCRYPTED SIGSTORE PRIVATE KEY", Buffer.from(JSON.stringify(file)));
}

function decrypt(pem: string, password: string): KeyObject {
  const { kdf, cipher, ciphertext } = readKeyFile(pem);
  const pkcs8 = secretbox.open(ciphertext, cipher.nonce, deriveKey(password, kdf.salt, kdf.params.N));
  if (pkcs8 === null)
    throw sigstoreError("SIGSTORE_PASSWORD_WRONG", "the password does not open the signing key", {
      hint: "check COSIGN_PASSWORD, or the password that the program passes",
    });
  try {
    return createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
  } catch {
    // The cause may show key material.
    throw sigstoreError("SIGSTORE_KEY_INVALID", "the signing key's content is not a private key");
  }
}

function readKeyFile(pem: string): z.infer<typeof EncryptedKey> {
  const match = /^\s*-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----\s*$/.exec(
    pem.slice(0, KEY_FILE_MAX_CHARACTERS),
  );
  const invalid = (why: string): Error =>
    sigstoreError("SIGSTORE_KEY_INVALID", `the signing key ${why}`, {
      hint: "make one with `cosign generate-key-pair`; the private key is the file cosign.key",
    });
  if (match === null) throw invalid("is not a PEM file");
  if (!PEM_LABELS.includes(match[1] ?? "")) throw invalid(`is "${match[1]}", not an encrypted cosign key`);
  try {
    return EncryptedKey.parse(JSON.parse(Buffer.from(match[2] ?? "", "base64").toString("utf8")));
  } catch {
    throw invalid("is not in cosign's format");
  }
}

function deriveKey(password: string, salt: Buffer, N: number): Buffer {
  return scryptSync(password, salt, secretbox.keyLength, { N, r: SCRYPT.r, p: SCRYPT.p, maxmem: 256 * N * SCRYPT.r });
}

function toPem(label: string, bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

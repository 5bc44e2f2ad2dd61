import { createCipheriv, createDecipheriv, createHash, pbkdf2, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { CairnError, messageOf } from "../../errors";

const ITERATIONS = 1_000_000;
export const KEY_BYTES = 32;
const SALT_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** What Pulumi encrypts beside the salt, to tell a wrong passphrase at once. */
const PROBE = "pulumi";

/**
 * Pulumi's passphrase secrets: PBKDF2-SHA256 and AES-256-GCM, `v1:<nonce>:<ciphertext and tag>` (pkg/secrets/passphrase and
 * sdk/go/common/resource/config/crypt.go, Pulumi 3.270).
 */
export class Crypter {
  private constructor(
    private readonly key: Buffer,
    /** `v1:<salt>:<encrypted probe>`: what the state file and `encryptionsalt` carry. */
    readonly salt: string,
  ) {}

  /** @throws CairnError PASSPHRASE_WRONG, SALT_INVALID */
  static async open(passphrase: string, salt?: string): Promise<Crypter> {
    if (salt === undefined) {
      const bytes = randomBytes(SALT_BYTES);
      const key = await derive(passphrase, bytes);
      return new Crypter(key, `v1:${bytes.toString("base64")}:${encrypt(key, PROBE)}`);
    }
    const [version, encoded, ...probe] = salt.split(":");
    if (version !== "v1" || encoded === undefined || probe.length !== 3) {
      throw new CairnError("SALT_INVALID", "the stack's encryption salt is not of the form v1:<salt>:<check>");
    }
    const key = await derive(passphrase, Buffer.from(encoded, "base64"));
    if (tryDecrypt(key, probe.join(":")) !== PROBE) {
      throw new CairnError("PASSPHRASE_WRONG", "the passphrase does not fit this stack's secrets", {
        hint: "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the passphrase that the stack was made with",
      });
    }
    return new Crypter(key, salt);
  }

  /** A key for one run, handed to a provider process. */
  static withKey(key: Buffer): Crypter {
    return new Crypter(key, "");
  }

  encrypt(text: string): string {
    return encrypt(this.key, text);
  }

  /** @throws CairnError SECRET_UNREADABLE */
  decrypt(ciphertext: string): string {
    const text = tryDecrypt(this.key, ciphertext);
    if (text === undefined)
      throw new CairnError("SECRET_UNREADABLE", "a secret was changed or encrypted with another key");
    return text;
  }
}

/** Keys by a digest of what they come from. A program that runs many operations on a stack pays for its key once. */
const derived = new Map<string, Promise<Buffer>>();

function derive(passphrase: string, salt: Buffer): Promise<Buffer> {
  const id = createHash("sha256").update(salt).update(passphrase).digest("base64");
  const key = derived.get(id) ?? promisify(pbkdf2)(passphrase, salt, ITERATIONS, KEY_BYTES, "sha256");
  derived.set(id, key);
  return key;
}

function encrypt(key: Buffer, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
}

function tryDecrypt(key: Buffer, ciphertext: string): string | undefined {
  const [version, nonce, sealed] = ciphertext.split(":");
  if (version !== "v1" || nonce === undefined || sealed === undefined) return undefined;
  const bytes = Buffer.from(sealed, "base64");
  try {
    const cipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
    cipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return cipher.update(bytes.subarray(0, -TAG_BYTES), undefined, "utf8") + cipher.final("utf8");
  } catch {
    return undefined;
  }
}

/**
 * The passphrase that the environment names, as the Pulumi CLI reads it. An empty one is allowed when it is set on purpose.
 * @throws CairnError PASSPHRASE_MISSING
 */
export function passphraseFrom(env: NodeJS.ProcessEnv): string {
  const phrase = env["PULUMI_CONFIG_PASSPHRASE"];
  if (phrase !== undefined) return phrase;
  const file = env["PULUMI_CONFIG_PASSPHRASE_FILE"];
  if (file === undefined || file === "") {
    throw new CairnError("PASSPHRASE_MISSING", "the stack's secrets need a passphrase", {
      hint: "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
    });
  }
  try {
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    throw new CairnError("PASSPHRASE_MISSING", `cannot read PULUMI_CONFIG_PASSPHRASE_FILE: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Opens crypters with the environment's passphrase, each salt's once. A stack without a salt gets a new one. */
export function crypterFor(env: NodeJS.ProcessEnv): (salt: string | undefined) => Promise<Crypter> {
  const opened = new Map<string | undefined, Promise<Crypter>>();
  return (salt) => {
    let crypter = opened.get(salt);
    if (crypter === undefined) {
      crypter = Promise.resolve().then(() => Crypter.open(passphraseFrom(env), salt));
      opened.set(salt, crypter);
    }
    return crypter;
  };
}

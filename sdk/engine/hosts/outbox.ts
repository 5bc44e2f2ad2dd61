import { createHash, randomBytes, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Crypter, KEY_BYTES } from "../state/crypter";
import { withLock } from "../../files";
import { type RecordedAnswer } from "./outbox-record";

/** Held by the provider process as long as it lives. */
const LOCK_FILE = "lock";
const KEY_FILE = "key";

const recordFile = (directory: string, method: string, urn: string): string =>
  path.join(directory, `${createHash("sha256").update(`${method} ${urn}`).digest("hex")}.answer`);

/** The provider's side: one encrypted file per answered call. */
export class OutboxWriter {
  private constructor(
    private readonly directory: string,
    private readonly crypter: Crypter,
  ) {}

  /** `undefined` at preview, when nothing is made. */
  static open(directory: string, key: string): OutboxWriter | undefined {
    if (directory === "") return undefined;
    void withLock(path.join(directory, LOCK_FILE), () => new Promise(() => undefined));
    return new OutboxWriter(directory, Crypter.withKey(Buffer.from(key, "hex")));
  }

  write(answer: RecordedAnswer): void {
    const file = recordFile(this.directory, answer.method, answer.urn);
    try {
      writeFileSync(`${file}.new`, this.crypter.encrypt(JSON.stringify(answer)), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    } catch {
      // The engine cleared the outbox, so it has every answer that it wants.
    }
  }
}

/** The engine's side: a directory per run beside the state file. */
export class Outbox {
  readonly directory: string;
  readonly key: string;

  constructor(root: string, crypter: Crypter) {
    this.directory = path.join(root, randomUUID());
    this.key = randomBytes(KEY_BYTES).toString("hex");
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    writeFileSync(path.join(this.directory, KEY_FILE), crypter.encrypt(this.key), { mode: 0o600 });
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Waits for provider processes that a killed engine left behind, then hands over what they answered. */
export async function collectAnswers(
  root: string,
  crypter: Crypter,
  onWait: (pid: number) => void,
): Promise<RecordedAnswer[]> {
  if (!existsSync(root)) return [];
  const answers: RecordedAnswer[] = [];
  for (const run of readdirSync(root)) {
    const directory = path.join(root, run);
    await withLock(path.join(directory, LOCK_FILE), () => Promise.resolve(), { onWait });
    const keyFile = path.join(directory, KEY_FILE);
    if (!existsSync(keyFile)) continue;
    const own = Crypter.withKey(Buffer.from(crypter.decrypt(readFileSync(keyFile, "utf8")), "hex"));
    for (const file of readdirSync(directory).filter((name) => name.endsWith(".answer"))) {
      answers.push(JSON.parse(own.decrypt(readFileSync(path.join(directory, file), "utf8"))) as RecordedAnswer);
    }
  }
  return answers;
}

export function forgetAnswers(root: string): void {
  rmSync(root, { recursive: true, force: true });
}

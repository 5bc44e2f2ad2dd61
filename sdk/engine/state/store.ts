import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { version as pulumiVersion } from "@pulumi/pulumi/version";
import { CairnError, messageOf } from "../../errors";
import { writeFileAtomically } from "../../files";
import { type JsonObject } from "../../json";
import { isObject } from "../wire";
import { decodePending, decodeResource, encodePending, encodeResource } from "./codec";
import { type Crypter } from "./crypter";
import { type JournalEntry, JournalWriter, readJournal, syncDirectory } from "./journal";
import { type PendingOperation, type ResourceState, stateKey } from "./model";
import { inOrder } from "./order";

export interface StoreOptions {
  /** `<stack>.json`; the journal lies beside it. */
  readonly file: string;
  /** Opens the secrets of this stack; `salt` is what its state file carries. */
  readonly crypter: (salt: string | undefined) => Promise<Crypter>;
  /** Only the holder of the stack's lock may write. A reader sees what was saved last. */
  readonly write: boolean;
}

/** What one step changes. All of it is saved together. */
export interface Change {
  readonly begin?: PendingOperation;
  readonly end?: PendingOperation;
  readonly put?: readonly ResourceState[];
  readonly drop?: readonly ResourceState[];
  readonly rename?: readonly [from: string, to: string];
}

const DEPLOYMENT_VERSION = 3;
const pendingKey = (pending: PendingOperation): string => `${pending.type} ${stateKey(pending.resource)}`;
const digestOf = (text: string): string => (text === "" ? "" : createHash("sha256").update(text).digest("hex"));

/**
 * A stack's state: Pulumi's deployment format (version 3) in one file, and a journal that takes in every step at once, so that
 * saving a step costs one line and a kill at any moment loses nothing. The journal goes into the file when the store closes, or
 * when it is opened after a kill.
 */
export class StateStore {
  readonly resources = new Map<string, ResourceState>();
  readonly pending = new Map<string, PendingOperation>();
  private readonly renames = new Map<string, string>();
  private opened: Crypter | undefined;
  private journal: Promise<JournalWriter> | undefined;
  private digest = "";

  private constructor(private readonly options: StoreOptions) {}

  /** @throws CairnError STATE_CORRUPT, STATE_UNSUPPORTED, and what `crypter` throws */
  static async open(options: StoreOptions): Promise<StateStore> {
    const store = new StateStore(options);
    await store.load();
    return store;
  }

  /** The key to this stack's secrets; a reader of a state without secrets has none. */
  get crypter(): Crypter | undefined {
    return this.opened;
  }

  private get journalFile(): string {
    return `${this.options.file}.journal`;
  }

  private async load(): Promise<void> {
    const entries = readJournal(this.journalFile, this.options.write);
    const text = existsSync(this.options.file) ? readFileSync(this.options.file, "utf8") : "";
    this.digest = digestOf(text);
    const deployment = text === "" ? {} : parseDeployment(this.options.file, text);
    const later = entriesAfter(this.options.file, this.digest, entries);
    const [first] = entries;
    const salt = saltOf(this.options.file, deployment) ?? (first && "base" in first ? first.salt : undefined);
    if (this.options.write || text.includes('"ciphertext"') || later.length > 0) {
      this.opened = await this.options.crypter(salt);
    }
    this.restore(deployment);
    for (const entry of later) this.replay(entry);
    if (this.options.write && entries.length > 0) this.save();
  }

  private restore(deployment: JsonObject): void {
    // Without a key there are no secrets to open (see load).
    const crypter = this.opened as Crypter;
    try {
      for (const json of listOf(deployment["resources"])) this.add(decodeResource(json, crypter));
      for (const json of listOf(deployment["pending_operations"])) this.addPending(decodePending(json, crypter));
    } catch (cause) {
      if (cause instanceof CairnError) throw cause;
      throw corrupt(this.options.file, messageOf(cause));
    }
  }

  private replay(entry: JournalEntry): void {
    const crypter = this.opened as Crypter;
    if ("put" in entry) this.add(decodeResource(entry.put, crypter));
    else if ("drop" in entry) this.resources.delete(entry.drop);
    else if ("begin" in entry) this.addPending(decodePending(entry.begin, crypter));
    else if ("end" in entry) this.pending.delete(entry.end);
    else if ("rename" in entry) this.renames.set(...entry.rename);
  }

  private add(resource: ResourceState): void {
    this.resources.set(stateKey(resource), resource);
  }

  private addPending(pending: PendingOperation): void {
    this.pending.set(pendingKey(pending), pending);
  }

  /** A resource's URN today, given one that it had. */
  readonly resolve = (urn: string): string => {
    let current = urn;
    for (let next = this.renames.get(current); next !== undefined; next = this.renames.get(current)) current = next;
    return current;
  };

  /** Saves what a step changed. Durable when the promise resolves. */
  async commit(change: Change): Promise<void> {
    const crypter = this.opened as Crypter;
    const entries: JournalEntry[] = [];
    if (change.rename !== undefined) entries.push({ rename: change.rename });
    for (const resource of change.drop ?? []) entries.push({ drop: stateKey(resource) });
    for (const resource of change.put ?? []) entries.push({ put: encodeResource(resource, crypter) });
    if (change.end !== undefined) entries.push({ end: pendingKey(change.end) });
    if (change.begin !== undefined) entries.push({ begin: encodePending(change.begin, crypter) });
    this.apply(change);
    this.journal ??= this.startJournal();
    await (await this.journal).append(entries);
  }

  private apply(change: Change): void {
    if (change.rename !== undefined) this.renames.set(...change.rename);
    for (const resource of change.drop ?? []) this.resources.delete(stateKey(resource));
    for (const resource of change.put ?? []) this.add(resource);
    if (change.end !== undefined) this.pending.delete(pendingKey(change.end));
    if (change.begin !== undefined) this.addPending(change.begin);
  }

  private async startJournal(): Promise<JournalWriter> {
    const journal = await JournalWriter.open(this.journalFile);
    await journal.append([{ base: this.digest, salt: (this.opened as Crypter).salt }]);
    return journal;
  }

  /** Takes the journal into the state file. */
  async close(): Promise<void> {
    const journal = await this.journal;
    if (journal === undefined) return;
    await journal.close();
    this.save();
  }

  private save(): void {
    const text = `${JSON.stringify({ version: DEPLOYMENT_VERSION, deployment: this.encode() }, undefined, 2)}\n`;
    const digest = digestOf(text);
    // Should we be killed before the journal is removed, its last line says that this file has taken it in.
    if (existsSync(this.journalFile)) {
      appendFileSync(this.journalFile, `${JSON.stringify([{ next: digest }])}\n`, { flush: true });
    }
    writeFileAtomically(this.options.file, text, { mode: 0o600 });
    syncDirectory(path.dirname(this.options.file));
    this.digest = digest;
    rmSync(this.journalFile, { force: true });
  }

  private encode(): JsonObject {
    const crypter = this.opened as Crypter;
    const live = new Set([...this.resources.values()].map((resource) => resource.urn));
    const mend = (resource: ResourceState): ResourceState => withReferences(resource, this.resolve, live);
    const version = `v${pulumiVersion}`;
    return {
      manifest: { time: new Date().toISOString(), magic: digestOf(version), version },
      secrets_providers: { type: "passphrase", state: { salt: crypter.salt } },
      resources: inOrder([...this.resources.values()].map(mend), this.resolve).map((each) =>
        encodeResource(each, crypter),
      ),
      ...(this.pending.size === 0
        ? {}
        : { pending_operations: [...this.pending.values()].map((pending) => encodePending(pending, crypter)) }),
    };
  }
}

/** A resource that names others as they are called today, without those that are gone. */
function withReferences(
  resource: ResourceState,
  resolve: (urn: string) => string,
  live: ReadonlySet<string>,
): ResourceState {
  const mend = (urns: readonly string[]): string[] => urns.map(resolve).filter((urn) => live.has(urn));
  const { dependencies, propertyDependencies, parent, provider, deletedWith } = resource;
  const providerAt = provider?.lastIndexOf("::") ?? 0;
  return {
    ...resource,
    ...(dependencies && { dependencies: mend(dependencies) }),
    ...(propertyDependencies && {
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([key, urns]) => [key, mend(urns)]),
      ),
    }),
    ...(parent && { parent: resolve(parent) }),
    ...(provider && { provider: resolve(provider.slice(0, providerAt)) + provider.slice(providerAt) }),
    ...(deletedWith && { deletedWith: mend([deletedWith])[0] ?? "" }),
  };
}

function corrupt(file: string, reason: string): CairnError {
  return new CairnError("STATE_CORRUPT", `${file} is not a state file: ${reason}`, {
    hint: "restore it from a backup; nothing was changed",
  });
}

function parseDeployment(file: string, text: string): JsonObject {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw corrupt(file, messageOf(cause));
  }
  const { version, deployment } = (json ?? {}) as { version?: unknown; deployment?: JsonObject };
  if (version !== DEPLOYMENT_VERSION) {
    throw new CairnError(
      "STATE_UNSUPPORTED",
      `${file} has deployment version ${String(version)}, expected ${DEPLOYMENT_VERSION}`,
    );
  }
  if (!isObject(deployment)) throw corrupt(file, "it has no deployment");
  return deployment;
}

function saltOf(file: string, deployment: JsonObject): string | undefined {
  const provider = deployment["secrets_providers"];
  if (!isObject(provider)) return undefined;
  const salt = isObject(provider["state"]) ? provider["state"]["salt"] : undefined;
  if (provider["type"] !== "passphrase" || typeof salt !== "string") {
    throw new CairnError(
      "STATE_UNSUPPORTED",
      `${file} uses the secrets provider ${JSON.stringify(provider["type"] ?? null)}`,
      {
        hint: "the embedded engine reads passphrase secrets; install the pulumi CLI for this stack, or change its secrets provider",
      },
    );
  }
  return salt;
}

/** The entries that the state file does not have yet. */
function entriesAfter(file: string, digest: string, entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const [first, ...rest] = entries;
  if (first === undefined) return [];
  if (!("base" in first)) throw corrupt(`${file}.journal`, "its first line does not name a state file");
  if (first.base === digest) return rest;
  const last = entries.at(-1);
  if (last !== undefined && "next" in last && last.next === digest) return [];
  throw new CairnError("STATE_CORRUPT", `${file} was changed while ${file}.journal still held later work`, {
    hint: "put the state file back as it was; or, if the journal is of no use, move it away",
  });
}

function listOf(value: JsonObject[string] | undefined): readonly JsonObject[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isObject)) throw new Error("resources are not a list of objects");
  return value as readonly JsonObject[];
}

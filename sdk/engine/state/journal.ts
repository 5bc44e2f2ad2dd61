import { type FileHandle, open } from "node:fs/promises";
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync } from "node:fs";
import path from "node:path";
import { CairnError } from "../../errors";
import { type JsonObject } from "../../json";
import { isObject } from "../wire";

/**
 * What happened since the state file was written, one JSON array a line: `base` (digest of the state file that it continues, and the
 * salt of its secrets), `put`,
 * `drop`, `begin`, `end`, `rename`, and `next` (digest of the state file that takes it in). A line is durable before the call that
 * wrote it returns, and what is in one line happened together.
 */
export type JournalEntry =
  | { readonly base: string; readonly salt: string }
  | { readonly put: JsonObject }
  | { readonly drop: string }
  | { readonly begin: JsonObject }
  | { readonly end: string }
  | { readonly rename: readonly [from: string, to: string] }
  | { readonly next: string };

/** Reads the whole lines of a journal; a torn last line, left by a kill in mid-write, does not count and is cut off by a writer. */
export function readJournal(file: string, write: boolean): JournalEntry[] {
  if (!existsSync(file)) return [];
  const bytes = readFileSync(file);
  const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
  const lines = whole.toString("utf8").split("\n").slice(0, -1);
  const entries: JournalEntry[][] = [];
  let length = 0;
  for (const [index, line] of lines.entries()) {
    const parsed = parseLine(line);
    if (parsed === undefined) {
      if (index === lines.length - 1) break;
      throw new CairnError("STATE_CORRUPT", `${file}:${index + 1} is not a line of a journal`, {
        hint: "restore the file from a backup, or move it away to go on from the state file before it",
      });
    }
    entries.push(parsed);
    length += Buffer.byteLength(line) + 1;
  }
  if (write && length < bytes.length) truncateSync(file, length);
  return entries.flat();
}

function parseLine(line: string): JournalEntry[] | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return Array.isArray(value) && value.every(isObject) ? (value as unknown as JournalEntry[]) : undefined;
  } catch {
    return undefined;
  }
}

/** Appends lines; those that arrive while the disk is busy share the next sync. */
export class JournalWriter {
  private queue: string[] = [];
  private flushing: Promise<void> | undefined;

  private constructor(private readonly handle: FileHandle) {}

  static async open(file: string): Promise<JournalWriter> {
    const writer = new JournalWriter(await open(file, "a", 0o600));
    syncDirectory(path.dirname(file));
    return writer;
  }

  async append(entries: readonly JournalEntry[]): Promise<void> {
    this.queue.push(`${JSON.stringify(entries)}\n`);
    // A batch that is being written may have been taken before this line: then one more is needed.
    while (this.queue.length > 0) {
      this.flushing ??= this.flush();
      await this.flushing;
    }
    await this.flushing;
  }

  private async flush(): Promise<void> {
    try {
      const batch = this.queue.join("");
      this.queue = [];
      await this.handle.appendFile(batch);
      await this.handle.datasync();
    } finally {
      this.flushing = undefined;
    }
  }

  async close(): Promise<void> {
    await this.flushing;
    await this.handle.close();
  }
}

/** A new or renamed file is durable only when its directory is. */
export function syncDirectory(directory: string): void {
  const handle = openSync(directory, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

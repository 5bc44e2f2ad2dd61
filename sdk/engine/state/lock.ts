import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { CairnError } from "../../errors";
import { isRunning, thisProcess } from "./process";

interface Holder {
  readonly pid: number;
  readonly start: string;
  readonly host: string;
  readonly token: string;
  readonly since: string;
}

/**
 * One writer at a time. The lock file appears whole (a hard link), names its process and when that began, and is taken over when
 * that process is gone.
 */
export class StateLock {
  private constructor(
    private readonly file: string,
    private readonly token: string,
  ) {}

  /** @throws CairnError STATE_LOCKED */
  static acquire(file: string): StateLock {
    mkdirSync(path.dirname(file), { recursive: true });
    const token = randomUUID();
    const draft = `${file}.${token}`;
    const holder: Holder = { ...thisProcess(), host: hostname(), token, since: new Date().toISOString() };
    writeFileSync(draft, JSON.stringify(holder));
    try {
      while (!tryLink(draft, file)) evict(file);
    } finally {
      rmSync(draft, { force: true });
    }
    return new StateLock(file, token);
  }

  get isHeld(): boolean {
    return readHolder(this.file)?.token === this.token;
  }

  release(): void {
    if (this.isHeld) rmSync(this.file, { force: true });
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

/** Moves a dead process's lock out of the way; refuses a living one's. */
function evict(file: string): void {
  const holder = readHolder(file);
  if (holder !== undefined && (holder.host !== hostname() || isRunning(holder))) {
    throw new CairnError(
      "STATE_LOCKED",
      `another process works on this stack: pid ${holder.pid} on ${holder.host}, since ${holder.since}`,
      { hint: `wait until it ends; if you are sure that it is gone, remove ${file}`, kind: "could-not-check" },
    );
  }
  const aside = `${file}.stale.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // somebody else was quicker: look again
  }
  // Between reading and moving, another process may have taken the lock: give it back.
  const moved = readHolder(aside);
  if (moved !== undefined && moved.token !== holder?.token) tryLink(aside, file);
  rmSync(aside, { force: true });
}

import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export interface LockOptions {
  /** Called once when another process holds the lock, with its process id. */
  readonly onWait?: (owner: number) => void;
}

interface Owner {
  readonly pid: number;
  /** When the process started, in the kernel's ticks, where the system tells: a process id is used again after a while. */
  readonly started: string;
  /** Tells two locks of one process apart. */
  readonly id: string;
}

const POLL_MS = 100;

/**
 * Runs `work` while no other process runs under the same lock file. The lock of a process that was killed is taken over.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const mine: Owner = { pid: process.pid, started: startOf(process.pid), id: randomUUID() };
  let told = false;
  while (!take(file, mine)) {
    const owner = readOwner(file);
    if (owner && !isAlive(owner)) {
      removeStale(file, owner);
      continue;
    }
    if (owner && !told) options.onWait?.(owner.pid);
    told ||= owner !== undefined;
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    if (readOwner(file)?.id === mine.id) fs.rmSync(file, { force: true });
  }
}

/** A link appears with its content: nobody ever reads a lock without an owner. */
function take(file: string, owner: Owner): boolean {
  const temporary = `${file}.${owner.id}`;
  fs.writeFileSync(temporary, JSON.stringify(owner));
  try {
    fs.linkSync(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

/** Renaming is what only one of several waiting processes can do; one that caught a newer lock puts it back. */
function removeStale(file: string, dead: Owner): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    fs.renameSync(file, aside);
    if (readOwner(aside)?.id !== dead.id) fs.linkSync(aside, file);
  } catch (error) {
    if (!["ENOENT", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    fs.rmSync(aside, { force: true });
  }
}

function readOwner(file: string): Owner | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as Owner;
  } catch {
    return undefined;
  }
}

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return owner.started === startOf(owner.pid);
}

/** Field 22 of `/proc/<pid>/stat`, counted from behind the program's name, which may hold anything. */
function startOf(pid: number): string {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

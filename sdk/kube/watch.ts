import { setTimeout as sleep } from "node:timers/promises";

import * as z from "zod";

import { type JsonValue } from "../json";
import { errorOfAnswer, isKubeError, KubeError } from "./errors";
import { asObject } from "./objects";
import { type KubeObject, type WatchEvent } from "./types";

/** What a watch needs from the client. */
export interface WatchSource {
  /** Names the watch in errors. */
  readonly what: string;
  list(): Promise<{ readonly items: readonly KubeObject[]; readonly resourceVersion: string }>;
  /** Raw event lines since a resource version. */
  events(resourceVersion: string): AsyncIterable<string>;
  readonly signal: AbortSignal | undefined;
}

/** `SYNCED` comes once, after the objects of the first list. */
export type RawEvent = WatchEvent | { readonly type: "SYNCED" };

const Event = z.discriminatedUnion("type", [
  z.object({ type: z.enum(["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]), object: z.unknown() }),
  z.object({ type: z.literal("ERROR"), object: z.unknown() }),
]);

const longestPause = 10_000;

/**
 * Lists, then watches from there. A connection that ends is opened again where it stopped; when the server has forgotten that point
 * (410), the list is read again and compared, so that no change is lost. A kind that disappears means that its objects are gone.
 * Ends quietly when aborted; throws what asking again cannot mend.
 */
export async function* listAndWatch(source: WatchSource): AsyncGenerator<RawEvent> {
  const known = new Map<string, KubeObject>();
  let version: string | undefined;
  let synced = false;
  let failures = 0;
  while (!source.signal?.aborted) {
    const started = Date.now();
    try {
      if (version === undefined) {
        const { items, resourceVersion } = await source.list();
        yield* reconcile(known, items);
        version = resourceVersion;
        if (!synced) yield { type: "SYNCED" };
        synced = true;
      }
      for await (const line of source.events(version)) {
        const event = readEvent(source.what, line);
        version = versionOf(event.object) ?? version;
        failures = 0;
        if (event.type === "BOOKMARK") continue;
        if (event.type === "DELETED") known.delete(keyOf(event.object));
        else known.set(keyOf(event.object), event.object);
        yield { type: event.type, object: event.object };
      }
    } catch (error) {
      if (source.signal?.aborted) return;
      if (isKubeError(error, "KUBE_EXPIRED")) version = undefined;
      else if (synced && isKubeError(error, "KUBE_NOT_FOUND", "KUBE_KIND_UNKNOWN")) {
        version = undefined;
        yield* reconcile(known, []);
      } else if (!synced || !isKubeError(error, "KUBE_UNREACHABLE", "KUBE_UNAVAILABLE", "KUBE_TIMEOUT")) throw error;
      failures++;
    }
    // A server that ends every watch at once must not be asked in a busy loop.
    if (Date.now() - started < 1000) failures = Math.max(failures, 1);
    if (failures > 0) await pause(failures, source.signal);
  }
}

function* reconcile(known: Map<string, KubeObject>, items: readonly KubeObject[]): Generator<WatchEvent> {
  const now = new Map(items.map((item) => [keyOf(item), item]));
  for (const [key, object] of [...known]) {
    if (now.has(key)) continue;
    known.delete(key);
    yield { type: "DELETED", object };
  }
  for (const [key, object] of now) {
    const before = known.get(key);
    if (before !== undefined && versionOf(before) === versionOf(object)) continue;
    known.set(key, object);
    yield { type: before === undefined ? "ADDED" : "MODIFIED", object };
  }
}

function readEvent(what: string, line: string) {
  const parsed = Event.safeParse(tryParse(line));
  if (!parsed.success)
    throw new KubeError("KUBE_BAD_ANSWER", `${what}: the server sent something that is not a watch event`, {
      kind: "could-not-check",
    });
  const { type, object } = parsed.data;
  if (type === "ERROR") {
    const code = (object as { code?: unknown } | null)?.code;
    throw errorOfAnswer(what, typeof code === "number" ? code : 500, object as JsonValue);
  }
  return { type, object: type === "BOOKMARK" ? (object as KubeObject) : asObject(what, object as JsonValue) };
}

function tryParse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

export function keyOf({ metadata }: KubeObject): string {
  return `${String(metadata["namespace"] ?? "")}/${metadata.name}`;
}

function versionOf(object: KubeObject): string | undefined {
  const version = object.metadata["resourceVersion"];
  return typeof version === "string" ? version : undefined;
}

async function pause(failures: number, signal: AbortSignal | undefined): Promise<void> {
  const milliseconds = Math.min(longestPause, 100 * 2 ** Math.min(failures, 10)) * (0.75 + Math.random() / 2);
  await sleep(milliseconds, undefined, signal ? { signal } : {}).catch(() => {});
}

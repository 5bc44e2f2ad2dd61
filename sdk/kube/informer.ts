import { type Informer, type InformerListener, type KubeObject } from "./types";
import { keyOf, type RawEvent } from "./watch";

/** Keeps the objects that a watch tells about. The watch runs until `close` or the signal. */
export function createInformer(
  watch: (signal: AbortSignal) => AsyncIterable<RawEvent>,
  signal: AbortSignal | undefined,
): Informer {
  const objects = new Map<string, KubeObject>();
  const listeners = new Set<InformerListener>();
  const closing = new AbortController();
  const ended = signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]);
  let failure: { readonly error: unknown } | undefined;

  let settle: { resolve: () => void; reject: (error: unknown) => void };
  const synced = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  // Whoever waits for it gets the error; nobody having to wait is no crash.
  synced.catch(() => {});

  const follow = async () => {
    for await (const event of watch(ended)) {
      if (event.type === "SYNCED") {
        settle.resolve();
        continue;
      }
      const gone = event.type === "DELETED";
      if (gone) objects.delete(keyOf(event.object));
      else objects.set(keyOf(event.object), event.object);
      for (const listener of [...listeners]) listener.changed(event.object, gone);
    }
    ended.throwIfAborted();
  };
  follow().catch((error: unknown) => {
    failure = { error };
    settle.reject(error);
    for (const listener of [...listeners]) listener.failed(error);
  });

  return {
    synced,
    get: (name, namespace = "") => objects.get(`${namespace}/${name}`),
    list: () => [...objects.values()],
    subscribe(listener) {
      listeners.add(listener);
      if (failure) listener.failed(failure.error);
      return () => void listeners.delete(listener);
    },
    close: () => closing.abort(),
  };
}

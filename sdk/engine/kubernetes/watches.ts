import { type Informer, type KubeClient, type KubeObject, type ObjectRef } from "../../kube";

/** What a look at an object says: go on waiting, or stop. */
export type Look<T> =
  | { readonly done: true; readonly result: T }
  | { readonly done: false; readonly reason: string; readonly object?: KubeObject };

export interface WatchOptions {
  /** Seconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

export type Watched<T> =
  | { readonly outcome: "done"; readonly result: T }
  | { readonly outcome: "timeout" | "aborted"; readonly reason: string };

/** One watch for all objects of a kind in a namespace, however many steps wait for one of them. */
export class Watches {
  readonly #informers = new Map<string, Informer>();

  constructor(private readonly client: KubeClient) {}

  /** Looks at the object now and after each of its changes. `undefined` means that it is not there. */
  async until<T>(
    ref: ObjectRef,
    look: (object: KubeObject | undefined) => Look<T>,
    options: WatchOptions,
  ): Promise<Watched<T>> {
    const informer = this.#informer(ref);
    await informer.synced;
    return new Promise((resolve, reject) => {
      let reason = "";
      let unsubscribe = () => {};
      const stop = (finish: () => void) => {
        clearTimeout(timer);
        options.signal.removeEventListener("abort", onAbort);
        unsubscribe();
        finish();
      };
      const onAbort = () => stop(() => resolve({ outcome: "aborted", reason }));
      const check = () => {
        const seen = look(informer.get(ref.name, ref.namespace));
        if (seen.done) return stop(() => resolve({ outcome: "done", result: seen.result }));
        if (seen.reason !== reason) options.onProgress(seen.reason);
        reason = seen.reason;
      };
      const timer = setTimeout(
        () => stop(() => resolve({ outcome: "timeout", reason })),
        Math.min(options.timeout * 1000, 2 ** 31 - 1),
      );
      options.signal.addEventListener("abort", onAbort);
      unsubscribe = informer.subscribe({
        changed: ({ metadata }) => {
          if (metadata.name === ref.name && (metadata["namespace"] ?? undefined) === ref.namespace) check();
        },
        failed: (error) => stop(() => reject(error)),
      });
      if (options.signal.aborted) onAbort();
      else check();
    });
  }

  #informer({ apiVersion, kind, namespace }: ObjectRef): Informer {
    const key = `${apiVersion} ${kind} ${namespace ?? ""}`;
    const open = this.#informers.get(key);
    if (open) return open;
    const informer = this.client.informer(apiVersion, kind, namespace === undefined ? {} : { namespace });
    this.#informers.set(key, informer);
    // One that has failed is opened again by whoever needs it next.
    informer.subscribe({ changed: () => {}, failed: () => this.#informers.delete(key) });
    return informer;
  }

  close(): void {
    for (const informer of this.#informers.values()) informer.close();
    this.#informers.clear();
  }
}

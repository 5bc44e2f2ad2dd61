import { type KubeClient, type KubeObject, type ListOptions } from "../kube";

/** What to watch. */
export interface Query extends Omit<ListOptions, "signal"> {
  readonly apiVersion: string;
  readonly kind: string;
}

export interface Observation<T, O> {
  /** What `decide` returned; undefined when the time passed first. */
  readonly decision: T | undefined;
  /** The objects as they were last seen, sorted by name. */
  readonly objects: readonly O[];
}

/**
 * Watches objects until `decide` returns something or `milliseconds` have passed. Every change is looked at, so a state that lasts
 * for a moment only is seen too: with a `decide` that returns the first violation, this proves that something never happens in a window.
 *
 * @typeParam O - Shape of the objects, as the API server promises it for this kind.
 * @throws The signal's reason, once `signal` is aborted.
 */
export async function observe<T, O = KubeObject>(
  source: { readonly kube: KubeClient; readonly signal: AbortSignal },
  query: Query,
  milliseconds: number,
  decide: (objects: readonly O[]) => T | undefined,
): Promise<Observation<T, O>> {
  const { apiVersion, kind, ...options } = query;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), milliseconds);
  const seen = new Map<string, KubeObject>();
  const objects = (): O[] => [...seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object as unknown as O);
  try {
    const signal = AbortSignal.any([source.signal, stop.signal]);
    for await (const event of source.kube.watch(apiVersion, kind, { ...options, signal })) {
      const key = event.object.metadata.name;
      if (event.type === "DELETED") seen.delete(key);
      else seen.set(key, event.object);
      const decision = decide(objects());
      if (decision !== undefined) return { decision, objects: objects() };
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
  source.signal.throwIfAborted();
  return { decision: undefined, objects: objects() };
}

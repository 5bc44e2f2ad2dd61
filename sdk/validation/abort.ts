/** A signal that is aborted with `outer`, or with `message` as its reason once the time is over. */
export function withDeadline(outer: AbortSignal, milliseconds: number, message: string): AbortSignal {
  const timer = new AbortController();
  setTimeout(() => timer.abort(new Error(message)), milliseconds).unref();
  return AbortSignal.any([outer, timer.signal]);
}

/** Settles with `work`, or rejects on abort even when `work` does not listen to the signal. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

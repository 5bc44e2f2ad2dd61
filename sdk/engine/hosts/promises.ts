type Exports = Record<string, unknown>;

/** Keeps the SDK (its module `runtime/debuggable`) from taking the stack of each promise, which it shows to nobody. */
export function dropPromiseStacks(debuggable: Exports): void {
  const { debuggablePromise } = debuggable;
  if (typeof debuggablePromise !== "function") return;
  debuggable["debuggablePromise"] = (...args: unknown[]): unknown => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args) as unknown;
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}

import { createRequire, Module } from "node:module";
import { loadSdkLazily } from "./lazy";

// Pulumi's own runner of programs (@pulumi/pulumi/cmd/run) without what nobody would see: debug messages, which our engine drops and for
// each of which the SDK waits, and the stack of each promise, which the SDK shows only under PULUMI_DEBUG_PROMISE_LEAKS (both cost about a
// millisecond for each property of each resource); where in the program a resource is made, which our engine does not keep; and the
// exporters of traces, for which it has no option.

type Exports = Record<string, unknown>;

interface Tracing {
  getTracer(name: string): { startSpan(name: string): object };
}

const main = process.env["CAIRN_PROGRAM_RUNNER"] ?? "";
delete process.env["CAIRN_PROGRAM_RUNNER"];
const load = createRequire(main);

/** The SDK is the program's own: where another version of it has no such module, nothing is saved. */
function part(module: string): Exports {
  try {
    return load(module) as Exports;
  } catch {
    return {};
  }
}

// The runner loads this before anything that it traces.
part("./instrumentation");
loadSdkLazily(main);
part("../../log")["debug"] = () => Promise.resolve();

const promises = part("../../runtime/debuggable");
const { debuggablePromise } = promises;
if (typeof debuggablePromise === "function" && !process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) {
  promises["debuggablePromise"] = (...args: unknown[]): unknown => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args) as unknown;
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}

const { Resource } = part("../../resource") as { readonly Resource?: Exports };
if (Resource !== undefined) Resource["stackTrace"] = () => [];

const { trace } = part("@opentelemetry/api") as { readonly trace?: Tracing };
if (trace !== undefined) {
  const tracing = new Module(load.resolve("./tracing"));
  tracing.loaded = true;
  tracing.exports = { newSpan: (name: string) => trace.getTracer("nodejs-runtime").startSpan(name) };
  load.cache[tracing.id] = tracing;
}

process.argv.splice(1, 1, main);
load(main);

import { createRequire, Module } from "node:module";
import { loadSdkLazily } from "./lazy";
import { dropPromiseStacks } from "./promises";

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

if (!process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) dropPromiseStacks(part("../../runtime/debuggable"));

const { Resource } = part("../../resource") as { readonly Resource?: Exports };
if (Resource !== undefined) Resource["stackTrace"] = () => [];

leaveTracingOut();

/** The runner marks its own steps also where nobody traces. */
function leaveTracingOut(): void {
  const { trace } = part("@opentelemetry/api") as { readonly trace?: Tracing };
  if (trace === undefined) return;
  let file: string;
  try {
    file = load.resolve("./tracing");
  } catch {
    return; // another version of the SDK, which has none
  }
  const tracing = new Module(file);
  tracing.loaded = true;
  tracing.exports = { newSpan: (name: string) => trace.getTracer("nodejs-runtime").startSpan(name) };
  load.cache[file] = tracing;
}

process.argv.splice(1, 1, main);
load(main);

import { createRequire } from "node:module";
import { loadSdkLazily } from "./lazy";

// Pulumi's own runner of programs (@pulumi/pulumi/cmd/run) without two things that cost about a millisecond for each property of each
// resource, and that nobody would see: debug messages, which our engine drops and for each of which the SDK waits, and the stack of each
// promise, which the SDK shows only under PULUMI_DEBUG_PROMISE_LEAKS.

type Exports = Record<string, unknown>;

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
process.argv.splice(1, 1, main);
load(main);

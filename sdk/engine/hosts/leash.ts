// Preloaded into a policy pack's process: it ends when the engine that started it is gone, and in order, so that Node keeps what it
// compiled for the next time. A pack that says it is compiled gets no TypeScript, which Pulumi's runner would load all the same.
import { createRequire } from "node:module";
import { loadSdkLazily } from "./lazy";

interface PackRunner {
  run(options: { readonly typeScript: boolean }): unknown;
}

const main = process.argv[1] ?? "";
loadSdkLazily(main);
if (process.env["PULUMI_NODEJS_TYPESCRIPT"] === "false") {
  const runner = createRequire(main)("./run") as PackRunner;
  const { run } = runner;
  runner.run = (options) => run({ ...options, typeScript: false });
}
process.stdin.on("end", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
process.stdin.resume();
process.stdin.unref();

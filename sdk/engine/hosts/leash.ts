// Preloaded into a policy pack's process: it ends when the engine that started it is gone, and in order, so that Node keeps what it
// compiled for the next time.
import { loadSdkLazily } from "./lazy";

loadSdkLazily(process.argv[1] ?? "");
process.stdin.on("end", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
process.stdin.resume();
process.stdin.unref();

// Preloaded into a policy pack's process: it ends when the engine that started it is gone.
process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
process.stdin.unref();

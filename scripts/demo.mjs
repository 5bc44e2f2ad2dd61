// `make demo` and `make demo-down`.
await import(process.argv[2] === "down" ? "./demo/down.mjs" : "./demo/main.mjs");

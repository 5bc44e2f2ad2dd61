#!/usr/bin/env node
"use strict";

const { spawnSync } = require("node:child_process");
const { enableCompileCache } = require("node:module");
const { nodeBinary } = require("../dist/tools/node.js");

try {
  const node = nodeBinary();
  if (node === process.execPath) {
    enableCompileCache();
    void require("../dist/cli")
      .runProcess(process.argv.slice(2))
      .then((code) => {
        process.exitCode = code;
      });
  } else {
    restartUnder(node);
  }
} catch (error) {
  if (error?.code !== "NODE_TOO_OLD") throw error;
  console.error(error.message);
  process.exitCode = 3;
}

/** A terminal sends its signals to both processes: this one only waits. */
function restartUnder(node) {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
  const { status, signal } = spawnSync(node, [__filename, ...process.argv.slice(2)], { stdio: "inherit" });
  if (signal) process.exitCode = 128 + require("node:os").constants.signals[signal];
  else process.exitCode = status ?? 3;
}

"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");

/**
 * Runs a script under another Node, waits for it and takes over its exit code. What this process is asked to stop with goes on as a
 * message: a terminal sends its signals to both processes, and the other one must be able to tell once from twice (sdk/cli/process.ts).
 */
exports.runUnder = function runUnder(node, args) {
  const child = spawn(node, args, { stdio: ["inherit", "inherit", "inherit", "ipc"] });
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.on(signal, () => {
      if (child.connected) child.send({ signal }, () => {});
    });
  }
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  child.on("error", (error) => {
    console.error(`cairn: cannot start ${node}: ${error.message}`);
    process.exitCode = 3;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = signal === null ? code : 128 + constants.signals[signal];
    if (child.connected) child.disconnect();
  });
};

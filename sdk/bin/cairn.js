#!/usr/bin/env node
"use strict";

const { enableCompileCache } = require("node:module");
const { launch } = require("../dist/cli/start.js");

try {
  const { node, compileCache } = launch();
  if (node === process.execPath) {
    enableCompileCache(compileCache);
    void require("../dist/cli/cairn.js")
      .runProcess(process.argv.slice(2))
      .then((code) => {
        process.exitCode = code;
      });
  } else {
    require("./run-under.js").runUnder(node, [__filename, ...process.argv.slice(2)]);
  }
} catch (error) {
  if (error?.code !== "NODE_TOO_OLD") throw error;
  console.error(error.message);
  process.exitCode = 3;
}

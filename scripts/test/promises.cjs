"use strict";

// Pulumi takes the stack of each promise, which nobody sees but under PULUMI_DEBUG_PROMISE_LEAKS. With source maps it is most of what a test
// of a target costs.
const promises = require("@pulumi/pulumi/runtime/debuggable");

const { debuggablePromise } = promises;
promises.debuggablePromise = (...args) => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return debuggablePromise(...args);
  } finally {
    Error.stackTraceLimit = limit;
  }
};

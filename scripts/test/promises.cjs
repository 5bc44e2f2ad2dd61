"use strict";

// With source maps the stack of each promise is most of what a test of a target costs.
const { dropPromiseStacks } = require("../../sdk/dist/engine/hosts/promises.js");

dropPromiseStacks(require("@pulumi/pulumi/runtime/debuggable"));

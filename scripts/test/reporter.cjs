"use strict";

const { writeFileSync } = require("node:fs");
const { reporters, Runner } = require("mocha");

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } = Runner.constants;

/** Mocha's spec reporter, which also writes what the runner adds up. Failures are shown once, at the end of everything. */
module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failures = [];
    let passed = 0;
    const fail = (test, message) => failures.push({ title: test.fullTitle(), message });
    runner.on(EVENT_TEST_PASS, () => passed++);
    runner.on(EVENT_TEST_FAIL, (test, error) => fail(test, error.stack ?? String(error)));
    runner.on(EVENT_TEST_PENDING, (test) => fail(test, "it was skipped"));
    runner.once(EVENT_RUN_END, () =>
      writeFileSync(options.reporterOptions.results, JSON.stringify({ passed, failures })),
    );
  }

  epilogue() {}
};

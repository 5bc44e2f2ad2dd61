import assert from "node:assert/strict";
import { validate } from "ctrf";
import { toCtrf } from "./ctrf";
import { summarise } from "./summary";
import { type Outcome } from "./types";

const outcome = (more: Partial<Outcome>): Outcome => ({
  name: "a-check",
  kind: "check",
  description: "tests something",
  start: 1_000,
  stop: 1_250,
  status: "passed",
  assertions: [],
  ...more,
});

const failed = outcome({
  name: "b-check",
  status: "failed",
  assertions: [
    { name: "works", control: "positive", passed: true, expected: "yes", observed: "yes" },
    { name: "is refused", control: "negative", passed: false, expected: "refused", observed: "admitted" },
  ],
});

const outcomes = [
  outcome({ name: "K8s.server.version", kind: "constraint" }),
  failed,
  outcome({ name: "c-check", status: "error", message: "no permission to create pods" }),
  outcome({ name: "d-check", status: "skipped", message: "nothing to do" }),
];
const report = toCtrf({ phase: "conformance", tier: "simulated", outcomes }, { start: 1_000, stop: 2_000 });

describe("CTRF report", () => {
  it("is valid under the specification's schema", () =>
    assert.deepEqual(validate(report), { valid: true, errors: [] }));

  it("has one test for each check and constraint, in order, and totals that match", () => {
    const { tests, summary } = report.results;
    assert.deepEqual(
      tests.map((t) => [t.name, t.status, t.rawStatus]),
      [
        ["K8s.server.version", "passed", "passed"],
        ["b-check", "failed", "failed"],
        ["c-check", "other", "error"],
        ["d-check", "skipped", "skipped"],
      ],
    );
    assert.deepEqual([summary.tests, summary.passed, summary.failed, summary.other, summary.skipped], [4, 1, 1, 1, 1]);
    assert.equal(tests[1]?.duration, 250);
    assert.deepEqual(tests[1]?.suite, ["cairn", "conformance", "check"]);
  });

  it("keeps every assertion with its control, and the tier of every test", () => {
    const test = report.results.tests[1];
    assert.deepEqual(test?.steps?.[1], {
      name: "is refused",
      status: "failed",
      extra: { control: "negative", expected: "refused", observed: "admitted" },
    });
    assert.equal(test?.message, "is refused: expected refused, observed admitted");
    for (const { extra } of report.results.tests)
      assert.deepEqual([extra?.["tier"], extra?.["simulated"]], ["simulated", true]);
  });
});

describe("summary", () => {
  const text = summarise({ phase: "conformance", tier: "simulated", status: "failed", outcomes });
  it("says the totals, and that a simulated result is no conformance", () =>
    assert.match(text, /^conformance failed: 1 of 4 passed \(simulated: .*never counts as conformance\)\n/));
  it("lists what did not pass, with expected and observed", () =>
    assert.match(
      text,
      /b-check: failed\n {4}is refused: expected refused, observed admitted\n {2}c-check: error\n {4}no permission/,
    ));
  it("says so when the recipe asks for nothing", () =>
    assert.match(
      summarise({ phase: "readiness", tier: "cluster", status: "skipped", outcomes: [] }),
      /asks for nothing/,
    ));
});

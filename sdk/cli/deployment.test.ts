import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type EngineEvent, type Operation, type OperationResult } from "../engine";
import { closingText, deploymentDocument } from "./closing";
import { DeploymentLog } from "./deployment";
import { styleFor } from "./style";

const urn = (chain: string, name: string): string => `urn:pulumi:dev::demo::${chain}::${name}`;
const COMPONENT = urn("cairn:stack:Component", "metrics");
const DEPLOYMENT = urn(
  "cairn:stack:Component$kubernetes:apps/v1:Deployment",
  "train/metrics/Deployment/monitoring/server",
);
const CONFIG = urn("cairn:stack:Component$kubernetes:core/v1:ConfigMap", "metrics/config");

const RESULT: OperationResult = { ok: true, changes: {}, outputs: {}, resources: 3, seconds: 4.21, errors: [] };

interface Told {
  readonly text: string;
  readonly log: DeploymentLog;
}

function tell(
  operation: Operation,
  events: readonly EngineEvent[],
  result: Partial<OperationResult> = {},
  interrupted = false,
): Told {
  const lines: string[] = [];
  const style = styleFor({ write: () => true }, {});
  const log = new DeploymentLog(operation, style, (line) => lines.push(line));
  for (const event of events) log.add(event);
  lines.push(closingText(log, { ...RESULT, ...result }, style, interrupted));
  return { text: lines.join("\n"), log };
}

describe("a deployment, told to people", () => {
  it("shows the engine, one line for each change, outputs and a closing line", () => {
    const events: EngineEvent[] = [
      { type: "engine", engine: "embedded", version: "3.270.0" },
      { type: "step-done", urn: COMPONENT, op: "create", seconds: 0 },
      { type: "step-started", urn: DEPLOYMENT, op: "create" },
      { type: "step-done", urn: DEPLOYMENT, op: "create", seconds: 1.26 },
      { type: "step-done", urn: CONFIG, op: "update", seconds: 0.01, diff: ["data.level"] },
      { type: "step-done", urn: urn("test:index:Old", "old"), op: "same", seconds: 0 },
    ];
    const { text } = tell("up", events, {
      changes: { create: 2, update: 1, same: 1 },
      outputs: { kubeconfig: "[secret]", note: "two\nlines", later: undefined },
    });
    assert.equal(
      text,
      `Engine: Cairn's own, with Pulumi SDK 3.270.0
  + Component metrics
  + Deployment train/metrics: monitoring/server  1.3 s
  ~ ConfigMap metrics/config [data.level]

Outputs
  kubeconfig  [secret]
  note        two
              lines
  later       (known after up)

✓ up: 2 created, 1 updated, 1 unchanged in 4.2 s`,
    );
  });

  it("says plainly that nothing changes", () => {
    const { text } = tell("preview", [], { changes: { same: 12 } });
    assert.equal(text, "\n✓ preview unchanged: all 12 resources are as they should be in 4.2 s");
  });

  it("lists what drifted, and does not call that unchanged", () => {
    const drifted: EngineEvent = { type: "step-done", urn: CONFIG, op: "refresh", seconds: 0, diff: ["data.level"] };
    const { text } = tell("refresh", [drifted], { changes: { refresh: 1, same: 2 } });
    assert.match(text, /~ ConfigMap metrics\/config \[data\.level\]\n/);
    assert.match(text, /✓ refresh: 1 drifted, 2 unchanged/);
  });

  it("groups violations by policy, with the description once, and says what to do", () => {
    const violation = (name: string): EngineEvent => ({
      type: "policy",
      urn: urn("kubernetes:core/v1:Pod", name),
      pack: "cairn-supply-chain",
      policy: "image-digest-pinned",
      level: "mandatory",
      message: `Every image is pinned.\nPod "${name}": no digest`,
    });
    const { text } = tell("preview", [violation("a"), violation("b")], {
      ok: false,
      changes: { create: 2 },
      errors: [`x: [cairn-supply-chain] image-digest-pinned: Every image is pinned.\nPod "a": no digest`],
    });
    assert.equal(
      text,
      `
Policies
  ✗ image-digest-pinned (mandatory, pack cairn-supply-chain)
    Every image is pinned.
    Pod "a": no digest
    Pod "b": no digest

✗ preview refused by policy: 2 to create in 4.2 s
→ do what the policies say, then run the same command again`,
    );
  });

  it("tells a failure once, and that what was done is saved", () => {
    const message = "conflict with kubectl";
    const { text } = tell("up", [{ type: "step-failed", urn: DEPLOYMENT, op: "create", message }], {
      ok: false,
      changes: { create: 1 },
      errors: [`${DEPLOYMENT}: ${message}`, "the program threw"],
    });
    assert.equal(text.match(/conflict with kubectl/g)?.length, 1);
    assert.match(text, /✗ Deployment train\/metrics: monitoring\/server: conflict with kubectl/);
    assert.match(text, /✗ up failed: 1 created/);
    assert.match(text, /the program threw/);
    assert.match(text, /what was done is saved; .* `cairn up` again to go on/);
  });

  it("says what Ctrl-C leaves, and that an empty stack is no success story", () => {
    const { text } = tell("up", [], { ok: false, changes: { create: 2 }, errors: ["interrupted"] }, true);
    assert.equal(
      text,
      "\n✗ up interrupted: 2 created in 4.2 s\n→ what was done is saved; run `cairn up` again to go on",
    );
    assert.match(tell("destroy", [], { resources: 0 }).text, /✓ destroy unchanged: there is nothing in this stack/);
  });

  it("shows of a program's failure the user's own lines, and no escape sequences", () => {
    const message = `\u001b[31mError: oops\u001b[0m
    at main (/home/me/infra/index.ts:3:7)
    at Module._compile (node:internal/modules/cjs/loader:1:1)
    at register (/home/me/infra/node_modules/ts-node/index.js:1:1)`;
    const { text } = tell("up", [{ type: "diagnostic", severity: "error", message }], { ok: false, errors: [] });
    assert.match(text, /^ {2}Error: oops\n {8}at main \(\/home\/me\/infra\/index\.ts:3:7\)\n\n/);
  });

  it("reports what an interrupted run left pending", () => {
    const { text } = tell("up", [
      { type: "pending", urn: CONFIG, operation: "creating", message: "was being created" },
    ]);
    assert.match(text, /! ConfigMap metrics\/config: was being created/);
  });

  it("knows what is going on, for a live line", () => {
    const { log } = tell("up", [
      { type: "step-started", urn: DEPLOYMENT, op: "create" },
      { type: "step-started", urn: CONFIG, op: "create" },
      { type: "progress", urn: DEPLOYMENT, message: "1 of 2 pods ready" },
    ]);
    assert.match(
      log.status(),
      /^Deployment train\/metrics: monitoring\/server and 1 more \(\d+ s\): 1 of 2 pods ready$/,
    );
  });
});

describe("a deployment, told to machines", () => {
  it("lists changes, failures and policies under stable names", () => {
    const { log } = tell("up", [
      { type: "engine", engine: "pulumi", version: "3.265.0" },
      { type: "step-done", urn: CONFIG, op: "update", seconds: 1, diff: ["data.level"] },
      { type: "step-done", urn: COMPONENT, op: "same", seconds: 0 },
    ]);
    const result = { ...RESULT, changes: { update: 1, same: 1 } };
    assert.deepEqual(JSON.parse(JSON.stringify(deploymentDocument(log, "dev", result))), {
      operation: "up",
      stack: "dev",
      engine: { name: "pulumi", version: "3.265.0" },
      ok: true,
      unchanged: false,
      changes: { update: 1, same: 1 },
      steps: [{ urn: CONFIG, op: "update", seconds: 1, diff: ["data.level"] }],
      failures: [],
      policies: [],
      outputs: {},
      resources: 3,
      seconds: 4.21,
      errors: [],
    });
  });
});

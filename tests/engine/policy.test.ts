import assert from "node:assert/strict";
import path from "node:path";
import { type PolicyPackRef } from "@cairn/sdk/engine";
import { type Outcome, Stack } from "./harness";
import { type Entry } from "./scenario";

const pack = (name: string): string => path.resolve(__dirname, "..", "..", "engine", "programs", name);
const PACK = pack("pack");

function policyEvents(outcome: Outcome, policy: string): string[] {
  return outcome.events.flatMap((event) =>
    event.type === "policy" && event.policy === policy ? [`${event.level}: ${event.message}`] : [],
  );
}

describe("embedded engine: policies", function () {
  this.timeout(240_000);
  let stack: Stack;
  beforeEach(() => (stack = new Stack()));
  afterEach(() => stack.remove());
  const run = (
    operation: "preview" | "up",
    resources: Entry[],
    config: NonNullable<PolicyPackRef["config"]> = {},
  ): Promise<Outcome> => stack.run(operation, { resources }, { policyPacks: [{ path: PACK, config }] });

  it("advises without stopping, with the defaults of the policy's settings", async () => {
    const outcome = await run("up", [{ name: "big", props: { size: 11 } }]);
    assert.equal(outcome.ok, true, outcome.errors.join("\n"));
    assert.deepEqual(policyEvents(outcome, "advice"), [
      "advisory: Sizes over a limit are worth a look\nsize 11 is over 10",
    ]);
    assert.deepEqual(policyEvents(outcome, "sees-no-internals"), []);
  });

  it("changes inputs by remediation, and says so", async () => {
    const outcome = await run("up", [{ name: "orphan" }]);
    assert.equal(stack.saved("orphan").inputs?.["owner"], "platform");
    assert.equal(policyEvents(outcome, "owner").length, 1);
    assert.match(String(stack.saved("orphan").inputs?.["__provider"]), /exports\.handler/);
  });

  it("blocks a mandatory violation before the resource is made, and fails a preview", async () => {
    const entries: Entry[] = [
      { name: "fine" },
      { name: "wrong", props: { forbidden: "yes" }, options: { dependsOn: ["fine"] } },
    ];
    const preview = await run("preview", entries);
    assert.equal(preview.ok, false);
    const outcome = await run("up", entries);
    assert.equal(outcome.ok, false);
    assert.match(outcome.errors.join("\n"), /::wrong: \[test-pack\] no-forbidden: .*this is forbidden/s);
    assert.deepEqual(stack.calls(), ["create fine"]);
    assert.ok(!stack.names().includes("wrong"));
  });

  it("runs a pack that nobody has compiled", async () => {
    const resources: Entry[] = [{ name: "wrong", props: { forbidden: "yes" } }];
    const outcome = await stack.run("preview", { resources }, { policyPacks: [{ path: pack("typed-pack") }] });
    assert.match(outcome.errors.join("\n"), /::wrong: \[typed-pack\] typed: .*this is forbidden/s);
  });

  it("reports a policy that needs a value which is not known yet", async () => {
    const outcome = await run("preview", [{ name: "a" }, { name: "b", props: { forbidden: { from: "a.made" } } }]);
    assert.equal(outcome.ok, true, outcome.errors.join("\n"));
    assert.match(policyEvents(outcome, "no-forbidden").join("\n"), /advisory: can't run policy 'no-forbidden'/);
  });

  it("takes levels and settings from the configuration, also for policies over the whole stack", async () => {
    const outcome = await run("up", [{ name: "a", props: { size: 5 } }, { name: "b" }], {
      all: "advisory",
      advice: { limit: 4 },
      few: { enforcementLevel: "mandatory", most: 1 },
      owner: "disabled",
    });
    assert.equal(policyEvents(outcome, "advice").length, 1);
    assert.match(outcome.errors.join("\n"), /few: .*2 resources are more than 1/s);
    assert.equal(stack.saved("b").inputs?.["owner"], undefined);
  });

  it("keeps secrets out of violations", async () => {
    const outcome = await run("preview", [{ name: "a", props: { token: { secret: "very-secret-token" } } }], {
      talkative: "advisory",
    });
    assert.match(policyEvents(outcome, "talkative").join("\n"), /the token is \[secret\]/);
    assert.ok(!JSON.stringify(outcome.events).includes("very-secret-token"));
  });

  it("refuses a configuration that names an unknown policy or level", async () => {
    const wrong = run("preview", [], { nonsense: "mandatory", advice: "sometimes" });
    await assert.rejects(wrong, { code: "POLICY_CONFIG_INVALID", message: /nonsense[\s\S]*advice/ });
  });
});

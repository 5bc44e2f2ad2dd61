import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { PASSPHRASE, Stack } from "./harness";
import { type Entry } from "./scenario";

const SECRET_TEXT = "correct-horse-battery-staple";

describe("embedded engine: the state file", function () {
  this.timeout(240_000);
  const stack = new Stack();
  const resources: Entry[] = [
    {
      name: "a",
      props: { token: { secret: SECRET_TEXT }, nested: { list: [{ secret: SECRET_TEXT }] } },
      options: { additionalSecretOutputs: ["echo"] },
    },
    { name: "b", props: { x: { from: "a.made" } } },
  ];
  after(() => stack.remove());

  it("never holds or shows a secret in the clear", async () => {
    const scenario = { resources, outputs: { token: { secret: SECRET_TEXT } } };
    const preview = await stack.run("preview", scenario);
    const outcome = await stack.run("up", scenario);
    assert.equal(outcome.ok, true, outcome.errors.join("\n"));
    assert.equal(outcome.outputs["token"], "[secret]");
    for (const text of [stack.stateText, JSON.stringify(outcome), JSON.stringify(preview)]) {
      assert.ok(!text.includes(SECRET_TEXT));
    }
  });

  it("blots secrets out of what a provider says", async () => {
    const leaky = new Stack();
    const outcome = await leaky.up([{ name: "leaky", props: { label: { secret: SECRET_TEXT }, failOn: "create" } }]);
    leaky.remove();
    assert.match(outcome.errors.join("\n"), /create of \[secret\] failed/);
    assert.ok(!JSON.stringify(outcome).includes(SECRET_TEXT));
  });

  it("has Pulumi's deployment format, with what a resource refers to before it", () => {
    const { version, deployment } = JSON.parse(stack.stateText) as { version: number; deployment: typeof stack.state };
    assert.equal(version, 3);
    assert.deepEqual(Object.keys(deployment), ["manifest", "secrets_providers", "resources"]);
    assert.equal(deployment.manifest.magic, createHash("sha256").update(deployment.manifest.version).digest("hex"));
    assert.equal(deployment.secrets_providers.type, "passphrase");
    assert.match(deployment.secrets_providers.state.salt, /^v1:[^:]+:v1:[^:]+:[^:]+$/);
    const seen = new Set<string>();
    for (const resource of deployment.resources) {
      const provider = String(resource["provider"] ?? "")
        .split("::")
        .slice(0, -1)
        .join("::");
      for (const urn of [resource["parent"], provider, ...((resource["dependencies"] as string[] | undefined) ?? [])]) {
        if (urn) assert.ok(seen.has(String(urn)), `${String(urn)} comes after ${resource.urn}`);
      }
      seen.add(resource.urn);
    }
    assert.match(String(stack.saved("b").inputs?.["__provider"]), /exports\.handler/);
    assert.deepEqual((stack.saved("b")["propertyDependencies"] as Record<string, unknown>)["x"], [
      stack.saved("a").urn,
    ]);
  });

  it("opens secrets only with the passphrase, also one from a file", async () => {
    await assert.rejects(stack.preview(resources, { env: { PULUMI_CONFIG_PASSPHRASE: "wrong" } }), {
      code: "PASSPHRASE_WRONG",
    });
    const file = `${stack.directory}/passphrase`;
    writeFileSync(file, `${PASSPHRASE}\n`);
    const { PULUMI_CONFIG_PASSPHRASE: phrase } = stack.env;
    delete stack.env["PULUMI_CONFIG_PASSPHRASE"];
    const outcome = await stack.preview(resources, { env: { PULUMI_CONFIG_PASSPHRASE_FILE: file } });
    stack.env["PULUMI_CONFIG_PASSPHRASE"] = phrase ?? "";
    assert.deepEqual(outcome.changes, { same: 3 });
  });

  it("shrugs off a journal whose last line was torn", async () => {
    const digest = createHash("sha256").update(stack.stateText).digest("hex");
    const salt = stack.state.secrets_providers.state.salt;
    const stray = { ...stack.saved("b"), urn: stack.saved("b").urn.replace(/b$/, "journaled") };
    const journal = `${stack.stateFile}.journal`;
    writeFileSync(journal, `${JSON.stringify([{ base: digest, salt }])}\n${JSON.stringify([{ put: stray }])}\n`);
    appendFileSync(journal, '[{"put":{"urn":"urn:pulumi:test::scen');
    stack.forgetCalls();
    const outcome = await stack.up(resources);
    assert.equal(outcome.ok, true, outcome.errors.join("\n"));
    assert.deepEqual(stack.calls(), ["delete b"], "the whole line before the torn one counts; its label is b's");
    assert.ok(!existsSync(journal));
  });

  it("reports stale pending operations: a create is made if it is still wanted, and forgotten by refresh", async () => {
    const json = JSON.parse(stack.stateText) as { deployment: Record<string, unknown> };
    const pending = (name: string, type: string): unknown => ({
      type,
      resource: {
        ...stack.saved("b"),
        urn: stack.saved("b").urn.replace(/b$/, name),
        id: undefined,
        outputs: undefined,
      },
    });
    json.deployment["pending_operations"] = [
      pending("wanted", "creating"),
      pending("unwanted", "creating"),
      pending("b", "updating"),
    ];
    writeFileSync(stack.stateFile, JSON.stringify(json));
    const outcome = await stack.up([...resources, { name: "wanted" }]);
    assert.equal(outcome.events.filter((event) => event.type === "pending").length, 3);
    assert.ok(stack.calls().includes("create wanted"));
    assert.deepEqual(
      stack.state.pending_operations?.map(({ resource }) => resource.urn.split("::").at(-1)),
      ["unwanted"],
    );
    const refreshed = await stack.run("refresh");
    assert.ok(refreshed.events.some((event) => event.type === "pending" && /forgotten/.test(event.message)));
    assert.equal(stack.state.pending_operations, undefined);
  });

  it("refuses a state file that is corrupt, and leaves it as it is", async () => {
    const whole = stack.stateText;
    for (const broken of [whole.slice(0, -40), "[]", '{"version":3}', '{"version":2,"deployment":{}}']) {
      writeFileSync(stack.stateFile, broken);
      await assert.rejects(stack.up(resources), { code: /^STATE_(CORRUPT|UNSUPPORTED)$/ });
      assert.equal(readFileSync(stack.stateFile, "utf8"), broken);
    }
    writeFileSync(stack.stateFile, whole);
  });

  it("refuses to go on when the state file was changed under a journal", async () => {
    writeFileSync(`${stack.stateFile}.journal`, `${JSON.stringify([{ base: "0".repeat(64), salt: "v1:x" }])}\n`);
    await assert.rejects(stack.up(resources), { code: "STATE_CORRUPT", message: /journal/ });
  });
});

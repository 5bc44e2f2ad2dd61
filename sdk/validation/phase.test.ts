import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type RecipeUnderTest } from ".";
import { ValidationPhase } from "./phase";
import { phaseChanged, type PhaseInputs, type PhaseOutputs } from "./phase-provider";

const recipe: RecipeUnderTest = {
  criteria: { service: "local", accelerator: "h100", intent: "training", os: "any", platform: "any", nodes: 0 },
  constraints: [],
  componentRefs: [],
  validation: {},
};

/** Registers the resource and gives back what the engine would see. */
async function register(more: { readonly values?: object } = {}): Promise<pulumi.runtime.MockResourceArgs> {
  let seen: pulumi.runtime.MockResourceArgs | undefined;
  await pulumi.runtime.setMocks({
    newResource(args) {
      seen = args;
      return { id: args.name, state: { ...(args.inputs as object), status: "passed" } };
    },
    call: () => ({}),
  });
  const component = { name: "metrics", namespace: "monitoring", expectedResources: [], ...more };
  const phase = new ValidationPhase("conformance", {
    phase: "conformance",
    recipe: { ...recipe, componentRefs: [component] },
    images: { "registry.example/app:1.0": `sha256:${"a".repeat(64)}` },
    kubeconfig: "the kubeconfig",
    recipeDigest: "sha256:r",
    lockDigest: "sha256:l",
    clusterIdentity: "uid",
  });
  const status = await new Promise((resolve) => phase.status.apply(resolve));
  assert.equal(status, "passed");
  assert.ok(seen);
  return seen;
}

describe("ValidationPhase", function () {
  // The first registration loads a good part of Pulumi's SDK and of the TypeScript compiler.
  this.timeout(30_000);

  before(async () => {
    await pulumi.runtime.serializeFunction(() => 0);
  });

  it("has a type of its own, so that policies can name it", async () => {
    assert.equal((await register()).type, "pulumi-nodejs:dynamic/cairn:ValidationPhase");
  });

  it("hands its kubeconfig over as a secret", async () => {
    const { kubeconfig } = (await register()).inputs as { kubeconfig: Record<string, unknown> };
    assert.equal(kubeconfig["value"], "the kubeconfig");
    assert.equal(Object.keys(kubeconfig).length, 2, "wrapped as a secret");
  });

  it("leaves component values out of the state", async () => {
    const { inputs } = await register({ values: { large: "x".repeat(1000) } });
    assert.doesNotMatch(JSON.stringify(inputs), /large/);
  });

  it("puts text into the state that only names the code to run", async () => {
    const { __provider: text } = (await register()).inputs as { __provider: string };
    assert.match(text, /require\("@cairn\/sdk\/validation"\)/);
    assert.ok(text.length < 5_000, `${text.length} characters`);
  });
});

describe("whether a phase runs again", () => {
  const subject = {
    phase: "conformance",
    recipeDigest: "sha256:r",
    lockDigest: "sha256:l",
    clusterIdentity: "uid",
    failureMode: "report",
  } as const;
  const inputs: PhaseInputs = { ...subject, recipe, images: {}, kubeconfig: "k" };
  const outputs = (status: string): PhaseOutputs => ({
    ...subject,
    status,
    tier: "simulated",
    summary: "",
    ctrf: "{}",
    snapshot: "{}",
  });

  it("not when nothing changed", () => assert.equal(phaseChanged(outputs("passed"), inputs), false));
  it("not for another kubeconfig of the same cluster", () =>
    assert.equal(phaseChanged(outputs("passed"), { ...inputs, kubeconfig: "rotated" }), false));
  for (const key of ["recipeDigest", "lockDigest", "clusterIdentity"] as const)
    it(`when the ${key} changed`, () =>
      assert.equal(phaseChanged(outputs("passed"), { ...inputs, [key]: "other" }), true));
  for (const status of ["failed", "error"])
    it(`when it was recorded as ${status}`, () => assert.equal(phaseChanged(outputs(status), inputs), true));
});

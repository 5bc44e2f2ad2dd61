import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { credentials } from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { type PhaseInputs, type PhaseOutputs } from "@cairn/sdk/validation";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type * as phaseModule from "../../sdk/validation/phase";
import { type Cluster, goodCluster, images, leftovers, metrics, recipe } from "./validation-fixture";

// The resource is not an entry point of its own: programs get it through GpuTrainingCluster.
// eslint-disable-next-line @typescript-eslint/no-require-imports -- types from the source, code from what was compiled
const { ValidationPhase }: typeof phaseModule = require("../../../sdk/dist/validation/phase");

type Inputs = PhaseInputs & { readonly __provider: string };

describe("ValidationPhase in Pulumi's dynamic provider process", function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let provider: ChildProcess;
  let client: ResourceProviderClient;
  let inputs: Inputs;

  before(async () => {
    cluster = await goodCluster();
    inputs = { ...(await registered(cluster.kubeconfig)), kubeconfig: cluster.kubeconfig };
    const main = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
    provider = spawn(process.execPath, [main, "127.0.0.1:1"], { cwd: __dirname, stdio: ["ignore", "pipe", "ignore"] });
    const [port] = (await once(provider.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
    client = new ResourceProviderClient(`127.0.0.1:${port.toString().trim()}`, credentials.createInsecure());
    const configure = new proto.ConfigureRequest();
    configure.setArgs(struct({}));
    await new Promise<void>((resolve, reject) => {
      client.configure(configure, (error) => (error ? reject(error) : resolve()));
    });
  });
  after(async () => {
    client.close();
    provider.kill("SIGKILL");
    await cluster.undo();
  });

  const create = async (): Promise<PhaseOutputs> => {
    const request = new proto.CreateRequest();
    request.setProperties(struct(inputs));
    const response = await new Promise<proto.CreateResponse>((resolve, reject) => {
      client.create(request, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
    return response.getProperties()?.toJavaScript() as unknown as PhaseOutputs;
  };
  const changed = async (olds: PhaseOutputs, news: Inputs): Promise<boolean> => {
    const request = new proto.DiffRequest();
    request.setOlds(struct({ ...olds, __provider: news.__provider }));
    request.setNews(struct(news));
    const response = await new Promise<proto.DiffResponse>((resolve, reject) => {
      client.diff(request, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
    return response.getChanges() === proto.DiffResponse.DiffChanges.DIFF_SOME;
  };

  it("runs the phase, keeps its results and no secret, and runs again for another cluster only", async () => {
    const outputs = await create();
    assert.equal(outputs.status, "passed", outputs.summary);
    assert.equal(outputs.tier, "simulated");
    const ctrf = JSON.parse(outputs.ctrf) as { results: { tests: { name: string }[] } };
    assert.deepEqual(
      ctrf.results.tests.map((t) => t.name),
      ["expected-resources"],
    );
    assert.equal((JSON.parse(outputs.snapshot) as { kind: string }).kind, "Snapshot");
    assert.ok(!JSON.stringify(outputs).includes("client-key"), "the kubeconfig is not among the outputs");
    assert.equal(await changed(outputs, inputs), false);
    assert.equal(await changed(outputs, { ...inputs, clusterIdentity: "another" }), true);
  });

  it("fails the step with what was expected and what was seen", async () => {
    await cluster.kube.delete({
      apiVersion: "apps/v1",
      kind: "Deployment",
      name: "metrics",
      namespace: "validation-tests",
    });
    await assert.rejects(create(), (error: Error) => {
      assert.match(error.message, /deployment failed: 0 of 1 passed \(simulated/);
      assert.match(
        error.message,
        /Deployment validation-tests\/metrics: expected exists and is healthy, observed missing/,
      );
      assert.ok(!error.message.includes("client-key"));
      return true;
    });
    await cluster.kube.apply(metrics(), { force: true });
    assert.deepEqual(await leftovers(cluster.kube), []);
  });
});

const struct = (value: object): Struct => Struct.fromJavaScript(value as Parameters<typeof Struct.fromJavaScript>[0]);

/** The inputs that the engine gets when a program registers the resource. */
async function registered(kubeconfig: string): Promise<Inputs> {
  let inputs: Inputs | undefined;
  await pulumi.runtime.setMocks({
    newResource(args) {
      inputs = args.inputs as Inputs;
      return { id: args.name, state: args.inputs as object };
    },
    call: () => ({}),
  });
  const digests = { recipeDigest: "sha256:r", lockDigest: "sha256:l", clusterIdentity: "uid" };
  const phase = new ValidationPhase("test", { phase: "deployment", recipe, images, kubeconfig, ...digests });
  await new Promise((resolve) => phase.urn.apply(resolve));
  assert.ok(inputs);
  return inputs;
}

import { once } from "node:events";
import * as net from "node:net";
import * as grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { aws } from "./aws";
import { azure } from "./azure-native";
import { gcp } from "./gcp";
import { kubernetes } from "./kubernetes";
import { difference, type MockCloud } from "./mock-cloud";
import { oci } from "./oci";
import { type Rules } from "./rules";
import { type Properties, seen } from "./values";

const PACKAGES: Readonly<Record<string, Rules>> = { aws, "azure-native": azure, gcp, oci, kubernetes };

/**
 * The program of a plugin, which an engine starts like any other. It only calls the cloud in the tests' process, which serves it for as long
 * as it runs: a plugin in Node takes longer to start than what is asked of it.
 */
export const pluginScript = (name: string, port: number): string => `#!/usr/bin/env bash
exec 3<>/dev/tcp/127.0.0.1/${port} || exit 1
echo ${name} >&3
read -r port <&3 && echo "$port"
read -r _
`;

/** Lets plugins in; each gets a server of its own. Returns the door, which listens on 127.0.0.1. */
export async function openDoor(cloud: MockCloud): Promise<net.Server> {
  const door = net.createServer((plugin) => {
    // One that is killed leaves at once.
    plugin.on("error", () => undefined);
    plugin.setEncoding("utf8").once("data", (name: string) => void serve(cloud, name.trim(), plugin));
  });
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  return door;
}

async function serve(cloud: MockCloud, name: string, plugin: net.Socket): Promise<void> {
  const gone = new AbortController();
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  plugin.once("close", () => {
    gone.abort();
    server.forceShutdown();
  });
  const rules = PACKAGES[name];
  if (rules === undefined) return void plugin.destroy();
  server.addService(ResourceProviderService, handlers(answersOf(cloud, rules, gone.signal)));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  plugin.write(`${port}\n`);
}

type Answer = (request: never) => object | Promise<object>;

const handlers = (answers: Readonly<Record<string, Answer>>): grpc.UntypedServiceImplementation =>
  Object.fromEntries(
    Object.keys(ResourceProviderService).map((method) => [
      method,
      async (call: grpc.ServerUnaryCall<unknown, object>, done: grpc.sendUnaryData<object>) => {
        const answer = answers[method];
        if (answer === undefined) return done({ code: grpc.status.UNIMPLEMENTED, details: "not in this cloud" });
        try {
          done(null, await answer(call.request as never));
        } catch (error) {
          done({ code: grpc.status.UNKNOWN, details: error instanceof Error ? error.message : String(error) });
        }
      },
    ]),
  );

const plain = (struct: Struct | undefined): Properties => struct?.toJavaScript() ?? {};
const struct = (properties: Properties): Struct =>
  Struct.fromJavaScript(properties as Parameters<typeof Struct.fromJavaScript>[0]);
const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";
const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** What a resource will be like, as far as a preview knows it: as it is, and as it is asked to be. */
function planned<Response extends messages.CreateResponse | messages.UpdateResponse>(
  response: Response,
  properties: Properties,
): Response {
  response.setProperties(struct(properties));
  return response;
}

/** Pulumi's calls, in its messages. */
function answersOf(cloud: MockCloud, rules: Rules, signal: AbortSignal): Readonly<Record<string, Answer>> {
  /** The cluster that objects are in, where this plays a cluster. */
  let within: string | undefined;
  const accept = (request: messages.CheckRequest) => {
    const response = new messages.CheckResponse();
    response.setInputs(request.getNews());
    return response;
  };
  return {
    checkConfig: accept,
    check: accept,
    diffConfig: () => new messages.DiffResponse(),
    configure: (request: messages.ConfigureRequest) => {
      within = request.getVariablesMap().get("kubernetes:config:clusterIdentifier");
      const response = new messages.ConfigureResponse();
      response.setSupportspreview(true);
      return response;
    },
    invoke: (request: messages.InvokeRequest) => {
      const invoke = rules.invokes?.[request.getTok()];
      if (invoke === undefined) throw new Error(`this cloud knows no ${request.getTok()}`);
      const response = new messages.InvokeResponse();
      response.setReturn(struct(invoke(plain(request.getArgs()), cloud)));
      return response;
    },
    diff: (request: messages.DiffRequest) => {
      const inputs = [plain(request.getOldInputs()), plain(request.getNews())] as const;
      const ignored = request.getIgnorechangesList();
      const { changed, replaces } = difference(
        rules,
        typeOf(request.getUrn()),
        plain(request.getOlds()),
        inputs,
        ignored,
      );
      const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
      const response = new messages.DiffResponse();
      response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
      response.setDiffsList(changed.map((path) => path.join(".")));
      response.setReplacesList(replaces.map((path) => path.join(".")));
      return response;
    },
    create: async (request: messages.CreateRequest) => {
      const inputs = plain(request.getProperties());
      if (request.getPreview()) return planned(new messages.CreateResponse(), inputs);
      const wanted = { type: typeOf(request.getUrn()), name: nameOf(request.getUrn()), inputs };
      const { id, outputs } = await cloud.create(rules, wanted, within, signal);
      const response = new messages.CreateResponse();
      response.setId(id);
      response.setProperties(struct(outputs));
      return response;
    },
    read: (request: messages.ReadRequest) => {
      const found = cloud.read(rules, request.getId());
      const response = new messages.ReadResponse();
      if (found === undefined) return response;
      response.setId(found.id);
      response.setProperties(struct(found.outputs));
      response.setInputs(struct(seen(found.outputs, plain(request.getInputs()), rules.exact) as Properties));
      return response;
    },
    update: (request: messages.UpdateRequest) => {
      if (request.getPreview())
        return planned(new messages.UpdateResponse(), { ...plain(request.getOlds()), ...plain(request.getNews()) });
      const { outputs } = cloud.update(rules, request.getId(), plain(request.getNews()));
      const response = new messages.UpdateResponse();
      response.setProperties(struct(outputs));
      return response;
    },
    delete: (request: messages.DeleteRequest) => {
      cloud.delete(rules, request.getId());
      return new Empty();
    },
  };
}

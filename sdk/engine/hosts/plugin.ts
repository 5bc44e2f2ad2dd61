import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { type ServiceError } from "@grpc/grpc-js";
import { type JsonObject } from "../../json";
import {
  type CheckRequest,
  type CheckResponse,
  type CreateRequest,
  type CreateResponse,
  type DeleteRequest,
  type DiffRequest,
  type DiffResponse,
  type Provider,
  type ReadRequest,
  type ReadResponse,
  type UpdateRequest,
  type UpdateResponse,
} from "../types";
import { plain } from "../wire";
import { parseUrn } from "../urn";
import { channelOptions, credentials, fromStruct, toStruct, unary } from "./grpc";

const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;

/** A provider process behind Pulumi's gRPC protocol: a plugin, or the dynamic provider. */
export class PluginProvider implements Provider {
  private readonly client: ResourceProviderClient;
  supportsPreview = false;

  constructor(
    address: string,
    private readonly stop: () => Promise<void>,
  ) {
    this.client = new ResourceProviderClient(address, credentials, channelOptions);
  }

  async configure(config: JsonObject, variables: Readonly<Record<string, string>>): Promise<void> {
    const request = new messages.ConfigureRequest();
    request.setArgs(toStruct(config));
    for (const [key, value] of Object.entries(variables)) request.getVariablesMap().set(key, value);
    const response = await ask<messages.ConfigureResponse>((done) => this.client.configure(request, done));
    this.supportsPreview = response.getSupportspreview();
  }

  async check(request: CheckRequest): Promise<CheckResponse> {
    const message = named(new messages.CheckRequest(), request.urn);
    message.setOlds(toStruct(request.olds ?? {}));
    message.setNews(toStruct(request.news));
    message.setRandomseed(request.randomSeed);
    const response = await ask<messages.CheckResponse>((done) => this.client.check(message, done));
    return {
      inputs: plain(fromStruct(response.getInputs())),
      failures: response
        .getFailuresList()
        .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() })),
    };
  }

  async diff(request: DiffRequest): Promise<DiffResponse> {
    const message = named(new messages.DiffRequest(), request.urn);
    message.setId(request.id);
    message.setOlds(toStruct(request.oldState));
    message.setOldInputs(toStruct(request.oldInputs));
    message.setNews(toStruct(request.news));
    message.setIgnorechangesList([...request.ignoreChanges]);
    const response = await ask<messages.DiffResponse>((done) => this.client.diff(message, done));
    const changes = response.getChanges();
    return {
      changes: changes === DIFF_SOME ? "some" : changes === DIFF_NONE ? "none" : "unknown",
      diffs: response.getDiffsList(),
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async create(request: CreateRequest): Promise<CreateResponse> {
    const message = named(new messages.CreateRequest(), request.urn);
    message.setProperties(toStruct(request.inputs));
    message.setTimeout(request.timeout);
    message.setPreview(request.preview);
    try {
      const response = await unary<messages.CreateResponse>((done) => this.client.create(message, done));
      return { id: response.getId(), state: fromStruct(response.getProperties()) };
    } catch (error) {
      return initFailure(error);
    }
  }

  async read(request: ReadRequest): Promise<ReadResponse | undefined> {
    const message = named(new messages.ReadRequest(), request.urn);
    message.setId(request.id);
    message.setProperties(toStruct(request.state));
    message.setInputs(toStruct(request.inputs));
    const response = await ask<messages.ReadResponse>((done) => this.client.read(message, done));
    if (response.getId() === "") return undefined;
    const inputs = response.getInputs();
    return {
      id: response.getId(),
      state: fromStruct(response.getProperties()),
      inputs: inputs === undefined ? request.inputs : plain(fromStruct(inputs)),
    };
  }

  async update(request: UpdateRequest): Promise<UpdateResponse> {
    const message = named(new messages.UpdateRequest(), request.urn);
    message.setId(request.id);
    message.setOlds(toStruct(request.oldState));
    message.setOldInputs(toStruct(request.oldInputs));
    message.setNews(toStruct(request.inputs));
    message.setTimeout(request.timeout);
    message.setPreview(request.preview);
    try {
      const response = await unary<messages.UpdateResponse>((done) => this.client.update(message, done));
      return { state: fromStruct(response.getProperties()) };
    } catch (error) {
      return initFailure(error);
    }
  }

  async delete(request: DeleteRequest): Promise<void> {
    const message = named(new messages.DeleteRequest(), request.urn);
    message.setId(request.id);
    message.setProperties(toStruct(request.state));
    message.setOldInputs(toStruct(request.inputs));
    message.setTimeout(request.timeout);
    await ask((done) => this.client.delete(message, done));
  }

  async invoke(token: string, args: JsonObject): Promise<JsonObject> {
    const message = new messages.InvokeRequest();
    message.setTok(token);
    message.setArgs(toStruct(args));
    const response = await ask<messages.InvokeResponse>((done) => this.client.invoke(message, done));
    const failures = response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
    if (failures.length > 0) throw new Error(`${token}: ${failures.join("; ")}`);
    return fromStruct(response.getReturn());
  }

  async close(): Promise<void> {
    this.client.close();
    await this.stop();
  }
}

const ask: typeof unary = (call) =>
  unary(call).catch((error: unknown) => {
    throw plainError(error);
  });

interface NamedRequest {
  setUrn(urn: string): unknown;
  setName(name: string): unknown;
  setType(type: string): unknown;
}

function named<Request extends NamedRequest>(request: Request, urn: string): Request {
  const { name, type } = parseUrn(urn);
  request.setUrn(urn);
  request.setName(name);
  request.setType(type);
  return request;
}

/** The object exists but did not become ready: the error carries its id and state. Any other error is thrown on. */
function initFailure(error: unknown): CreateResponse {
  const [details] = (error as ServiceError).metadata?.get("grpc-status-details-bin") ?? [];
  if (!Buffer.isBuffer(details)) throw plainError(error);
  const detail = Status.deserializeBinary(details)
    .getDetailsList()
    .find((each) => each.getTypeName() === "pulumirpc.ErrorResourceInitFailed");
  if (detail === undefined) throw plainError(error);
  const failure = ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
  const reasons = failure.getReasonsList();
  return {
    id: failure.getId(),
    state: fromStruct(failure.getProperties()),
    initErrors: reasons.length > 0 ? reasons : [plainError(error).message],
  };
}

/** gRPC puts its status code before the message: people want the message. */
function plainError(error: unknown): Error {
  const { details } = error as Partial<ServiceError>;
  return details === undefined || details === "" ? (error as Error) : new Error(details, { cause: error });
}

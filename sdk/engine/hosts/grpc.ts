import * as grpc from "@grpc/grpc-js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type JsonObject } from "../../json";

/** As large as Pulumi allows, 400 MB. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;
export const channelOptions: grpc.ChannelOptions = {
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
};
export const credentials = grpc.credentials.createInsecure();

export function toStruct(properties: JsonObject): Struct {
  return Struct.fromJavaScript(properties as Parameters<typeof Struct.fromJavaScript>[0]);
}

export function fromStruct(struct: Struct | undefined): JsonObject {
  return (struct?.toJavaScript() ?? {}) as JsonObject;
}

type Callback<Response> = (error: grpc.ServiceError | null, response: Response) => void;

/** Awaits one call of a generated client: `unary((done) => client.create(request, done))`. */
export function unary<Response>(call: (done: Callback<Response>) => unknown): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error === null ? resolve(response) : reject(error)));
  });
}

/** A service method out of an async function; what it throws becomes the call's status. */
export function handle<Request, Response>(
  answer: (request: Request) => Promise<Response> | Response,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(asStatus(error)),
      );
  };
}

function asStatus(error: unknown): Partial<grpc.StatusObject> {
  if (error instanceof EngineStopped) return { code: grpc.status.UNAVAILABLE, details: error.message };
  return { code: grpc.status.UNKNOWN, details: error instanceof Error ? error.message : String(error) };
}

/**
 * Tells the program that the engine takes no more registrations: the SDK then ends quietly, because the reason was reported already.
 */
export class EngineStopped extends Error {
  constructor() {
    super("the engine is stopping");
  }
}

export async function listen(server: grpc.Server): Promise<string> {
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return `127.0.0.1:${port}`;
}

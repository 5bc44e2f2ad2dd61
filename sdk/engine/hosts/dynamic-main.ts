import type * as grpc from "@grpc/grpc-js";
import { type sendUnaryData, type ServerUnaryCall, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { createRequire } from "node:module";
import { fromStruct } from "./grpc";
import { loadSdkLazily } from "./lazy";
import { OutboxWriter } from "./outbox";
import { type RecordedAnswer } from "./outbox-record";

// The program's own dynamic provider process (@pulumi/pulumi/cmd/dynamic-provider) with two things added. It notices when its engine
// is gone: then it ends, after the calls in flight. And it keeps the answer of each call until the engine has saved it: an engine that
// is killed in the middle of a create finds out, the next time, what became of it.

interface RecordedRequest {
  getUrn(): string;
}
interface RecordedResponse {
  getId?(): string;
  getProperties?(): Parameters<typeof fromStruct>[0];
}
type Method = (
  call: ServerUnaryCall<RecordedRequest, RecordedResponse>,
  done: sendUnaryData<RecordedResponse>,
) => unknown;

function takeEnvironment(name: string): string {
  const value = process.env[name] ?? "";
  delete process.env[name];
  return value;
}

const main = takeEnvironment("CAIRN_DYNAMIC_PROVIDER");
const outbox = OutboxWriter.open(takeEnvironment("CAIRN_OUTBOX"), takeEnvironment("CAIRN_OUTBOX_KEY"));
let inFlight = 0;
let engineIsGone = false;

function leaveWhenIdle(): void {
  if (engineIsGone && inFlight === 0) process.exit(0);
}

function recorded(method: RecordedAnswer["method"], original: Method, self: UntypedServiceImplementation): Method {
  return (call, done) => {
    inFlight++;
    return original.call(self, call, (error, response, ...rest) => {
      const answer = error
        ? { error: "message" in error ? String(error.message) : "failed" }
        : { id: response?.getId?.() ?? "", properties: fromStruct(response?.getProperties?.()) };
      outbox?.write({ method, urn: call.request.getUrn(), ...answer });
      done(error, response, ...rest);
      inFlight--;
      leaveWhenIdle();
    });
  };
}

// The provider makes its server with the gRPC module that its own SDK resolves to.
const load = createRequire(main);
const { Server } = load("@grpc/grpc-js") as typeof grpc;
const addService = Server.prototype.addService;
Server.prototype.addService = function (definition, implementation) {
  const self = Object.create(implementation) as UntypedServiceImplementation;
  for (const method of ["create", "update", "delete"] as const) {
    self[method] = recorded(method, implementation[method] as unknown as Method, self) as never;
  }
  addService.call(this, definition, self);
};

// In order, so that Node keeps what it compiled for the next time.
process.on("SIGTERM", () => process.exit(0));
process.stdin.on("end", () => {
  engineIsGone = true;
  leaveWhenIdle();
});
process.stdin.resume();
process.argv.splice(1, 1, main);
loadSdkLazily(main);
load(main);

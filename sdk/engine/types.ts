import { type JsonObject, type JsonValue } from "../json";

/** What is asked of the engine. */
export type Operation = "preview" | "up" | "refresh" | "destroy";

/** What happens to one resource. */
export type StepOp =
  | "same"
  | "create"
  | "update"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "delete"
  | "read"
  | "refresh"
  | "discard";

export interface PolicyPackRef {
  /** Directory with `PulumiPolicy.yaml`. */
  readonly path: string;
  /** Policy name → level or `{ enforcementLevel, … }`; `all` for every policy. */
  readonly config?: JsonObject;
}

export interface RunOptions {
  readonly operation: Operation;
  /** Directory with `Pulumi.yaml`. */
  readonly directory: string;
  readonly stack: string;
  readonly policyPacks?: readonly PolicyPackRef[];
  /** Preview without provider plugins: their resources show as creates with unknown outputs. */
  readonly offline?: boolean;
  /** Steps at once. @default 16 */
  readonly parallel?: number;
  /** Refresh before the operation. @default false */
  readonly refresh?: boolean;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: EngineEvent) => void;
  /** Extra environment of the program, its providers and its policy packs. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Secrets never appear in events: they read `[secret]`. */
export type EngineEvent =
  | { readonly type: "engine"; readonly engine: "embedded" | "pulumi"; readonly version: string }
  | { readonly type: "pending"; readonly urn: string; readonly operation: string; readonly message: string }
  | { readonly type: "step-started"; readonly urn: string; readonly op: StepOp }
  | {
      readonly type: "step-done";
      readonly urn: string;
      readonly op: StepOp;
      readonly seconds: number;
      /** Changed property paths, for update and replace. */
      readonly diff?: readonly string[];
    }
  | { readonly type: "step-failed"; readonly urn: string; readonly op: StepOp; readonly message: string }
  | { readonly type: "progress"; readonly urn: string; readonly message: string }
  | {
      readonly type: "policy";
      readonly urn: string;
      readonly pack: string;
      readonly policy: string;
      readonly level: "advisory" | "mandatory" | "remediate";
      readonly message: string;
    }
  | {
      readonly type: "diagnostic";
      readonly severity: "info" | "warning" | "error";
      readonly urn?: string;
      readonly message: string;
    }
  | { readonly type: "summary"; readonly result: OperationResult };

export interface OperationResult {
  readonly ok: boolean;
  readonly changes: { readonly [Op in StepOp]?: number };
  /** Stack outputs; secrets as `[secret]`, values unknown at preview as `undefined`. */
  readonly outputs: Readonly<Record<string, JsonValue | undefined>>;
  /** Resources in the state afterwards. */
  readonly resources: number;
  readonly seconds: number;
  /** Every error and every mandatory violation, in order. */
  readonly errors: readonly string[];
}

/**
 * A provider that the engine calls, in process or behind gRPC. Property values are JSON in Pulumi's wire form: an unknown is the sentinel
 * string `UNKNOWN` of `wire.ts`. Inputs arrive without secret wrappers; the engine marks outputs of the same name secret again, and a
 * provider may wrap others itself.
 */
export interface Provider {
  /** Whether `create` and `update` are also called at preview; they then change nothing and tell what would come out. @default false */
  readonly supportsPreview?: boolean;
  check(request: CheckRequest): Promise<CheckResponse>;
  diff(request: DiffRequest): Promise<DiffResponse>;
  create(request: CreateRequest): Promise<CreateResponse>;
  /** `undefined` when the resource is gone. */
  read(request: ReadRequest): Promise<ReadResponse | undefined>;
  update(request: UpdateRequest): Promise<UpdateResponse>;
  delete(request: DeleteRequest): Promise<void>;
  invoke(token: string, args: JsonObject): Promise<JsonObject>;
  close(): Promise<void>;
}

export interface ResourceRequest {
  readonly urn: string;
  /** Pulumi type token. */
  readonly type: string;
  readonly preview: boolean;
  readonly signal: AbortSignal;
  /** Progress of a long step, for people. */
  readonly onProgress: (message: string) => void;
}

export interface CheckRequest extends ResourceRequest {
  readonly olds?: JsonObject;
  readonly news: JsonObject;
  /** For generated names: the same seed gives the same name. */
  readonly randomSeed: Buffer;
}

export interface CheckResponse {
  readonly inputs: JsonObject;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

export interface DiffRequest extends ResourceRequest {
  readonly id: string;
  readonly oldInputs: JsonObject;
  readonly oldState: JsonObject;
  readonly news: JsonObject;
  readonly ignoreChanges: readonly string[];
}

export interface DiffResponse {
  readonly changes: "none" | "some" | "unknown";
  /** Changed paths. */
  readonly diffs: readonly string[];
  /** Paths that force a replacement. */
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

export interface CreateRequest extends ResourceRequest {
  readonly inputs: JsonObject;
  /** Seconds; 0 for the provider's default. */
  readonly timeout: number;
}

export interface CreateResponse {
  readonly id: string;
  readonly state: JsonObject;
  /** Set when the object exists but did not become ready: the step fails and the state is kept. */
  readonly initErrors?: readonly string[];
}

export interface ReadRequest extends ResourceRequest {
  readonly id: string;
  readonly inputs: JsonObject;
  readonly state: JsonObject;
}

export interface ReadResponse {
  readonly id: string;
  readonly inputs: JsonObject;
  readonly state: JsonObject;
}

export interface UpdateRequest extends ResourceRequest {
  readonly id: string;
  readonly oldInputs: JsonObject;
  readonly oldState: JsonObject;
  readonly inputs: JsonObject;
  readonly timeout: number;
}

export interface UpdateResponse {
  readonly state: JsonObject;
  readonly initErrors?: readonly string[];
}

export interface DeleteRequest extends ResourceRequest {
  readonly id: string;
  readonly inputs: JsonObject;
  readonly state: JsonObject;
  readonly timeout: number;
}

import { createHash } from "node:crypto";
import { CairnError } from "../../errors";
import { type JsonObject } from "../../json";
import { type Reporter, ReportedFailure } from "../reporter";
import { type PendingOperation, type PendingType, type ResourceState } from "../state/model";
import { type Change } from "../state/store";
import { type CreateResponse, type Provider, type ResourceRequest, type StepOp, type UpdateResponse } from "../types";
import { providerPackage } from "../urn";
import { markLike, markNamed, omit, plain, UNKNOWN } from "../wire";

/** What steps need from a run. */
export interface StepContext {
  readonly preview: boolean;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
  /** Saves a change; does nothing at preview. */
  readonly commit: (change: Change) => Promise<void>;
  readonly provider: (state: ResourceState) => Promise<Provider>;
}

export function requestFor(context: StepContext, resource: Pick<ResourceState, "urn" | "type">): ResourceRequest {
  const { urn, type } = resource;
  return {
    urn,
    type,
    preview: context.preview,
    signal: context.signal,
    onProgress: (message) => context.reporter.emit({ type: "progress", urn, message }),
  };
}

/** The same for a resource as long as it lives, another for its replacement. */
export function seedFor(urn: string, replaces: string | undefined): Buffer {
  return createHash("sha256")
    .update(`${urn}\n${replaces ?? ""}`)
    .digest();
}

/** A default provider is Pulumi's own bookkeeping: people do not see its steps. */
export function isQuiet(resource: Pick<ResourceState, "type" | "urn">): boolean {
  return providerPackage(resource.type) !== undefined && /::default(_[^:]*)?$/.test(resource.urn);
}

/** Runs a step between its events, unless people do not see it. */
export async function shown<Result>(
  context: StepContext,
  resource: ResourceState,
  op: StepOp,
  run: () => Promise<Result>,
  diff?: readonly string[],
): Promise<Result> {
  if (!isQuiet(resource)) return context.reporter.step(resource.urn, op, run, diff);
  try {
    return await run();
  } catch (error) {
    throw context.reporter.failed(resource.urn, op, error);
  }
}

/** Only a provider process can leave something behind of which we do not know. */
function needsIntent(resource: ResourceState): boolean {
  return resource.custom && providerPackage(resource.type) === undefined;
}

async function begin(
  context: StepContext,
  resource: ResourceState,
  type: PendingType,
): Promise<PendingOperation | undefined> {
  if (!needsIntent(resource)) return undefined;
  const pending: PendingOperation = { resource, type };
  await context.commit({ begin: pending });
  return pending;
}

/** Calls the provider with the intent recorded; an error says that nothing was done, so it takes the intent back. */
async function attempt<Result>(
  context: StepContext,
  resource: ResourceState,
  type: PendingType,
  call: () => Promise<Result>,
): Promise<readonly [Result, Change]> {
  const pending = await begin(context, resource, type);
  const end: Change = pending === undefined ? {} : { end: pending };
  try {
    return [await call(), end];
  } catch (error) {
    await context.commit(end);
    throw error;
  }
}

/** The resource with what its provider answered, secrets marked again. */
export function withAnswer(
  wanted: ResourceState,
  answer: { readonly id?: string; readonly state: JsonObject; readonly initErrors?: readonly string[] },
): ResourceState {
  const outputs = markNamed(markLike(answer.state, wanted.inputs), wanted.additionalSecretOutputs ?? []);
  const now = new Date().toISOString();
  return {
    ...omit(wanted, "initErrors", "pendingReplacement"),
    ...(answer.id ? { id: answer.id } : {}),
    outputs,
    ...(answer.initErrors?.length ? { initErrors: answer.initErrors } : {}),
    ...(wanted.custom ? { created: wanted.created ?? now, modified: now } : {}),
  };
}

function notReady(resource: ResourceState): Error {
  return new CairnError("NOT_READY", `it exists but did not become ready: ${(resource.initErrors ?? []).join("; ")}`, {
    kind: "check-failed",
  });
}

/** Creates a resource, in place of `condemned` if that is given: it then stays until the end of the run. */
export async function create(
  context: StepContext,
  provider: Provider,
  wanted: ResourceState,
  condemned?: ResourceState,
): Promise<ResourceState> {
  const call = (): Promise<CreateResponse> =>
    context.preview && provider.supportsPreview !== true
      ? Promise.resolve({ id: "", state: plain(wanted.inputs) })
      : provider.create({
          ...requestFor(context, wanted),
          inputs: plain(wanted.inputs),
          timeout: wanted.customTimeouts?.["create"] ?? 0,
        });
  const [answer, end] = await attempt(context, wanted, "creating", call);
  const created = withAnswer(wanted, answer);
  context.reporter.learn(created.outputs);
  await context.commit({ ...end, put: [created, ...(condemned ? [{ ...condemned, delete: true }] : [])] });
  if (created.initErrors !== undefined) throw notReady(created);
  return created;
}

export async function update(
  context: StepContext,
  provider: Provider,
  old: ResourceState,
  wanted: ResourceState,
): Promise<ResourceState> {
  const call = (): Promise<UpdateResponse> =>
    context.preview && provider.supportsPreview !== true
      ? Promise.resolve({ state: plain(wanted.inputs) })
      : provider.update({
          ...requestFor(context, wanted),
          id: old.id ?? "",
          oldInputs: plain(old.inputs),
          oldState: plain(old.outputs),
          inputs: plain(wanted.inputs),
          timeout: wanted.customTimeouts?.["update"] ?? 0,
        });
  const [answer, end] = await attempt(context, wanted, "updating", call);
  const updated = withAnswer(wanted, { ...answer, id: old.id ?? "" });
  context.reporter.learn(updated.outputs);
  await context.commit({ ...end, put: [updated] });
  if (updated.initErrors !== undefined) throw notReady(updated);
  return updated;
}

export type DeleteMode =
  /** Gone from the state. */
  | "forget"
  /** Stays in the state as a promise that its replacement will be made. */
  | "await-replacement";

/** Deletes a resource. `skipProvider`: it goes with another (`deletedWith`), is retained, or was only read. */
export async function remove(
  context: StepContext,
  state: ResourceState,
  mode: DeleteMode,
  skipProvider: boolean,
): Promise<void> {
  const after: Change = mode === "forget" ? { drop: [state] } : { put: [{ ...state, pendingReplacement: true }] };
  if (context.preview || skipProvider || !state.custom || state.pendingReplacement) return context.commit(after);
  const provider = await context.provider(state);
  const [, end] = await attempt(context, state, "deleting", () =>
    provider.delete({
      ...requestFor(context, state),
      id: state.id ?? "",
      inputs: plain(state.inputs),
      state: plain(state.outputs),
      timeout: state.customTimeouts?.["delete"] ?? 0,
    }),
  );
  await context.commit({ ...end, ...after });
}

/** @throws ReportedFailure when the resource may not be deleted */
export function refuseProtected(context: StepContext, state: ResourceState, op: StepOp): void {
  if (state.protect !== true) return;
  const error = new CairnError("PROTECTED", "the resource is protected and would be deleted", {
    hint: "take `protect` off the resource in the program and run `up` first",
  });
  throw context.reporter.failed(state.urn, op, error);
}

/** The id of a resource as others may use it: unknown until it is created. */
export function knownId(context: StepContext, state: ResourceState): string {
  return state.id ?? (context.preview && state.custom ? UNKNOWN : "");
}

export { ReportedFailure };

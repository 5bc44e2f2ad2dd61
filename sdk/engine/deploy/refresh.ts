import { covers, parsePath } from "../paths";
import { type ResourceState, stateKey } from "../state/model";
import { references } from "../state/model";
import { inOrder, type Resolve } from "../state/order";
import { providerPackage } from "../urn";
import { changedPaths, markLike, omit, plain } from "../wire";
import { type Limiter } from "./limit";
import { ReportedFailure, requestFor, type StepContext } from "./steps";

/** Asks the providers what became of every resource; what is gone leaves the state. Returns the resources as they are now. */
export async function refreshAll(
  context: StepContext,
  limiter: Limiter,
  resources: Iterable<ResourceState>,
  resolve: Resolve,
): Promise<ResourceState[]> {
  const running = new Map<string, Promise<ResourceState | undefined>>();
  const ordered = inOrder(resources, resolve);
  for (const state of ordered) {
    const before = [...references(state)].flatMap((urn) => running.get(resolve(urn)) ?? []);
    running.set(
      stateKey(state),
      Promise.all(before).then(() => limiter.run(() => refreshOne(context, state))),
    );
  }
  const refreshed = await Promise.all([...running.values()]);
  return refreshed.filter((state) => state !== undefined);
}

async function refreshOne(context: StepContext, state: ResourceState): Promise<ResourceState | undefined> {
  const isReal = state.custom && providerPackage(state.type) === undefined;
  if (!isReal || state.delete || state.pendingReplacement || context.signal.aborted) return state;
  const start = performance.now();
  context.reporter.emit({ type: "step-started", urn: state.urn, op: "refresh" });
  try {
    const [now, op, diff] = await readNow(context, state);
    context.reporter.done(state.urn, op, (performance.now() - start) / 1000, diff);
    return now;
  } catch (error) {
    const failure = context.reporter.failed(state.urn, "refresh", error);
    if (failure instanceof ReportedFailure) return state;
    throw failure;
  }
}

type Reading = readonly [state: ResourceState | undefined, op: "same" | "refresh" | "delete", diff?: readonly string[]];

/** Changes that the program ignores are saved, and not shown: nobody is to act on them. */
async function readNow(context: StepContext, state: ResourceState): Promise<Reading> {
  const provider = await context.provider(state);
  const answer = await provider.read({
    ...requestFor(context, state),
    id: state.id ?? "",
    inputs: plain(state.inputs),
    state: plain(state.outputs),
  });
  if (answer === undefined) {
    await context.commit({ drop: [state] });
    return [undefined, "delete"];
  }
  const inputs = markLike(answer.inputs, state.inputs);
  const outputs = markLike(markLike(answer.state, state.outputs), state.inputs);
  context.reporter.learn(outputs);
  const diff = [...new Set([...changedPaths(state.inputs, inputs), ...changedPaths(state.outputs, outputs)])];
  if (diff.length === 0 && state.initErrors === undefined) return [state, "same"];
  const now: ResourceState = {
    ...omit(state, "initErrors"),
    id: answer.id,
    inputs,
    outputs,
    modified: new Date().toISOString(),
  };
  await context.commit({ put: [now] });
  const ignored = (state.ignoreChanges ?? []).map(parsePath);
  const shown = diff.filter((path) => !ignored.some((pattern) => covers(pattern, parsePath(path))));
  return shown.length === 0 ? [now, "same"] : [now, "refresh", shown];
}

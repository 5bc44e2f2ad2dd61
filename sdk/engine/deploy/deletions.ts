import { type ResourceState, stateKey } from "../state/model";
import { dependents, inOrder, type Resolve } from "../state/order";
import { type StepOp } from "../types";
import { type Limiter } from "./limit";
import { isQuiet, refuseProtected, remove, ReportedFailure, shown, type StepContext } from "./steps";

/**
 * Deletes resources, what depends on others first, in parallel where the graph allows. When one cannot be deleted, what it depends
 * on stays. Nothing is deleted when any of them is protected.
 */
export async function deleteAll(
  context: StepContext,
  limiter: Limiter,
  doomed: readonly ResourceState[],
  resolve: Resolve,
): Promise<void> {
  const isProtected = doomed.filter((state) => state.protect === true);
  if (isProtected.length > 0) {
    for (const state of isProtected) tryRefuse(context, state);
    return;
  }
  const urns = new Set(doomed.map((state) => state.urn));
  const waitingFor = dependents(doomed, resolve);
  const position = new Map(inOrder(doomed, resolve).map((state, index) => [state, index]));
  const isAfter = (other: ResourceState, state: ResourceState): boolean =>
    (position.get(other) ?? 0) > (position.get(state) ?? 0);
  const done = new Map<string, Promise<boolean>>();
  const deleteOne = async (state: ResourceState): Promise<boolean> => {
    const before = (waitingFor.get(state.urn) ?? []).filter((other) => isAfter(other, state));
    const results = await Promise.all(before.map(start));
    if (!results.every(Boolean) || context.signal.aborted) return false;
    return limiter.run(() => deleteShown(context, state, urns));
  };
  const start = (state: ResourceState): Promise<boolean> => {
    const key = stateKey(state);
    let running = done.get(key);
    if (running === undefined) done.set(key, (running = deleteOne(state)));
    return running;
  };
  await Promise.all(doomed.map(start));
}

function tryRefuse(context: StepContext, state: ResourceState): void {
  try {
    refuseProtected(context, state, "delete");
  } catch (error) {
    if (!(error instanceof ReportedFailure)) throw error;
  }
}

async function deleteShown(context: StepContext, state: ResourceState, doomed: ReadonlySet<string>): Promise<boolean> {
  const kept = state.retainOnDelete === true || state.external === true;
  const gone = state.deletedWith !== undefined && doomed.has(state.deletedWith);
  const op: StepOp = state.delete ? "delete-replaced" : kept || state.pendingReplacement ? "discard" : "delete";
  try {
    await shown(context, state, op, () => remove(context, state, "forget", kept || gone || isQuiet(state)));
    return true;
  } catch (error) {
    if (error instanceof ReportedFailure) return false;
    throw error;
  }
}

import { collectAnswers, forgetAnswers } from "./hosts/outbox";
import { type RecordedAnswer } from "./hosts/outbox-record";
import { type Reporter } from "./reporter";
import { type Crypter } from "./state/crypter";
import { type PendingOperation, type PendingType, type ResourceState, stateKey } from "./state/model";
import { type Change, type StateStore } from "./state/store";
import { withAnswer } from "./deploy/steps";

const METHODS: Partial<Record<PendingType, RecordedAnswer["method"]>> = {
  creating: "create",
  updating: "update",
  deleting: "delete",
};

/** Tells about operations that were begun and never recorded as ended. */
export function reportPending(pending: PendingOperation, message: string, reporter: Reporter): void {
  reporter.emit({ type: "pending", urn: pending.resource.urn, operation: pending.type, message });
}

export const PREVIEW_MESSAGE = "an earlier run was interrupted in the middle of this; the next `up` looks into it";

/**
 * After a kill: takes into the state what provider processes still answered to the killed engine. What nobody answered is reported;
 * an update or a delete is simply done again, a create stays pending until the program asks for the resource again.
 */
export async function recover(
  store: StateStore,
  crypter: Crypter,
  outboxRoot: string,
  reporter: Reporter,
): Promise<void> {
  if (store.pending.size === 0) return forgetAnswers(outboxRoot);
  const onWait = (pid: number): void =>
    reporter.diagnostic("info", `waiting for process ${pid}, which still works for an interrupted run`);
  const answers = await collectAnswers(outboxRoot, crypter, onWait);
  for (const pending of [...store.pending.values()]) {
    const answer = answers.find(({ method, urn }) => method === METHODS[pending.type] && urn === pending.resource.urn);
    const { change, message } = answer === undefined ? unanswered(pending) : answered(pending, answer, store);
    reportPending(pending, message, reporter);
    if (change !== undefined) await store.commit(change);
  }
  forgetAnswers(outboxRoot);
}

interface Outcome {
  readonly change?: Change;
  readonly message: string;
}

function unanswered(pending: PendingOperation): Outcome {
  if (pending.type !== "creating")
    return { change: { end: pending }, message: "was interrupted; it is done again if it is still needed" };
  return {
    message:
      "was interrupted, so the object may or may not exist; `up` creates it if the program still asks for it, `refresh` forgets it",
  };
}

function answered(pending: PendingOperation, answer: RecordedAnswer, store: StateStore): Outcome {
  if (answer.error !== undefined) {
    return { change: { end: pending }, message: `was interrupted and then failed: ${answer.error}` };
  }
  const message = "was interrupted, and finished all the same; the state has it now";
  if (answer.method === "delete") return { change: { end: pending, drop: [pending.resource] }, message };
  const state = withAnswer(pending.resource, {
    id: answer.id || (pending.resource.id ?? ""),
    state: answer.properties ?? {},
  });
  return { change: { end: pending, put: [state, ...replacedBy(state, answer, store)] }, message };
}

/** A create beside a live resource of the same URN was a replacement: the old object is still to be deleted. */
function replacedBy(state: ResourceState, answer: RecordedAnswer, store: StateStore): ResourceState[] {
  const live = answer.method === "create" ? store.resources.get(stateKey(state)) : undefined;
  return live === undefined || live.pendingReplacement ? [] : [{ ...live, delete: true }];
}

/** `refresh` and `destroy` give up on creates of which nothing is known. */
export async function forgetPending(store: StateStore, reporter: Reporter): Promise<void> {
  for (const pending of [...store.pending.values()]) {
    reportPending(pending, "is forgotten now; look by hand whether the object exists", reporter);
    await store.commit({ end: pending });
  }
}

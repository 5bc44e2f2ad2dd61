import { messageOf } from "../errors";
import { type KubeClient } from "../kube";
import { Assertions } from "./assertions";
import { missingPermissions } from "./permissions";
import { withSandbox } from "./sandbox";
import { type Check, type CheckContext, type CheckResult, type Outcome } from "./types";

/** What a check gets from the phase it runs in. */
export type CheckInputs = Omit<CheckContext, "namespace" | "owner" | "assertions">;

/**
 * Runs one check in its own namespace. Never throws: what goes wrong is an `error` result.
 *
 * @returns The outcome, once the check's namespace is gone as well; it becomes an error when that cannot be removed.
 */
export async function runCheck(
  check: Check,
  inputs: CheckInputs,
): Promise<{ readonly ran: Outcome; readonly cleaned: Promise<Outcome> }> {
  const start = Date.now();
  const outcome = (result: CheckResult): Outcome => ({
    name: check.name,
    kind: "check",
    description: check.description,
    start,
    stop: Date.now(),
    ...result,
  });
  const assertions = new Assertions();
  try {
    const obstacle = await obstacleTo(check, inputs.kube, inputs.signal);
    if (obstacle !== undefined) return settled(outcome(assertions.undecided(obstacle)));
    const signal = withTimeout(inputs.signal, check.timeout);
    const sandbox = await withSandbox(inputs.kube, check.name, signal, ({ namespace, owner }) =>
      untilAborted(check.run({ ...inputs, namespace, owner, assertions, signal }), signal),
    );
    const ran = outcome(
      sandbox.outcome.status === "fulfilled"
        ? sandbox.outcome.value
        : assertions.undecided(messageOf(sandbox.outcome.reason)),
    );
    const cleaned = sandbox.removed.then((left) =>
      left === undefined ? ran : { ...ran, status: "error" as const, message: join(ran.message, left) },
    );
    return { ran, cleaned };
  } catch (error) {
    return settled(outcome(assertions.undecided(messageOf(error))));
  }
}

const settled = (ran: Outcome): { ran: Outcome; cleaned: Promise<Outcome> } => ({ ran, cleaned: Promise.resolve(ran) });

const join = (...parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join("; ");

/** Why the check cannot run here, if so. */
async function obstacleTo(check: Check, kube: KubeClient, signal: AbortSignal): Promise<string | undefined> {
  const served = new Set((await kube.resources(signal)).map((r) => r.groupVersion));
  const unserved = check.needs.filter((groupVersion) => !served.has(groupVersion));
  if (unserved.length > 0) return `the cluster does not serve ${unserved.join(", ")}`;
  const missing = await missingPermissions(kube, check.permissions, signal);
  return missing.length > 0 ? `no permission to ${missing.join(", ")}` : undefined;
}

function withTimeout(outer: AbortSignal, milliseconds: number): AbortSignal {
  const timer = new AbortController();
  const handle = setTimeout(() => timer.abort(new Error(`timed out after ${milliseconds / 1000} s`)), milliseconds);
  handle.unref();
  return AbortSignal.any([outer, timer.signal]);
}

/** Settles with `work`, or rejects on abort even when `work` does not listen to the signal. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

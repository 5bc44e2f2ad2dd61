import { messageOf } from "../errors";
import { type KubeClient } from "../kube";
import { untilAborted, withDeadline } from "./abort";
import { Assertions } from "./assertions";
import { missingPermissions } from "./permissions";
import { withSandbox } from "./sandbox";
import { type Check, type CheckContext, type CheckResult, type Outcome } from "./types";

/** What a check gets from the phase it runs in. */
export type CheckInputs = Omit<CheckContext, "namespace" | "owner" | "assertions">;

/**
 * Runs one check in its own namespace. Never throws: what goes wrong is an `error` result.
 *
 * @returns `ran` as soon as there is a verdict, and `cleaned` when the check's namespace is gone as well; the outcome becomes an error when
 * that cannot be removed.
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
    const signal = withDeadline(inputs.signal, check.timeout, `timed out after ${check.timeout / 1000} s`);
    const sandbox = await withSandbox(inputs.kube, check.name, signal, ({ namespace, owner }) =>
      untilAborted(check.run({ ...inputs, namespace, owner, assertions, signal }), signal),
    );
    const ran = outcome(
      sandbox.outcome.status === "fulfilled"
        ? borneOut(sandbox.outcome.value)
        : assertions.undecided(messageOf(sandbox.outcome.reason)),
    );
    return { ran, cleaned: sandbox.removed.then((left) => (left === undefined ? ran : notCleaned(ran, left))) };
  } catch (error) {
    return settled(outcome(assertions.undecided(messageOf(error))));
  }
}

const settled = (ran: Outcome): { ran: Outcome; cleaned: Promise<Outcome> } => ({ ran, cleaned: Promise.resolve(ran) });

/** A check may not say that it passed when its assertions say something else, or nothing. */
function borneOut(result: CheckResult): CheckResult {
  if (result.status !== "passed") return result;
  if (result.assertions.length === 0) return { ...result, status: "error", message: "the check asserted nothing" };
  return result.assertions.every((a) => a.passed) ? result : { ...result, status: "failed" };
}

function notCleaned(ran: Outcome, left: string): Outcome {
  const message = ran.message === undefined ? left : `${ran.message}; ${left}`;
  return { ...ran, status: ran.status === "failed" ? "failed" : "error", message };
}

/** Why the check cannot run here, if so. */
async function obstacleTo(check: Check, kube: KubeClient, signal: AbortSignal): Promise<string | undefined> {
  const served = new Set((await kube.resources(signal)).map((r) => r.groupVersion));
  const unserved = check.needs.filter((groupVersion) => !served.has(groupVersion));
  if (unserved.length > 0) return `the cluster does not serve ${unserved.join(", ")}`;
  const missing = await missingPermissions(kube, check.permissions, signal);
  return missing.length > 0 ? `no permission to ${missing.join(", ")}` : undefined;
}

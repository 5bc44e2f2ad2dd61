import { CairnError } from "../errors";
import { describeRef } from "./objects";
import { type KubeClient, type KubeObject, type ObjectRef } from "./types";

export interface WaitOptions {
  readonly signal?: AbortSignal;
  /** Seconds. @default 600 */
  readonly timeout?: number;
}

/**
 * Watches one object until the predicate holds; `undefined` stands for an object that does not exist. Gives back the object that
 * satisfied it.
 *
 * @throws CairnError `KUBE_WAIT_TIMEOUT` after `timeout`, with the last thing the predicate said when it returns a reason
 * @example
 * await waitFor(kube, ref, (object) => (object ? readiness(object).ready : "it does not exist yet"), { timeout: 60 });
 */
export async function waitFor(
  client: KubeClient,
  ref: ObjectRef,
  /** `true` when satisfied; a string says why not yet. */
  predicate: (object: KubeObject | undefined) => boolean | string,
  { signal, timeout = 600 }: WaitOptions = {},
): Promise<KubeObject | undefined> {
  const informer = client.informer(ref.apiVersion, ref.kind, {
    fieldSelector: `metadata.name=${ref.name}`,
    namespace: ref.namespace ?? client.namespace,
    ...(signal ? { signal } : {}),
  });
  let reason = "";
  let timer: NodeJS.Timeout | undefined;
  try {
    await informer.synced;
    return await new Promise((resolve, reject) => {
      const check = () => {
        const current = informer.list()[0];
        const answer = predicate(current);
        if (answer === true) resolve(current);
        else if (answer !== false) reason = answer;
      };
      informer.subscribe({ changed: () => attempt(check, reject), failed: reject });
      timer = setTimeout(() => reject(timedOut(ref, timeout, reason)), timeout * 1000);
      attempt(check, reject);
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    informer.close();
  }
}

function attempt(check: () => void, reject: (error: unknown) => void): void {
  try {
    check();
  } catch (error) {
    reject(error);
  }
}

function timedOut(ref: ObjectRef, timeout: number, reason: string): CairnError {
  return new CairnError(
    "KUBE_WAIT_TIMEOUT",
    `${describeRef(ref)} did not get there in ${timeout} s${reason ? `: ${reason}` : ""}`,
    { kind: "check-failed" },
  );
}

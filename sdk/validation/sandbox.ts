import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type JsonObject } from "../json";
import { type KubeClient, type KubeObject, type ObjectRef } from "../kube";
import { CairnError, messageOf } from "../errors";
import { observe } from "./observe";

/** On every namespace that a check gets; its value is the check's name. */
export const CHECK_LABEL = "cairn.dev/check";

const LEASE = "cairn-check";
const RENEW_EVERY = 3_000;
/** A lease that stands still for so long has lost its owner. Several renewals, so that a busy machine is not taken for a dead one. */
const ABANDONED_AFTER = 15_000;
const READY_WITHIN = 60_000;
const REMOVED_WITHIN = 120_000;

/** What the runner itself needs, beside what the checks need. */
export const SANDBOX_PERMISSIONS = [
  { apiGroup: "", resource: "namespaces", verbs: ["create", "get", "list", "delete"] },
  { apiGroup: "", resource: "serviceaccounts", verbs: ["list", "watch"] },
  { apiGroup: "coordination.k8s.io", resource: "leases", verbs: ["create", "get", "patch"] },
] as const;

/** A namespace of a check's own. */
export interface Sandbox {
  readonly namespace: string;
  readonly owner: JsonObject;
}

/**
 * Runs `body` in a fresh namespace and asks for the namespace's removal afterwards, whatever happened. Removing takes five seconds and
 * more on any cluster (the namespace controller lets them pass first), so that is not waited for here.
 *
 * @returns What `body` returned or threw, and `removed`, which settles when the namespace is gone: with why it could not be removed.
 */
export async function withSandbox<T>(
  kube: KubeClient,
  check: string,
  signal: AbortSignal,
  body: (sandbox: Sandbox) => Promise<T>,
): Promise<{ readonly outcome: PromiseSettledResult<T>; readonly removed: Promise<string | undefined> }> {
  const namespace = `cairn-check-${check.slice(0, 42)}-${randomBytes(4).toString("hex")}`;
  const renewal = new AbortController();
  const [outcome] = await Promise.allSettled([
    open(kube, namespace, check, signal).then((owner) => {
      void renewLease(kube, namespace, renewal.signal);
      return body({ namespace, owner });
    }),
  ]);
  renewal.abort();
  return { outcome, removed: remove(kube, namespace).then(() => undefined, messageOf) };
}

async function open(kube: KubeClient, namespace: string, check: string, signal: AbortSignal): Promise<JsonObject> {
  const labels = { "app.kubernetes.io/managed-by": "cairn", [CHECK_LABEL]: check };
  const created = await kube.create(
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } },
    { signal },
  );
  await kube.create(
    {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: LEASE, namespace },
      spec: { renewTime: microTime(), leaseDurationSeconds: ABANDONED_AFTER / 1000 },
    },
    { signal },
  );
  const account = { apiVersion: "v1", kind: "ServiceAccount", namespace, fieldSelector: "metadata.name=default" };
  const ready = await observe({ kube, signal }, account, READY_WITHIN, () => true);
  if (!ready.decision)
    throw new CairnError("NAMESPACE_NOT_READY", `namespace ${namespace} got no default service account`, {
      kind: "could-not-check",
      hint: "see whether the controller manager runs",
    });
  const uid = created.metadata["uid"] ?? "";
  return { apiVersion: "v1", kind: "Namespace", name: namespace, uid, blockOwnerDeletion: true };
}

async function renewLease(kube: KubeClient, namespace: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await sleep(RENEW_EVERY, undefined, { signal });
      await kube.patch(lease(namespace), { spec: { renewTime: microTime() } }, { signal });
    } catch {
      // One missed renewal does no harm; the next one follows.
    }
  }
}

async function remove(kube: KubeClient, namespace: string): Promise<void> {
  const ref: ObjectRef = { apiVersion: "v1", kind: "Namespace", name: namespace };
  await kube.delete(ref);
  const deadline = Date.now() + REMOVED_WITHIN;
  for (;;) {
    const object = await kube.get(ref);
    if (object === undefined) return;
    if (Date.now() > deadline) throw notRemoved(object);
    await sleep(250);
  }
}

function notRemoved(namespace: KubeObject): CairnError {
  const status = namespace["status"] as { conditions?: { status: string; message?: string }[] } | undefined;
  const reasons = (status?.conditions ?? []).filter((c) => c.status === "True").map((c) => c.message ?? "");
  const name = namespace.metadata.name;
  return new CairnError("NAMESPACE_NOT_REMOVED", `namespace ${name} is still there: ${reasons.join("; ")}`, {
    kind: "could-not-check",
    hint: `see what holds it: kubectl get namespace ${name} -o yaml`,
  });
}

/**
 * Removes what a killed run left behind, and waits until it is gone. A run that is alive renews the lease in each of its namespaces; a
 * namespace is abandoned when its lease does not move while we look. Clocks are not compared, so machines need not agree on the time.
 *
 * @returns Names of the removed namespaces, sorted.
 */
export async function removeAbandoned(kube: KubeClient, signal: AbortSignal): Promise<readonly string[]> {
  const namespaces = await kube.list("v1", "Namespace", { labelSelector: CHECK_LABEL, signal });
  const abandoned = await Promise.all(namespaces.map((namespace) => isAbandoned(kube, namespace, signal)));
  const removed = namespaces
    .filter((_, i) => abandoned[i])
    .map((n) => n.metadata.name)
    .sort();
  await Promise.all(removed.map((name) => remove(kube, name)));
  return removed;
}

async function isAbandoned(kube: KubeClient, namespace: KubeObject, signal: AbortSignal): Promise<boolean> {
  if (namespace.metadata["deletionTimestamp"] !== undefined) return true;
  const renewed = async (): Promise<string> => {
    const spec = (await kube.get(lease(namespace.metadata.name), signal))?.["spec"] as
      { renewTime?: string } | undefined;
    return spec?.renewTime ?? "";
  };
  const before = await renewed();
  const deadline = Date.now() + ABANDONED_AFTER;
  while (Date.now() < deadline) {
    await sleep(1_000, undefined, { signal });
    if ((await renewed()) !== before) return false;
  }
  return true;
}

const lease = (namespace: string): ObjectRef => ({
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  name: LEASE,
  namespace,
});

/** Kubernetes' MicroTime. */
const microTime = (): string => new Date().toISOString().replace("Z", "000Z");

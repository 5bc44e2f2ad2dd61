import { messageOf } from "../../errors";
import { type JsonObject } from "../../json";
import { isKubeError, type KubeClient, type KubeObject, readiness, refOf } from "../../kube";
import { type ResourceRequest } from "../types";
import { isObject } from "../wire";
import { metadataOf, textOf } from "./annotations";
import { type Cluster } from "./cluster";
import { type Gate } from "./conditions";
import { type Look } from "./watches";

export interface Waiting extends Pick<ResourceRequest, "signal" | "onProgress"> {
  /** `undefined`: there is nothing to wait for. */
  readonly gate: Gate | undefined;
  /** Seconds. */
  readonly timeout: number;
}

export interface ReadyResult {
  readonly live: KubeObject;
  /** Why it did not become ready. */
  readonly initErrors?: readonly string[];
}

/**
 * Waits until a written object is what its program may build upon. The object exists by now and must get into the state, so whatever goes
 * wrong here is a result and not an exception.
 */
export async function untilReady(cluster: Cluster, written: KubeObject, waiting: Waiting): Promise<ReadyResult> {
  const { gate, timeout } = waiting;
  if (gate === undefined || gate(written).ready) return { live: written };
  let live = written;
  try {
    const client = await cluster.client();
    const check = look(written, gate, (object) => (live = object), await waitsForConsumer(client, written));
    const watches = await cluster.watches();
    const watched = await watches.until(refOf(written), check, waiting);
    if (watched.outcome === "done" && watched.result === undefined) return { live };
    const why = watched.outcome === "done" ? watched.result : watched.reason;
    const summary = { done: "failed", timeout: `not ready after ${timeout} s`, aborted: "interrupted while waiting" };
    return { live, initErrors: [`${summary[watched.outcome]}: ${why}`, ...(await podTroubles(client, live))] };
  } catch (error) {
    return { live, initErrors: [`its readiness cannot be watched: ${messageOf(error)}`] };
  }
}

/** `undefined` when ready, else why it never will be. */
function look(
  written: KubeObject,
  gate: Gate,
  onSeen: (object: KubeObject) => void,
  bindsLate: boolean,
): (object: KubeObject | undefined) => Look<string | undefined> {
  return (object) => {
    if (object === undefined || isOlder(object, written)) return { done: false, reason: gate(written).reason };
    if (object.metadata["uid"] !== written.metadata["uid"]) return { done: true, result: "somebody replaced it" };
    onSeen(object);
    const { ready, status, reason } = gate(object);
    if (ready || (bindsLate && phaseOf(object) === "Pending")) return { done: true, result: undefined };
    return status === "failed" ? { done: true, result: reason } : { done: false, reason };
  };
}

/** The watch may lag behind our own write. Resource versions of one kind compare as numbers (Kubernetes 1.35, KEP-5504). */
function isOlder(object: KubeObject, written: KubeObject): boolean {
  const version = ({ metadata }: KubeObject) => Number(textOf(metadata["resourceVersion"]));
  return version(object) < version(written);
}

/** A claim whose storage class binds at first use stays Pending until a pod comes, which may depend on the claim. */
async function waitsForConsumer(client: KubeClient, { kind, spec }: KubeObject): Promise<boolean> {
  const name = kind === "PersistentVolumeClaim" && isObject(spec) ? textOf(spec["storageClassName"]) : "";
  if (name === "") return false;
  const storageClass = await client.get({ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", name });
  return storageClass?.["volumeBindingMode"] === "WaitForFirstConsumer";
}

const phaseOf = ({ status }: KubeObject) => (isObject(status) ? textOf(status["phase"]) : "");

const maxTroubles = 5;

/** The last state of the pods behind a workload that did not get ready. */
async function podTroubles(client: KubeClient, live: KubeObject): Promise<readonly string[]> {
  const selector = isObject(live["spec"]) ? live["spec"]["selector"] : undefined;
  const labels = isObject(selector) ? selector["matchLabels"] : undefined;
  const namespace = textOf(metadataOf(live)["namespace"]);
  if (!isObject(labels) || namespace === "") return [];
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${textOf(value)}`)
    .join(",");
  try {
    const pods = await client.list("v1", "Pod", { namespace, labelSelector });
    const troubles = pods
      .filter((pod) => !readiness(pod).ready)
      .map((pod) => `Pod ${pod.metadata.name}: ${lastState(pod)}`);
    const more = troubles.length - maxTroubles;
    return [...troubles.slice(0, maxTroubles), ...(more > 0 ? [`and ${more} more pods`] : [])];
  } catch (error) {
    // The reason of the workload stands without its pods.
    if (isKubeError(error)) return [];
    throw error;
  }
}

function lastState(pod: KubeObject): string {
  const status = isObject(pod["status"]) ? pod["status"] : {};
  const containers = ["initContainerStatuses", "containerStatuses"].flatMap((key) => {
    const list = status[key];
    return Array.isArray(list) ? (list as readonly JsonObject[]) : [];
  });
  const ended = containers.flatMap((container) => {
    const terminated = [container["state"], container["lastState"]]
      .map((state) => (isObject(state) ? state["terminated"] : undefined))
      .find(isObject);
    if (terminated === undefined || terminated["exitCode"] === 0) return [];
    const why = [textOf(terminated["reason"]), textOf(terminated["message"]).trim()].filter(Boolean).join(": ");
    return [
      `container ${textOf(container["name"])} ended with exit code ${String(terminated["exitCode"])}${why ? ` (${why})` : ""}`,
    ];
  });
  return ended.join(", ") || readiness(pod).reason;
}

import * as fs from "node:fs";
import * as path from "node:path";
import { CairnError } from "../../errors";
import { type JsonObject } from "../../json";
import { withLock } from "../../files";
import { connect, type KubeClient, type KubeObject } from "../../kube";
import { type NodePool } from "../types";
import {
  adminKubeconfig,
  controlPlaneFailed,
  createControlPlane,
  missingComponents,
  runningComponents,
  startControlPlane,
  stopControlPlane,
  type Place,
} from "./control-plane";
import { nodesOf } from "./pools";

const NODES_TIMEOUT_MS = 120_000;

/** A local cluster as it should be. Plain data. */
export interface LocalClusterSettings {
  /** Of the cluster, unique in `folder`; lower-case letters, digits and hyphens. */
  readonly name: string;
  /** Everything that the cluster writes is under it, in a folder of the cluster's name. */
  readonly folder: string;
  readonly pools: readonly NodePool[];
}

/** A local cluster that answers. */
export interface RunningLocalCluster {
  /** Secret: it carries the administrator's key. */
  readonly kubeconfig: string;
  /** The same, on disk, readable by its owner only. */
  readonly kubeconfigFile: string;
  /** UID of the namespace `kube-system`. */
  readonly identity: string;
  /** `1.36.1` */
  readonly kubernetesVersion: string;
}

/** `partial`: some of its programs are gone, after a reboot or a kill; starting it again keeps its objects. */
export type LocalClusterStatus =
  | { readonly state: "absent" | "stopped" }
  | {
      readonly state: "running" | "partial";
      readonly processes: readonly { readonly pid: number; readonly program: string }[];
    };

/**
 * Brings a local cluster to its settings, from whatever an earlier run left: nothing, half a cluster, a stopped or a running one.
 * A cluster that was complete once keeps its objects.
 *
 * @throws CairnError `TOOL_MISSING`, or `LOCAL_CLUSTER_FAILED` with the last words of each program.
 */
export async function startLocalCluster(settings: LocalClusterSettings): Promise<RunningLocalCluster> {
  const place = placeOf(settings);
  fs.mkdirSync(place.folder, { recursive: true, mode: 0o700 });
  return withLock(path.join(place.folder, "lock"), async () => {
    for (let attempt = 1; ; attempt++) {
      const running = await bringUp(place, settings.pools);
      const missing = missingComponents(place);
      if (missing.length === 0) {
        fs.writeFileSync(completeMarker(place), "");
        return running;
      }
      if (attempt === ATTEMPTS) throw controlPlaneFailed(place, `${missing.join(", ")} ended`);
    }
  });
}

/** A port that was free when it was chosen may be somebody else's when the program binds it. */
const ATTEMPTS = 3;

async function bringUp(place: Place, pools: readonly NodePool[]): Promise<RunningLocalCluster> {
  await ensureControlPlane(place);
  const kubeconfig = adminKubeconfig(place);
  const kubeconfigFile = path.join(place.folder, "kubeconfig");
  fs.writeFileSync(kubeconfigFile, kubeconfig, { mode: 0o600 });
  const kube = connect(kubeconfig);
  try {
    await ensureNodes(kube, pools);
    return { kubeconfig, kubeconfigFile, identity: await identityOf(kube), kubernetesVersion: await kube.version() };
  } finally {
    await kube.close();
  }
}

/** Stops every process of the cluster and removes its folder. Without a cluster it does nothing. */
export async function stopLocalCluster(settings: Pick<LocalClusterSettings, "name" | "folder">): Promise<void> {
  const place = placeOf(settings);
  await stopControlPlane(place, 0);
  fs.rmSync(place.folder, { recursive: true, force: true });
}

/** What is there of a cluster, from its folder and the processes of this machine. */
export function localClusterStatus(settings: Pick<LocalClusterSettings, "name" | "folder">): LocalClusterStatus {
  const place = placeOf(settings);
  if (!fs.existsSync(completeMarker(place))) return { state: "absent" };
  const processes = runningComponents(place);
  if (processes.length === 0) return { state: "stopped" };
  return { state: missingComponents(place).length === 0 ? "running" : "partial", processes };
}

function placeOf({ name, folder }: Pick<LocalClusterSettings, "name" | "folder">): Place {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
    throw new CairnError("LOCAL_CLUSTER_NAME", `"${name}" cannot name a cluster`, {
      hint: "use at most 63 lower-case letters, digits and hyphens",
    });
  }
  return { name, folder: path.resolve(folder, name) };
}

/** Written when a cluster was ready for the first time: without it, what is there is debris. */
function completeMarker(place: Place): string {
  return path.join(place.folder, "complete");
}

async function ensureControlPlane(place: Place): Promise<void> {
  const status = localClusterStatus({ name: place.name, folder: path.dirname(place.folder) });
  if (status.state === "running") return;
  await stopControlPlane(place, 1000);
  if (status.state !== "absent") return startControlPlane(place);
  fs.rmSync(path.join(place.folder, "clusters"), { recursive: true, force: true });
  await createControlPlane(place);
}

/** Makes, changes and removes nodes until they are those of the pools, and waits until all are ready. */
async function ensureNodes(kube: KubeClient, pools: readonly NodePool[]): Promise<void> {
  const wanted = new Map(pools.flatMap(nodesOf).map((node) => [node.metadata.name, node]));
  const present = new Set((await kube.list("v1", "Node")).map((node) => node.metadata.name));
  const surplus = [...present].filter((name) => !wanted.has(name));
  await Promise.all([
    ...[...wanted.values()].map((node) =>
      present.has(node.metadata.name) ? updateNode(kube, node) : kube.create(node),
    ),
    ...surplus.map((name) => kube.delete({ apiVersion: "v1", kind: "Node", name })),
  ]);
  await nodesReady(kube, new Set(wanted.keys()));
}

/** Status is a resource of its own once a node exists. */
async function updateNode(kube: KubeClient, { status, ...node }: KubeObject): Promise<void> {
  await kube.apply(node, { force: true });
  const { capacity = {}, allocatable = {} } = status as JsonObject;
  const ref = { apiVersion: "v1", kind: "Node", name: node.metadata.name };
  await kube.patch(ref, { status: { capacity, allocatable } }, { subresource: "status" });
}

async function nodesReady(kube: KubeClient, names: Set<string>): Promise<void> {
  const signal = AbortSignal.timeout(NODES_TIMEOUT_MS);
  try {
    for await (const { object } of kube.watch("v1", "Node", { signal })) {
      if (isSchedulable(object)) names.delete(object.metadata.name);
      if (names.size === 0) return;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  throw new CairnError("LOCAL_CLUSTER_FAILED", `${names.size} nodes of the local cluster did not become ready`, {
    kind: "could-not-check",
    findings: [...names].sort().map((name) => ({ message: "not ready", path: name })),
    hint: "run the command again: the cluster continues where it is",
  });
}

/** Ready, and the taint that every node is born with has been lifted. */
function isSchedulable({ spec, status }: KubeObject): boolean {
  const { taints = [] } = (spec ?? {}) as { readonly taints?: readonly { readonly key: string }[] };
  const { conditions = [] } = (status ?? {}) as {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
  return (
    conditions.some(({ type, status }) => type === "Ready" && status === "True") &&
    !taints.some(({ key }) => key === "node.kubernetes.io/not-ready")
  );
}

async function identityOf(kube: KubeClient): Promise<string> {
  const namespace = await kube.get({ apiVersion: "v1", kind: "Namespace", name: "kube-system" });
  const uid = namespace?.metadata["uid"];
  if (typeof uid !== "string") throw new CairnError("LOCAL_CLUSTER_BROKEN", "the namespace kube-system has no UID");
  return uid;
}

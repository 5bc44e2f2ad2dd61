import { type Finding, messageOf } from "../errors";
import { type JsonObject, type JsonValue } from "../json";
import { type KubeClient, type KubeObject, readiness } from "../kube";
import { type ExpectedResource, type GateStep } from "../recipe";
import { mismatches } from "./gate-match";
import { type GateInputs } from "./types";

/** What judging needs of a cluster. */
export type ClusterView = Pick<KubeClient, "get" | "list" | "resources">;

/**
 * Looks at the cluster once.
 *
 * @returns what does not hold yet: which assertion, on which object, and what was seen; empty when the gate is open
 */
export async function judge(
  kube: ClusterView,
  { namespace, gate, expected }: Pick<GateInputs, "namespace" | "gate" | "expected">,
): Promise<readonly Finding[]> {
  const findings = await Promise.all([
    ...gate.steps.map((step) => attempt(treeOf(step), () => judgeStep(kube, step, namespace))),
    ...expected.map((resource) => attempt(resource, () => judgeResource(kube, resource, namespace))),
  ]);
  return findings.flat();
}

/** What cannot be asked does not hold: a kind that is not served yet, a server that is starting. */
async function attempt(subject: object, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [{ path: String((subject as { kind?: unknown }).kind), message: messageOf(error) }];
  }
}

const treeOf = (step: GateStep): JsonObject => ("assert" in step ? step.assert : step.error);

async function judgeStep(kube: ClusterView, step: GateStep, namespace: string): Promise<readonly Finding[]> {
  const tree = treeOf(step);
  const objects = await select(kube, tree, namespace);
  const judged = objects.map((object) => ({ object, misses: mismatches(tree, object) }));
  if ("error" in step)
    return judged
      .filter(({ misses }) => misses.length === 0)
      .map(({ object }) => ({ path: describe(object), message: "is in the state that the gate calls an error" }));
  if (judged.length === 0) return [{ path: describeTree(tree, namespace), message: "there is none" }];
  return judged.flatMap(({ object, misses }) =>
    misses.map(({ path, expected, observed }) => ({
      path: `${describe(object)} ${path}`,
      message: `expected ${expected}, saw ${observed}`,
    })),
  );
}

async function select(kube: ClusterView, tree: JsonObject, namespace: string): Promise<readonly KubeObject[]> {
  const apiVersion = String(tree["apiVersion"]);
  const kind = String(tree["kind"]);
  const metadata = (tree["metadata"] ?? {}) as JsonObject;
  const own = typeof metadata["namespace"] === "string" ? metadata["namespace"] : namespace;
  if (typeof metadata["name"] === "string") {
    const object = await kube.get({ apiVersion, kind, name: metadata["name"], namespace: own });
    return object === undefined ? [] : [object];
  }
  const labels = Object.entries((metadata["labels"] ?? {}) as Record<string, JsonValue>);
  const labelSelector = labels.map(([key, value]) => `${key}=${String(value)}`).join(",");
  return kube.list(apiVersion, kind, { namespace: own, ...(labelSelector !== "" && { labelSelector }) });
}

async function judgeResource(
  kube: ClusterView,
  { kind, name, namespace: own }: ExpectedResource,
  namespace: string,
): Promise<readonly Finding[]> {
  const served = (await kube.resources()).filter((resource) => resource.kind === kind);
  const [best] = [...served].sort((a, b) => rankOf(a.groupVersion) - rankOf(b.groupVersion));
  if (best === undefined) return [{ path: `${kind} ${name}`, message: "the cluster does not serve this kind" }];
  const scope = best.namespaced ? { namespace: own ?? namespace } : {};
  const object = await kube.get({ apiVersion: best.groupVersion, kind, name, ...scope });
  if (object === undefined) return [{ path: `${kind} ${name}`, message: "does not exist" }];
  const { ready, reason } = readiness(object);
  return ready ? [] : [{ path: describe(object), message: reason }];
}

/** Kubernetes' own kinds come before a custom resource of the same name. */
function rankOf(groupVersion: string): number {
  const group = groupVersion.includes("/") ? groupVersion.split("/")[0]! : "";
  return group === "" || group === "apps" || group === "batch" || group.endsWith(".k8s.io") ? 0 : 1;
}

function describe({ kind, metadata }: KubeObject): string {
  const { namespace, name } = metadata;
  return `${kind} ${typeof namespace === "string" ? `${namespace}/` : ""}${name}`;
}

function describeTree(tree: JsonObject, namespace: string): string {
  const { name, namespace: own, labels } = (tree["metadata"] ?? {}) as JsonObject;
  const which = name === undefined ? (labels === undefined ? "any" : JSON.stringify(labels)) : String(name);
  return `${String(tree["kind"])} ${typeof own === "string" ? own : namespace}/${which}`;
}

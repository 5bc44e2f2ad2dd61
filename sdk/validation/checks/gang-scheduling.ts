import { type V1Node, type V1Pod } from "@kubernetes/client-node";
import { extendedGpus } from "../hardware";
import { observe, type Query } from "../observe";
import { type Check, type CheckContext } from "../types";
import { isBound, onNodes, placement, pod, schedulerReason } from "./pods";

const API = "scheduling.k8s.io/v1alpha2";
/** A gang takes one node for each member. Three show the difference between all and some. */
const GANG = 3;
const BOUND_WITHIN = 60_000;
const VERDICT_WITHIN = 60_000;
/** How long nothing may be bound. Starts when the scheduler has said that the gang does not fit. */
const WINDOW = 5_000;

/**
 * All or nothing, with native PodGroups. Members of a gang exclude each other from a node, so whether a gang fits depends on how many of
 * a few chosen nodes are free, and not on what else runs on them.
 */
export const gangScheduling: Check = {
  name: "gang-scheduling",
  phase: "conformance",
  description: "a group of pods is bound whole or not at all (CNCF AI conformance: gang_scheduling)",
  timeout: 5 * 60_000,
  needs: [API],
  permissions: [
    { apiGroup: "scheduling.k8s.io", resource: "podgroups", verbs: ["create", "delete", "list", "watch"] },
    { apiGroup: "", resource: "pods", verbs: ["create", "delete", "list", "watch"] },
    { apiGroup: "", resource: "nodes", verbs: ["list"] },
  ],
  async run(ctx) {
    const nodes = await usableNodes(ctx);
    if (nodes.length < 2)
      return ctx.assertions.undecided(`a gang needs two nodes that take pods, found ${nodes.length}`);
    await wholeGangIsBound(ctx, nodes);
    await gangsThatDoNotFitStayOut(ctx, nodes);
    await gangEntersWhenCapacityIsFreed(ctx, nodes);
    await disband(ctx);
    return ctx.assertions.result();
  },
};

/** What keeps the members of a gang apart. */
const HOSTNAME = "kubernetes.io/hostname";

/** Nodes that take pods, those with devices first. */
async function usableNodes(ctx: CheckContext): Promise<readonly string[]> {
  const nodes = (await ctx.kube.list("v1", "Node", { signal: ctx.signal })) as unknown as readonly V1Node[];
  const ready = (node: V1Node): boolean =>
    node.spec?.unschedulable !== true &&
    node.metadata?.labels?.[HOSTNAME] !== undefined &&
    (node.status?.conditions?.some((c) => c.type === "Ready" && c.status === "True") ?? false);
  const name = (node: V1Node): string => node.metadata?.name ?? "";
  return nodes
    .filter(ready)
    .sort((a, b) => extendedGpus(b) - extendedGpus(a) || (name(a) < name(b) ? -1 : 1))
    .slice(0, GANG)
    .map(name);
}

async function wholeGangIsBound(ctx: CheckContext, nodes: readonly string[]): Promise<void> {
  await createGang(ctx, "fits", nodes.length, nodes);
  const { decision, objects } = await allBound(ctx, "fits", nodes.length);
  ctx.assertions.positive("a gang that fits is bound whole", {
    expected: `${nodes.length} of ${nodes.length} pods bound`,
    observed: placement(objects),
    passed: decision === true,
  });
}

/** One gang is larger than the nodes are many; the other would fit if a pod did not take one of the nodes. */
async function gangsThatDoNotFitStayOut(ctx: CheckContext, nodes: readonly string[]): Promise<void> {
  await createGang(ctx, "too-large", nodes.length + 1, nodes);
  await ctx.kube.create(member(ctx, FILLER, "waits", nodes), { signal: ctx.signal });
  const { decision: filled } = await observe<true, V1Pod>(ctx, podsOf(ctx, "waits"), BOUND_WITHIN, (pods) =>
    pods.some(isBound) ? true : undefined,
  );
  await createGang(ctx, "waits", nodes.length, nodes);
  const [tooLarge, waits] = await Promise.all([
    staysOut(ctx, "too-large", nodes.length + 1),
    staysOut(ctx, "waits", nodes.length),
  ]);
  ctx.assertions.negative("a gang that does not fit binds no pod", tooLarge);
  const passed = waits.passed && filled === true;
  ctx.assertions.negative("a gang binds no pod while another pod has one of its nodes", { ...waits, passed });
}

async function gangEntersWhenCapacityIsFreed(ctx: CheckContext, nodes: readonly string[]): Promise<void> {
  const filler = { apiVersion: "v1", kind: "Pod", name: FILLER, namespace: ctx.namespace };
  await ctx.kube.delete(filler, { gracePeriod: 0, signal: ctx.signal });
  const { decision, objects } = await allBound(ctx, "waits", nodes.length);
  ctx.assertions.positive("the gang is bound whole once that node is free", {
    expected: `${nodes.length} of ${nodes.length} pods bound`,
    observed: placement(objects),
    passed: decision === true,
  });
}

/** A group waits for its pods to go, and a namespace with such groups takes twice as long to remove. */
async function disband({ kube, namespace, signal }: CheckContext): Promise<void> {
  for (const [apiVersion, kind] of [
    ["v1", "Pod"],
    [API, "PodGroup"],
  ] as const)
    for (const { metadata } of await kube.list(apiVersion, kind, { namespace, signal }))
      await kube.delete({ apiVersion, kind, name: metadata.name, namespace }, { signal });
}

async function createGang(ctx: CheckContext, gang: string, size: number, nodes: readonly string[]): Promise<void> {
  const { namespace, signal } = ctx;
  const spec = { schedulingPolicy: { gang: { minCount: size } } };
  await ctx.kube.create({ apiVersion: API, kind: "PodGroup", metadata: { name: gang, namespace }, spec }, { signal });
  for (let i = 0; i < size; i++)
    await ctx.kube.create(member(ctx, `${gang}-${i}`, gang, nodes, { schedulingGroup: { podGroupName: gang } }), {
      signal,
    });
}

const SLOT = "cairn.dev/gang";
/** Takes a node like a member, without being one. */
const FILLER = "filler";

/** Takes one of the nodes for itself, as far as pods of the same gang go. */
function member(
  ctx: CheckContext,
  name: string,
  gang: string,
  nodes: readonly string[],
  spec: { readonly schedulingGroup?: { readonly podGroupName: string } } = {},
): ReturnType<typeof pod> {
  const term = { labelSelector: { matchLabels: { [SLOT]: gang } }, topologyKey: HOSTNAME };
  const affinity = {
    nodeAffinity: onNodes(nodes),
    podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
  };
  return pod(ctx, name, { ...spec, affinity }, { [SLOT]: gang });
}

const podsOf = (ctx: CheckContext, gang: string): Query => ({
  apiVersion: "v1",
  kind: "Pod",
  namespace: ctx.namespace,
  labelSelector: `${SLOT}=${gang}`,
});

const membersIn = (pods: readonly V1Pod[]): readonly V1Pod[] => pods.filter((p) => p.metadata?.name !== FILLER);

/** Waits until all `size` members are bound. */
async function allBound(ctx: CheckContext, gang: string, size: number) {
  const { decision, objects } = await observe<true, V1Pod>(ctx, podsOf(ctx, gang), BOUND_WITHIN, (pods) =>
    membersIn(pods).length === size && membersIn(pods).every(isBound) ? true : undefined,
  );
  return { decision, objects: membersIn(objects) };
}

/**
 * That the scheduler says of every member why it is not bound, and that no member was bound from its creation to the end of the window: a
 * pod that was bound before we look stays bound, and one that is bound while we look is seen.
 */
async function staysOut(ctx: CheckContext, gang: string, size: number) {
  const bound = (pods: readonly V1Pod[]): string | undefined =>
    membersIn(pods).some(isBound) ? `bound: ${placement(membersIn(pods))}` : undefined;
  const refused = (pods: readonly V1Pod[]): string | undefined => {
    const reasons = membersIn(pods).map(schedulerReason);
    return reasons.length === size && !reasons.includes(undefined) ? reasons[0] : undefined;
  };
  const pods = podsOf(ctx, gang);
  const verdict = await observe<string, V1Pod>(ctx, pods, VERDICT_WITHIN, (seen) => bound(seen) ?? refused(seen));
  const late =
    bound(verdict.objects) ?? (await observe<string, V1Pod>(ctx, pods, WINDOW, (seen) => bound(seen))).decision;
  return {
    expected: `0 of ${size} pods bound through ${WINDOW / 1000} s, and the scheduler says why`,
    observed: late ?? `0 of ${size} pods bound; ${verdict.decision ?? "the scheduler did not say why"}`,
    passed: late === undefined && verdict.decision !== undefined,
  };
}

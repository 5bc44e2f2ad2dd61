import { type ResourceV1ResourceClaim as V1ResourceClaim, type V1Pod } from "@kubernetes/client-node";
import { type JsonObject } from "../../json";
import { observe } from "../observe";
import { type Check, type CheckContext } from "../types";
import { allocated, DRA, type NodeDevice, type Offer, offers, readDevices } from "./devices";
import { isBound, onNodes, placement, pod, schedulerReason } from "./pods";

const KINDS = ["DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"];
const DECIDED_WITHIN = 60_000;
/** How long a claim that cannot be met must stay without a device, from the scheduler's verdict on. */
const WINDOW = 5_000;

/**
 * Dynamic resource allocation by the real scheduler, on the devices that the cluster publishes. Works on one node: as many pods as it has
 * free devices, and one more.
 */
export const draSupport: Check = {
  name: "dra-support",
  phase: "conformance",
  description: "ResourceClaims get the devices they ask for, each device once (CNCF AI conformance: dra_support)",
  timeout: 5 * 60_000,
  needs: [DRA],
  permissions: [
    { apiGroup: "resource.k8s.io", resource: "deviceclasses", verbs: ["create", "list"] },
    { apiGroup: "resource.k8s.io", resource: "resourceslices", verbs: ["list"] },
    { apiGroup: "resource.k8s.io", resource: "resourceclaims", verbs: ["list", "watch"] },
    { apiGroup: "resource.k8s.io", resource: "resourceclaimtemplates", verbs: ["create"] },
    { apiGroup: "", resource: "pods", verbs: ["create", "delete", "list", "watch"] },
  ],
  async run(ctx) {
    await allKindsAreServed(ctx);
    const { classes, slices, taken } = await readDevices(ctx);
    const { accelerator } = ctx.recipe.criteria;
    const offer = offers(classes, slices, accelerator)[0];
    ctx.assertions.positive("a device class offers the recipe's accelerator", {
      expected: `a DeviceClass with published devices (accelerator ${accelerator})`,
      observed: offer
        ? `${offer.className}: ${offer.devices.length} devices with ${offer.meaning}`
        : `${classes.length} device classes, ${slices.length} resource slices, none with such a device`,
      passed: offer !== undefined,
    });
    if (offer === undefined) return ctx.assertions.result();
    const free = freeDevices(offer, taken);
    if (free.length === 0) return ctx.assertions.undecided(`no node has a free ${offer.className} device`);
    await eachDeviceGoesToOnePod(ctx, offer, free);
    await impossibleClaimsStayPending(ctx, offer);
    return ctx.assertions.result();
  },
};

async function allKindsAreServed(ctx: CheckContext): Promise<void> {
  const served = (await ctx.kube.resources(ctx.signal)).filter((r) => r.groupVersion === DRA).map((r) => r.kind);
  const missing = KINDS.filter((kind) => !served.includes(kind));
  ctx.assertions.positive(`${DRA} is served`, {
    expected: KINDS.join(", "),
    observed: missing.length === 0 ? KINDS.join(", ") : `without ${missing.join(", ")}`,
    passed: missing.length === 0,
  });
}

/** The free devices of the node that has most of them. */
function freeDevices(offer: Offer, taken: ReadonlySet<string>): readonly NodeDevice[] {
  const byNode = new Map<string, NodeDevice[]>();
  for (const device of offer.devices)
    if (!taken.has(device.id)) byNode.set(device.node, [...(byNode.get(device.node) ?? []), device]);
  return [...byNode.values()].sort((a, b) => b.length - a.length)[0] ?? [];
}

/**
 * One pod more than there are devices, all on one node: every device goes to a pod, none to two, and the pod that is left over stays
 * pending until another one gives its device back.
 */
async function eachDeviceGoesToOnePod(ctx: CheckContext, offer: Offer, free: readonly NodeDevice[]): Promise<void> {
  const node = free[0]?.node ?? "";
  await createTemplate(ctx, "one", offer.className, [offer.selector]);
  for (let i = 0; i <= free.length; i++)
    await ctx.kube.create(claimant(ctx, `pod-${i}`, "one", node), { signal: ctx.signal });

  const query = { apiVersion: "v1", kind: "Pod", namespace: ctx.namespace };
  const first = await observe<true, V1Pod>(ctx, query, DECIDED_WITHIN, (pods) =>
    pods.length > free.length && pods.every((p) => isBound(p) || schedulerReason(p) !== undefined) ? true : undefined,
  );
  const bound = first.objects.filter(isBound);
  const waiting = first.objects.filter((p) => !isBound(p));
  const held = await heldDevices(ctx);
  const offered = new Set(free.map((d) => d.id));

  ctx.assertions.positive("a claim with a CEL selector gets a device that matches, on its pod's node", {
    expected: `devices of ${node} with ${offer.meaning}`,
    observed: held.join(", ") || "no device was allocated",
    passed: held.length > 0 && held.every((id) => offered.has(id)) && bound.every((p) => p.spec?.nodeName === node),
  });
  ctx.assertions.positive("every free device is allocated", {
    expected: `${free.length} pods bound`,
    observed: `${bound.length} pods bound`,
    passed: bound.length === free.length,
  });
  ctx.assertions.negative("no device is in two claims", {
    expected: `${free.length} claims with ${free.length} different devices`,
    observed: `${held.length} allocations of ${new Set(held).size} different devices`,
    passed: held.length > 0 && new Set(held).size === held.length,
  });
  ctx.assertions.negative("a claim for which no device is left stays pending", {
    expected: "1 pod unbound, with the scheduler's reason",
    observed:
      waiting.map((p) => `${p.metadata?.name}: ${schedulerReason(p) ?? "no reason"}`).join("; ") || placement(bound),
    passed: waiting.length === 1 && waiting.every((p) => schedulerReason(p) !== undefined),
  });
  if (waiting.length === 1 && bound[0]) await freedDeviceIsUsedAgain(ctx, bound[0], waiting[0]?.metadata?.name ?? "");
}

async function freedDeviceIsUsedAgain(ctx: CheckContext, leaving: V1Pod, waiting: string): Promise<void> {
  const name = leaving.metadata?.name ?? "";
  await ctx.kube.delete({ apiVersion: "v1", kind: "Pod", name, namespace: ctx.namespace }, { signal: ctx.signal });
  const query = { apiVersion: "v1", kind: "Pod", namespace: ctx.namespace, fieldSelector: `metadata.name=${waiting}` };
  const entered = await observe<true, V1Pod>(ctx, query, DECIDED_WITHIN, (pods) =>
    pods.some(isBound) ? true : undefined,
  );
  ctx.assertions.positive("the pending claim gets the device that another pod gives back", {
    expected: `${waiting} bound after ${name} is deleted`,
    observed: placement(entered.objects),
    passed: entered.decision === true,
  });
}

/** A selector that nothing matches, once in the claim and once in a device class: both must keep the pod waiting. */
async function impossibleClaimsStayPending(ctx: CheckContext, offer: Offer): Promise<void> {
  const impossibleClass = ctx.namespace;
  const expression = `device.driver == ${JSON.stringify(offer.driver)} && ${offer.impossible}`;
  await ctx.kube.create(
    {
      apiVersion: DRA,
      kind: "DeviceClass",
      metadata: { name: impossibleClass, ownerReferences: [ctx.owner] },
      spec: { selectors: [{ cel: { expression } }] },
    },
    { signal: ctx.signal },
  );
  await createTemplate(ctx, "impossible-claim", offer.className, [offer.impossible]);
  await createTemplate(ctx, "impossible-class", impossibleClass, []);
  const [byClaim, byClass] = await Promise.all([
    staysPending(ctx, "impossible-claim"),
    staysPending(ctx, "impossible-class"),
  ]);
  ctx.assertions.negative("a claim whose CEL selector matches no device stays pending", byClaim);
  ctx.assertions.negative("a claim for a device class that matches no device stays pending", byClass);
}

async function staysPending(ctx: CheckContext, template: string) {
  await ctx.kube.create(claimant(ctx, template, template), { signal: ctx.signal });
  const query = { apiVersion: "v1", kind: "Pod", namespace: ctx.namespace, fieldSelector: `metadata.name=${template}` };
  const verdict = await observe<string, V1Pod>(ctx, query, DECIDED_WITHIN, ([p]) =>
    p && isBound(p) ? "bound" : p && schedulerReason(p),
  );
  const { decision: bound } = await observe<string, V1Pod>(ctx, query, WINDOW, (pods) =>
    pods.some(isBound) ? placement(pods) : undefined,
  );
  return {
    expected: `pending through ${WINDOW / 1000} s, with the scheduler's reason`,
    observed: bound ?? verdict.decision ?? "the scheduler gave no reason",
    passed: bound === undefined && verdict.decision !== undefined,
  };
}

async function heldDevices(ctx: CheckContext): Promise<readonly string[]> {
  const { namespace, signal } = ctx;
  const claims = (await ctx.kube.list(DRA, "ResourceClaim", { namespace, signal })) as unknown as V1ResourceClaim[];
  return claims.flatMap(allocated).sort();
}

async function createTemplate(
  ctx: CheckContext,
  name: string,
  deviceClassName: string,
  expressions: readonly string[],
): Promise<void> {
  const selectors = expressions.map((expression) => ({ cel: { expression } }));
  const request = { name: "device", exactly: { deviceClassName, allocationMode: "ExactCount", count: 1, selectors } };
  await ctx.kube.create(
    {
      apiVersion: DRA,
      kind: "ResourceClaimTemplate",
      metadata: { name, namespace: ctx.namespace },
      spec: { spec: { devices: { requests: [request] } } },
    },
    { signal: ctx.signal },
  );
}

/** A pod that needs one device by a claim template; on `node` only, when given. */
function claimant(ctx: CheckContext, name: string, template: string, node?: string): JsonObject {
  const spec = {
    resourceClaims: [{ name: "device", resourceClaimTemplateName: template }],
    ...(node !== undefined && { affinity: { nodeAffinity: onNodes([node]) } }),
  };
  return pod(ctx, name, spec);
}

import { setTimeout as sleep } from "node:timers/promises";
import { type V1Deployment } from "@kubernetes/client-node";
import { type ApiResource, readiness } from "../../kube";
import { type ExpectedResource } from "../../recipe";
import { observe } from "../observe";
import { type Check, type CheckContext } from "../types";
import { NOT_SCHEDULED, lockedImages, podSpec } from "./pods";

/** For all of them together: readiness gates have passed before a phase runs. */
const HEALTHY_WITHIN = 10_000;
const LOOK_EVERY = 1_000;

/** Kinds that several API groups serve, and the group that a recipe means. */
const GROUP_OF_KIND: Readonly<Record<string, string>> = {
  Event: "v1",
  Deployment: "apps/v1",
  DaemonSet: "apps/v1",
  StatefulSet: "apps/v1",
  Ingress: "networking.k8s.io/v1",
  NetworkPolicy: "networking.k8s.io/v1",
  Service: "v1",
};

/** Every object that a component of the recipe is expected to have is there and healthy. */
export const expectedResources: Check = {
  name: "expected-resources",
  phase: "deployment",
  description: "every object that the recipe expects exists and is healthy",
  timeout: 8 * 60_000,
  needs: ["apps/v1"],
  permissions: [{ apiGroup: "apps", resource: "deployments", verbs: ["create", "get", "list", "watch"] }],
  async run(ctx) {
    const expected = ctx.recipe.componentRefs.flatMap((component) =>
      component.expectedResources.map((resource) => ({ component, resource })),
    );
    if (expected.length === 0) return ctx.assertions.undecided("no component of the recipe lists expectedResources");
    await noticesWhatIsWrong(ctx);
    const deadline = Date.now() + HEALTHY_WITHIN;
    for (const { component, resource } of expected) {
      const target = { ...resource, namespace: resource.namespace ?? component.namespace };
      const observed = await settle(ctx, target, deadline);
      ctx.assertions.positive(`${component.name}: ${describe(target)}`, {
        expected: HEALTHY,
        observed,
        passed: observed === HEALTHY,
      });
    }
    return ctx.assertions.result();
  },
};

const HEALTHY = "exists and is healthy";

const describe = ({ kind, namespace, name }: ExpectedResource): string =>
  `${kind} ${[namespace, name].filter(Boolean).join("/")}`;

/** The same look at an object that does not exist and at one that cannot become healthy. */
async function noticesWhatIsWrong(ctx: CheckContext): Promise<void> {
  const { namespace, signal } = ctx;
  const absent = await look(ctx, { kind: "Deployment", name: "no-such-deployment", namespace });
  ctx.assertions.negative("a missing object is noticed", {
    expected: MISSING,
    observed: absent,
    passed: absent === MISSING,
  });

  const labels = { "cairn.dev/check-pod": "unready" };
  const image = lockedImages(ctx.images)[0]?.[1] ?? "registry.invalid/cairn/unready:1.0";
  const spec = podSpec(image, { ...NOT_SCHEDULED, restartPolicy: "Always" });
  await ctx.kube.create(
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "unready", namespace },
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    },
    { signal },
  );
  const query = { apiVersion: "apps/v1", kind: "Deployment", namespace, fieldSelector: "metadata.name=unready" };
  await observe<true, V1Deployment>(ctx, query, HEALTHY_WITHIN, ([d]) =>
    d?.status?.observedGeneration ? true : undefined,
  );
  const unready = await look(ctx, { kind: "Deployment", name: "unready", namespace });
  ctx.assertions.negative("a Deployment without ready pods is noticed", {
    expected: "exists, not healthy",
    observed: unready,
    passed: unready !== HEALTHY && unready !== MISSING,
  });
}

const MISSING = "missing";

/** Looks again until the object is healthy or the time is over: what has just been installed may still be starting. */
async function settle(ctx: CheckContext, resource: ExpectedResource, deadline: number): Promise<string> {
  for (;;) {
    const observed = await look(ctx, resource);
    if (observed === HEALTHY || Date.now() > deadline) return observed;
    await sleep(LOOK_EVERY, undefined, { signal: ctx.signal });
  }
}

async function look(ctx: CheckContext, { kind, name, namespace }: ExpectedResource): Promise<string> {
  const served = (await ctx.kube.resources(ctx.signal)).filter((r) => r.kind === kind && r.verbs.includes("get"));
  const resource = pick(served, kind);
  if (resource === undefined)
    return served.length === 0
      ? `the cluster serves no kind ${kind}`
      : `several groups serve ${kind}: ${served.map((r) => r.groupVersion).join(", ")}`;
  const place = resource.namespaced && namespace !== undefined ? { namespace } : {};
  const object = await ctx.kube.get({ apiVersion: resource.groupVersion, kind, name, ...place }, ctx.signal);
  if (object === undefined) return MISSING;
  const { ready, reason } = readiness(object);
  return ready ? HEALTHY : `exists, not healthy: ${reason}`;
}

/** The resource that a bare kind means: the group that is always meant, or the only group that serves it, in its first version. */
function pick(served: readonly ApiResource[], kind: string): ApiResource | undefined {
  const always = GROUP_OF_KIND[kind];
  if (always !== undefined) return served.find((r) => r.groupVersion === always);
  const groups = new Set(served.map((r) => r.groupVersion.split("/").slice(0, -1).join("/")));
  return groups.size === 1 ? [...served].sort((a, b) => stability(a) - stability(b))[0] : undefined;
}

/** `v1` before `v1beta1` before `v1alpha1`. */
const stability = ({ groupVersion }: ApiResource): number =>
  groupVersion.includes("alpha") ? 2 : groupVersion.includes("beta") ? 1 : 0;

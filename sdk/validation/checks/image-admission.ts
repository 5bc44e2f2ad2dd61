import { type V1Deployment, type V1Pod } from "@kubernetes/client-node";
import { type JsonObject } from "../../json";
import { isKubeError, type KubeObject } from "../../kube";
import { observe } from "../observe";
import { type Check, type CheckContext } from "../types";
import { container, lockedImages, NOT_SCHEDULED, podSpec } from "./pods";

/** A registry host that cannot exist (RFC 2606), so no lock can name it. */
const FOREIGN = "registry.invalid/cairn/not-in-the-lock:1.0";
const CREATED_WITHIN = 60_000;
const LABEL = "cairn.dev/check-pod";
const POD_OF_DEPLOYMENT = `${LABEL}=deployment`;

/**
 * Images are pinned and refused when pods are created, whoever creates them. The pods are never scheduled, so nothing is pulled or run.
 */
export const imageAdmission: Check = {
  name: "image-admission",
  phase: "conformance",
  description: "tags in the lock become digests, and images outside the lock are refused, in every kind of container",
  timeout: 3 * 60_000,
  needs: ["admissionregistration.k8s.io/v1"],
  permissions: [
    { apiGroup: "", resource: "pods", verbs: ["create", "list"] },
    { apiGroup: "", resource: "pods/ephemeralcontainers", verbs: ["patch"] },
    { apiGroup: "apps", resource: "deployments", verbs: ["create", "list", "watch"] },
  ],
  async run(ctx) {
    const locked = lockedImages(ctx.images).find(([reference]) => !reference.includes("@"));
    if (locked === undefined)
      return ctx.assertions.undecided("the lock lists no image by tag: there is nothing to pin");
    const [reference, pinned] = locked;
    await lockedTagsArePinned(ctx, reference, pinned);
    await deploymentPodsArePinned(ctx, reference, pinned);
    await foreignImagesAreRefused(ctx, reference, pinned);
    await ephemeralContainers(ctx, reference, pinned);
    return ctx.assertions.result();
  },
};

/** A container spec's place, by the field's name. */
type Place = "containers" | "initContainers";

function podOf(ctx: CheckContext, name: string, images: { readonly [P in Place]?: string }): JsonObject {
  const at = (place: Place): JsonObject => {
    const image = images[place];
    return image === undefined ? {} : { [place]: [container(place === "containers" ? "main" : "init", image)] };
  };
  const spec = podSpec("", { ...NOT_SCHEDULED, ...at("containers"), ...at("initContainers") });
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace: ctx.namespace }, spec };
}

/** What the API server made of an object: the stored object, or why it was refused. */
type Admission = { readonly stored: V1Pod } | { readonly refused: string };

async function admission(request: Promise<KubeObject>): Promise<Admission> {
  try {
    return { stored: (await request) as unknown as V1Pod };
  } catch (error) {
    if (isKubeError(error, "KUBE_INVALID", "KUBE_FORBIDDEN")) return { refused: error.message.split("\n")[0] ?? "" };
    throw error;
  }
}

const imagesOf = (p: V1Pod): readonly string[] =>
  [...(p.spec?.initContainers ?? []), ...(p.spec?.containers ?? [])].map((c) => c.image ?? "");

/** Each image of the pod is exactly the pinned one. */
function pinning(result: Admission, images: (p: V1Pod) => readonly string[], pinned: string) {
  const seen = "stored" in result ? images(result.stored) : [];
  return {
    expected: pinned,
    observed: "refused" in result ? result.refused : seen.join(", ") || "no container",
    passed: seen.length > 0 && seen.every((image) => image === pinned),
  };
}

async function lockedTagsArePinned(ctx: CheckContext, reference: string, pinned: string): Promise<void> {
  const { kube, signal, assertions } = ctx;
  const bare = await admission(kube.create(podOf(ctx, "bare", { containers: reference }), { signal }));
  assertions.positive("a bare pod's tag becomes the locked digest", pinning(bare, imagesOf, pinned));
  const init = await admission(
    kube.create(podOf(ctx, "init", { containers: pinned, initContainers: reference }), { signal }),
  );
  assertions.positive("an init container's tag becomes the locked digest", pinning(init, imagesOf, pinned));
}

async function deploymentPodsArePinned(ctx: CheckContext, reference: string, pinned: string): Promise<void> {
  const labels = { [LABEL]: "deployment" };
  const spec = podSpec(reference, { ...NOT_SCHEDULED, restartPolicy: "Always" });
  await ctx.kube.create(
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "pinned", namespace: ctx.namespace },
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    },
    { signal: ctx.signal },
  );
  const made = await firstPodOf(ctx, "pinned");
  ctx.assertions.positive("the tag in a Deployment's pod becomes the locked digest", pinning(made, imagesOf, pinned));
}

/** The pod that a Deployment's controllers make, or why they cannot. */
async function firstPodOf({ kube, namespace, signal }: CheckContext, name: string): Promise<Admission> {
  const query = { apiVersion: "apps/v1", kind: "Deployment", namespace, fieldSelector: `metadata.name=${name}` };
  const { decision = "its controllers did nothing" } = await observe<string, V1Deployment>(
    { kube, signal },
    query,
    CREATED_WITHIN,
    ([deployment]) => {
      const failure = deployment?.status?.conditions?.find((c) => c.type === "ReplicaFailure" && c.status === "True");
      return failure?.message ?? (deployment?.status?.replicas ? "" : undefined);
    },
  );
  const pods = await kube.list("v1", "Pod", { namespace, labelSelector: POD_OF_DEPLOYMENT, signal });
  return pods[0] ? { stored: pods[0] as unknown as V1Pod } : { refused: decision };
}

/** Refused by an admission policy, and not for some other reason. */
function refusal(result: Admission, image: string) {
  const observed = "refused" in result ? result.refused : `admitted as ${imagesOf(result.stored).join(", ")}`;
  return {
    expected: `${image} is refused by an admission policy`,
    observed,
    passed: "refused" in result && /denied request/i.test(result.refused),
  };
}

async function foreignImagesAreRefused(ctx: CheckContext, reference: string, pinned: string): Promise<void> {
  const wrongDigest = `${reference}@sha256:${"0".repeat(64)}`;
  const cases: readonly (readonly [what: string, image: string, images: Parameters<typeof podOf>[2]])[] = [
    ["an image outside the lock", FOREIGN, { containers: FOREIGN }],
    ["an init container outside the lock", FOREIGN, { containers: pinned, initContainers: FOREIGN }],
    ["a locked tag with another digest", wrongDigest, { containers: wrongDigest }],
  ];
  for (const [i, [what, image, images]] of cases.entries()) {
    const result = await admission(ctx.kube.create(podOf(ctx, `foreign-${i}`, images), { signal: ctx.signal }));
    ctx.assertions.negative(`${what} is refused`, refusal(result, image));
  }
}

async function ephemeralContainers(ctx: CheckContext, reference: string, pinned: string): Promise<void> {
  const host = await admission(ctx.kube.create(podOf(ctx, "host", { containers: pinned }), { signal: ctx.signal }));
  ctx.assertions.positive("a pod with the pinned image is admitted", pinning(host, imagesOf, pinned));
  if ("refused" in host) return;
  const add = (name: string, image: string): Promise<Admission> => {
    const patch = { spec: { ephemeralContainers: [container(name, image)] } };
    const ref = { apiVersion: "v1", kind: "Pod", name: "host", namespace: ctx.namespace };
    return admission(
      ctx.kube.patch(ref, patch, { subresource: "ephemeralcontainers", type: "strategic", signal: ctx.signal }),
    );
  };
  const added = (p: V1Pod): readonly string[] =>
    (p.spec?.ephemeralContainers ?? []).filter((c) => c.name === "locked").map((c) => c.image ?? "");
  ctx.assertions.negative(
    "an ephemeral container outside the lock is refused",
    refusal(await add("foreign", FOREIGN), FOREIGN),
  );
  const locked = await add("locked", reference);
  ctx.assertions.positive("an ephemeral container's tag becomes the locked digest", pinning(locked, added, pinned));
}

import * as z from "zod";

import { type JsonValue } from "../json";
import { isKubeError, KubeError } from "./errors";
import { type Transport } from "./transport";
import { type ApiResource } from "./types";

// Aggregated discovery (one request for every group): https://kubernetes.io/docs/concepts/overview/kubernetes-api/ (2026-08).
const accept = ["v2", "v2beta1"]
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat("application/json")
  .join(",");

const Aggregated = z.looseObject({
  kind: z.literal("APIGroupDiscoveryList"),
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({ name: z.string().default("") }).default({ name: "" }),
      versions: z
        .array(
          z.looseObject({
            version: z.string(),
            resources: z
              .array(
                z.looseObject({
                  resource: z.string(),
                  responseKind: z.looseObject({ kind: z.string() }).nullish(),
                  scope: z.string(),
                  verbs: z.array(z.string()).default([]),
                }),
              )
              .default([]),
          }),
        )
        .default([]),
    }),
  ),
});

const CoreVersions = z.looseObject({ versions: z.array(z.string()) });
const GroupList = z.looseObject({
  groups: z.array(z.looseObject({ versions: z.array(z.looseObject({ groupVersion: z.string() })) })),
});
const ResourceList = z.looseObject({
  resources: z.array(
    z.looseObject({
      name: z.string(),
      kind: z.string(),
      namespaced: z.boolean(),
      verbs: z.array(z.string()).default([]),
    }),
  ),
});

/** Everything that the server serves, most preferred version of each group first. Subresources are left out. */
export async function discover(transport: Transport, signal?: AbortSignal): Promise<readonly ApiResource[]> {
  const read = (path: string) =>
    transport.json({ what: `discovery ${path}`, method: "GET", path, accept, signal, idempotent: true });
  const [core, groups] = await Promise.all([read("/api"), read("/apis")]);
  const lists = await Promise.all([
    fromAnswer(core, (answer) => check("/api", CoreVersions, answer).versions),
    fromAnswer(groups, (answer) =>
      check("/apis", GroupList, answer).groups.flatMap(({ versions }) => versions.map((v) => v.groupVersion)),
    ),
  ]);
  return lists.flat();

  async function fromAnswer(answer: JsonValue, versionsOf: (answer: JsonValue) => string[]): Promise<ApiResource[]> {
    const aggregated = Aggregated.safeParse(answer);
    if (aggregated.success) return fromAggregated(aggregated.data);
    return (await Promise.all(versionsOf(answer).map(readGroupVersion))).flat();
  }

  async function readGroupVersion(groupVersion: string): Promise<ApiResource[]> {
    const path = apiRoot(groupVersion);
    try {
      const { resources } = check(path, ResourceList, await read(path));
      return resources
        .filter(({ name }) => !name.includes("/"))
        .map((resource) => ({ groupVersion, ...pick(resource) }));
    } catch (error) {
      // One aggregated API that is down must not hide the others.
      if (isKubeError(error, "KUBE_UNAVAILABLE", "KUBE_NOT_FOUND")) return [];
      throw error;
    }
  }
}

function fromAggregated({ items }: z.infer<typeof Aggregated>): ApiResource[] {
  return items.flatMap(({ metadata, versions }) =>
    versions.flatMap(({ version, resources }) =>
      resources.map(({ resource, responseKind, scope, verbs }) => ({
        groupVersion: metadata.name === "" ? version : `${metadata.name}/${version}`,
        kind: responseKind?.kind ?? "",
        name: resource,
        namespaced: scope === "Namespaced",
        verbs,
      })),
    ),
  );
}

const pick = ({ kind, name, namespaced, verbs }: z.infer<typeof ResourceList>["resources"][number]) => ({
  kind,
  name,
  namespaced,
  verbs,
});

function check<T>(path: string, schema: z.ZodType<T>, answer: JsonValue): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new KubeError("KUBE_BAD_ANSWER", `discovery ${path}: the answer is not a discovery document`, {
    kind: "could-not-check",
    hint: "is the kubeconfig's server really a Kubernetes API server?",
  });
}

/** `/api/v1` or `/apis/apps/v1`. */
export function apiRoot(groupVersion: string): string {
  return groupVersion.includes("/") ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
}

/** Discovery that is asked once, and again when a kind is not found. */
export class DiscoveryCache {
  #resources: Promise<readonly ApiResource[]> | undefined;
  #byKind: ReadonlyMap<string, ApiResource> = new Map();

  constructor(private readonly transport: Transport) {}

  all(): Promise<readonly ApiResource[]> {
    this.#resources ??= this.#load();
    return this.#resources;
  }

  /** Throws `KUBE_KIND_UNKNOWN` when the server does not serve the kind, also after asking it again. */
  async find(apiVersion: string, kind: string): Promise<ApiResource> {
    const key = `${apiVersion} ${kind}`;
    const before = this.#resources;
    await this.all();
    const known = this.#byKind.get(key);
    if (known) return known;
    // The answer may be older than the kind; ask again unless someone just did, or we did for this call.
    if (before !== undefined && this.#resources === before) this.#resources = this.#load();
    await this.all();
    const found = this.#byKind.get(key);
    if (found) return found;
    throw new KubeError("KUBE_KIND_UNKNOWN", `the server does not serve ${kind} of ${apiVersion}`, {
      hint: "create the CustomResourceDefinition first, or check apiVersion and kind",
    });
  }

  #load(): Promise<readonly ApiResource[]> {
    const loading = discover(this.transport).then((resources) => {
      const served = resources.filter(({ kind }) => kind !== "");
      this.#byKind = new Map(served.map((resource) => [`${resource.groupVersion} ${resource.kind}`, resource]));
      return served;
    });
    loading.catch(() => {
      if (this.#resources === loading) this.#resources = undefined;
    });
    return loading;
  }
}

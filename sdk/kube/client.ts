import { type JsonObject, type JsonValue } from "../json";
import { apiRoot, DiscoveryCache } from "./discovery";
import { isKubeError, KubeError } from "./errors";
import { createInformer } from "./informer";
import { type KubeconfigOptions, readConnection } from "./kubeconfig";
import { asObject, describeRef, refOf, segment } from "./objects";
import { createTransport, type KubeRequest, type TransportOptions } from "./transport";
import {
  type ApplyOptions,
  type DeleteOptions,
  type KubeClient,
  type KubeObject,
  type ListOptions,
  type ObjectRef,
  type PatchOptions,
} from "./types";
import { listAndWatch, type RawEvent } from "./watch";

export interface ConnectOptions extends KubeconfigOptions, TransportOptions {}

const pageSize = 500;
// The server ends a watch after this many seconds and we open it again, as client-go does; a dead connection is noticed soon after.
const watchTimeout = 300;
const patchTypes = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
} as const;

/**
 * Connects to the API server of a kubeconfig (YAML or JSON text). Nothing is sent before the first call.
 *
 * @throws CairnError `KUBECONFIG_INVALID`
 * @example
 * const kube = connect(text, { context: "train" });
 * const node = await kube.get({ apiVersion: "v1", kind: "Node", name: "gpu-0" });
 * await kube.close();
 */
export function connect(kubeconfig: string, options: ConnectOptions = {}): KubeClient {
  const connection = readConnection(kubeconfig, options);
  const transport = createTransport(connection, options);
  const discovery = new DiscoveryCache(transport);

  const collectionPath = async (ref: { apiVersion: string; kind: string }, namespace: string | undefined) => {
    const { groupVersion, name, namespaced } = await discovery.find(ref.apiVersion, ref.kind);
    const scope = namespaced && namespace !== undefined ? `/namespaces/${segment(ref.kind, namespace)}` : "";
    return `${apiRoot(groupVersion)}${scope}/${name}`;
  };
  const objectPath = async (ref: ObjectRef) =>
    `${await collectionPath(ref, ref.namespace ?? connection.namespace)}/${segment(describeRef(ref), ref.name)}`;
  const send = async (request: KubeRequest) => asObject(request.what, await transport.json(request));
  const write = (options: ApplyOptions) => ({
    fieldManager: options.fieldManager ?? "cairn",
    dryRun: options.dryRun ? "All" : undefined,
  });

  const listPages = async (apiVersion: string, kind: string, options: ListOptions) => {
    const what = `list ${apiVersion} ${kind}`;
    const path = await collectionPath({ apiVersion, kind }, options.namespace);
    const read = async (limit: number | undefined) => {
      const items: KubeObject[] = [];
      for (let next: string | undefined; ;) {
        const query = { ...selectors(options), limit, continue: next };
        const request = { what, method: "GET", path, query, signal: options.signal, idempotent: true } as const;
        const { metadata, objects } = readPage(what, await transport.json(request), apiVersion, kind);
        items.push(...objects);
        next = metadata.continue;
        if (!next) return { items, resourceVersion: metadata.resourceVersion ?? "0" };
      }
    };
    try {
      return await read(pageSize);
    } catch (error) {
      // The list outlived the server's history between two pages; only one large answer is consistent then.
      if (isKubeError(error, "KUBE_EXPIRED")) return read(undefined);
      throw error;
    }
  };

  const rawWatch = (apiVersion: string, kind: string, options: ListOptions): AsyncGenerator<RawEvent> => {
    const what = `watch ${apiVersion} ${kind}`;
    return listAndWatch({
      what,
      signal: options.signal,
      list: () => listPages(apiVersion, kind, options),
      async *events(resourceVersion) {
        const path = await collectionPath({ apiVersion, kind }, options.namespace);
        const query = {
          ...selectors(options),
          watch: true,
          allowWatchBookmarks: true,
          resourceVersion,
          timeoutSeconds: watchTimeout,
        };
        const request = { what, method: "GET", path, query, signal: options.signal, idempotent: true } as const;
        yield* transport.lines(request, watchTimeout + 30);
      },
    });
  };

  return {
    server: connection.server,
    namespace: connection.namespace,

    async version(signal) {
      const answer = await transport.json({
        what: "version",
        method: "GET",
        path: "/version",
        signal,
        idempotent: true,
      });
      const version = (answer as { gitVersion?: unknown } | null)?.gitVersion;
      if (typeof version === "string") return version.replace(/^v/, "");
      throw new KubeError("KUBE_BAD_ANSWER", "version: the answer has no gitVersion", { kind: "could-not-check" });
    },

    resources: () => discovery.all(),

    async get(ref, signal) {
      try {
        const path = await objectPath(ref);
        return await send({ what: `get ${describeRef(ref)}`, method: "GET", path, signal, idempotent: true });
      } catch (error) {
        if (isKubeError(error, "KUBE_NOT_FOUND")) return undefined;
        throw error;
      }
    },

    list: async (apiVersion, kind, options = {}) => (await listPages(apiVersion, kind, options)).items,

    async create(object, options = {}) {
      const ref = refOf(object);
      return send({
        what: `create ${describeRef(ref)}`,
        method: "POST",
        path: await collectionPath(ref, ref.namespace ?? connection.namespace),
        query: write(options),
        body: object,
        signal: options.signal,
        idempotent: false,
        onWarning: options.onWarning,
      });
    },

    async apply(object, options = {}) {
      const ref = refOf(object);
      const { signal, onWarning } = options;
      return send({
        what: `apply ${describeRef(ref)}`,
        method: "PATCH",
        path: await objectPath(ref),
        query: { ...write(options), force: options.force ?? false },
        contentType: "application/apply-patch+yaml",
        body: options.createOnly ? withResourceVersion(object, neverCurrent) : object,
        signal,
        idempotent: true,
        onWarning,
      });
    },

    async patch(ref: ObjectRef, patch: JsonValue, options: PatchOptions = {}) {
      const type = options.type ?? "merge";
      const subresource = options.subresource === undefined ? "" : `/${options.subresource}`;
      return send({
        what: `patch ${describeRef(ref)}${subresource}`,
        method: "PATCH",
        path: `${await objectPath(ref)}${subresource}`,
        query: { fieldManager: options.fieldManager ?? "cairn" },
        contentType: patchTypes[type],
        body: patch,
        signal: options.signal,
        idempotent: type !== "json",
      });
    },

    async replace(object, options = {}) {
      const ref = refOf(object);
      const { signal, onWarning } = options;
      const path = await objectPath(ref);
      const what = `replace ${describeRef(ref)}`;
      return send({
        what,
        method: "PUT",
        path,
        query: write(options),
        body: object,
        signal,
        idempotent: true,
        onWarning,
      });
    },

    async delete(ref: ObjectRef, options: DeleteOptions = {}) {
      const what = `delete ${describeRef(ref)}`;
      const body = {
        kind: "DeleteOptions",
        apiVersion: "v1",
        propagationPolicy: options.propagation ?? "Foreground",
        ...(options.gracePeriod === undefined ? {} : { gracePeriodSeconds: options.gracePeriod }),
        ...(options.uid === undefined ? {} : { preconditions: { uid: options.uid } }),
      };
      try {
        const path = await objectPath(ref);
        const answer = await transport.json({
          what,
          method: "DELETE",
          path,
          body,
          signal: options.signal,
          idempotent: true,
        });
        return isDeleting(answer) ? "deleting" : "deleted";
      } catch (error) {
        if (isKubeError(error, "KUBE_NOT_FOUND", "KUBE_KIND_UNKNOWN")) return "absent";
        throw error;
      }
    },

    async *watch(apiVersion, kind, options = {}) {
      for await (const event of rawWatch(apiVersion, kind, options)) if (event.type !== "SYNCED") yield event;
    },

    informer(apiVersion, kind, options = {}) {
      return createInformer((signal) => rawWatch(apiVersion, kind, { ...options, signal }), options.signal);
    },

    close: () => transport.close(),
  };
}

// No stored object ever has this version (etcd revisions start at 1 with the empty store), so an apply that carries it can only create.
const neverCurrent = "1";

function withResourceVersion(object: JsonObject, resourceVersion: string): JsonObject {
  return { ...object, metadata: { ...(object["metadata"] as JsonObject), resourceVersion } };
}

function selectors({ labelSelector, fieldSelector }: ListOptions) {
  return { labelSelector, fieldSelector };
}

/** Items of a list answer; the server leaves apiVersion and kind out of them. */
function readPage(what: string, page: JsonValue, apiVersion: string, kind: string) {
  const { items, metadata } = (page ?? {}) as { items?: JsonValue; metadata?: JsonObject };
  if (items !== null && !Array.isArray(items))
    throw new KubeError("KUBE_BAD_ANSWER", `${what}: the answer is not a list`, { kind: "could-not-check" });
  return {
    metadata: (metadata ?? {}) as { readonly continue?: string; readonly resourceVersion?: string },
    objects: (items ?? []).map((item) => asObject(what, { apiVersion, kind, ...(item as JsonObject) })),
  };
}

/** A finished deletion is answered by a Status, or by the object's last state without a deletion time. */
function isDeleting(answer: JsonValue): boolean {
  const metadata = (answer as { metadata?: { deletionTimestamp?: unknown; finalizers?: unknown[] } } | null)?.metadata;
  return metadata?.deletionTimestamp !== undefined;
}

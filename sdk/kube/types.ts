import { type JsonObject, type JsonValue } from "../json";

/** Any Kubernetes object. */
export interface KubeObject extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

export interface ObjectMeta extends JsonObject {
  readonly name: string;
}

/** Names one object. `namespace` is left out for cluster-scoped kinds. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** A kind that the server serves, from discovery. */
export interface ApiResource {
  /** `apps/v1`, or `v1` for the core group. */
  readonly groupVersion: string;
  readonly kind: string;
  /** Plural, as in paths. */
  readonly name: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

export interface ApplyOptions {
  /** @default "cairn" */
  readonly fieldManager?: string;
  /** Take over fields that another manager owns. @default false */
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  /** Called with each warning of the server, such as an unknown field. */
  readonly onWarning?: (message: string) => void;
  /**
   * Fail with `KUBE_CONFLICT` (without `conflicts`) when the object exists already. When the first answer was lost, the object that is there
   * can be the caller's own: its `managedFields` tell. @default false
   */
  readonly createOnly?: boolean;
}

export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly signal?: AbortSignal;
}

export type WatchEvent = { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: KubeObject };

/**
 * A thin client for one API server: JSON over HTTPS, with discovery, server-side apply and watches. Errors are `KubeError`s with the
 * server's status, reason and causes.
 */
export interface KubeClient {
  readonly server: string;
  /** Namespace of the kubeconfig's context; where namespaced objects go that name none. */
  readonly namespace: string;
  /** `gitVersion` of the server, without the leading `v`. */
  version(signal?: AbortSignal): Promise<string>;
  /** Everything the server serves; cached until a kind is not found. */
  resources(signal?: AbortSignal): Promise<readonly ApiResource[]>;
  /** `undefined` when it does not exist. */
  get(ref: ObjectRef, signal?: AbortSignal): Promise<KubeObject | undefined>;
  list(apiVersion: string, kind: string, options?: ListOptions): Promise<readonly KubeObject[]>;
  /** POST; for generateName, claims and whatever must not exist yet. */
  create(
    object: JsonObject,
    options?: Pick<ApplyOptions, "dryRun" | "fieldManager" | "onWarning" | "signal">,
  ): Promise<KubeObject>;
  /** Server-side apply. */
  apply(object: JsonObject, options?: ApplyOptions): Promise<KubeObject>;
  /** JSON merge patch, also of a subresource such as `status` or `ephemeralcontainers`. */
  patch(ref: ObjectRef, patch: JsonValue, options?: PatchOptions): Promise<KubeObject>;
  /** PUT; the object carries the `resourceVersion` that it replaces. */
  replace(object: JsonObject, options?: ApplyOptions): Promise<KubeObject>;
  /** Asks for deletion and returns at once. */
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<DeleteResult>;
  /** Lists, then watches, reconnecting until aborted. Starts with one ADDED for each existing object. */
  watch(apiVersion: string, kind: string, options?: ListOptions): AsyncIterable<WatchEvent>;
  /** One watch that many can wait on. Close it. */
  informer(apiVersion: string, kind: string, options?: ListOptions): Informer;
  /** Closes connections. */
  close(): Promise<void>;
}

/** `absent`: there was nothing to delete. `deleting`: it is still there, held by finalizers or a grace period. */
export type DeleteResult = "absent" | "deleted" | "deleting";

/** The present state of the objects of one kind, kept up to date by a watch. */
export interface Informer {
  /** Resolves when the first list is in; rejects when the kind cannot be listed. */
  readonly synced: Promise<void>;
  get(name: string, namespace?: string): KubeObject | undefined;
  list(): readonly KubeObject[];
  /**
   * Calls back after every change, and once when the watch has ended for good.
   *
   * @returns how to stop listening
   */
  subscribe(listener: InformerListener): () => void;
  close(): void;
}

export interface InformerListener {
  changed(object: KubeObject, gone: boolean): void;
  failed(error: unknown): void;
}

export interface PatchOptions {
  readonly subresource?: string;
  /** @default "merge" */
  readonly type?: "merge" | "json" | "strategic";
  /** @default "cairn" */
  readonly fieldManager?: string;
  readonly signal?: AbortSignal;
}

export interface DeleteOptions {
  /** @default "Foreground" */
  readonly propagation?: "Foreground" | "Background" | "Orphan";
  /** Seconds. */
  readonly gracePeriod?: number;
  readonly uid?: string;
  readonly signal?: AbortSignal;
}

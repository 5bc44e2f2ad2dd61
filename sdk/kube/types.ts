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
    options?: { readonly signal?: AbortSignal; readonly dryRun?: boolean },
  ): Promise<KubeObject>;
  /** Server-side apply. */
  apply(object: JsonObject, options?: ApplyOptions): Promise<KubeObject>;
  /** JSON merge patch, also of a subresource such as `status` or `ephemeralcontainers`. */
  patch(ref: ObjectRef, patch: JsonValue, options?: PatchOptions): Promise<KubeObject>;
  /** Asks for deletion and returns at once; `false` when there was nothing to delete. */
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<boolean>;
  /** Lists, then watches, reconnecting until aborted. Starts with one ADDED for each existing object. */
  watch(apiVersion: string, kind: string, options?: ListOptions): AsyncIterable<WatchEvent>;
  /** Closes connections. */
  close(): Promise<void>;
}

export interface PatchOptions {
  readonly subresource?: string;
  /** @default "merge" */
  readonly type?: "merge" | "json" | "strategic";
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

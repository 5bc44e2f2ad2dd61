/** A reference to something in a registry. At least one of `tag` and `digest` is set, except where only a repository is meant. */
export interface Reference {
  /** Host with port, as written: `ghcr.io`, `127.0.0.1:5000`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:` and 64 lower-case hex digits. */
  readonly digest?: string;
}

/** OCI content descriptor. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: { readonly architecture: string; readonly os: string; readonly variant?: string };
}

/** An image manifest or an index; unknown fields are kept. */
export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface FetchedManifest {
  /** Of the bytes that were read, never of a header. */
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
  readonly manifest: Manifest;
}

/**
 * Referrers of a digest. "None" and "could not ask" are different answers: the first is a fact, the second an `OciError` with kind
 * `could-not-check`.
 */
export interface Referrers {
  readonly source: "api" | "tag-schema";
  readonly descriptors: readonly Descriptor[];
}

/** A client for any number of registries. Every byte that it returns was checked against its digest and a size limit. */
export interface OciClient {
  manifest(ref: Reference, signal?: AbortSignal): Promise<FetchedManifest>;
  blob(repository: Pick<Reference, "registry" | "repository">, blob: Descriptor, signal?: AbortSignal): Promise<Buffer>;
  pushBlob(
    repository: Pick<Reference, "registry" | "repository">,
    bytes: Buffer,
    mediaType: string,
  ): Promise<Descriptor>;
  /** Pushes by digest, and by `tag` when given; keeps the fallback index when the registry has no referrers API. */
  pushManifest(
    repository: Pick<Reference, "registry" | "repository">,
    manifest: Manifest,
    tag?: string,
  ): Promise<Descriptor>;
  referrers(
    ref: Reference & { readonly digest: string },
    artifactType?: string,
    signal?: AbortSignal,
  ): Promise<Referrers>;
}

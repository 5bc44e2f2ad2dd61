import { createAuthorizer } from "./auth";
import { dockerCredentials, type CredentialSource } from "./credentials";
import { parseMirrors, type Mirrors } from "./endpoint";
import { ociError } from "./errors";
import { type HttpResponse } from "./http";
import { ACCEPT, MANIFEST_MAX_BYTES, MEDIA_TYPES, parseManifest } from "./manifest";
import { digestOf, formatReference, isDigest } from "./reference";
import { addReferrer, listReferrers } from "./referrers";
import { ask, expectStatus, putManifest, SMALL, type OciContext, type OciLimits, type Repository } from "./transport";
import { type Descriptor, type FetchedManifest, type Manifest, type OciClient, type Reference } from "./types";

export interface OciClientOptions {
  /**
   * Registry host → where it is fetched from and pushed to. References stay as they are written, so a lock made behind a mirror holds
   * elsewhere. @default `CAIRN_REGISTRY_MIRRORS`
   */
  readonly mirrors?: Mirrors;
  /** @default the Docker config's */
  readonly credentials?: CredentialSource;
  readonly limits?: Partial<OciLimits>;
  /** For one request with its redirects and its body, in milliseconds. @default 120000 */
  readonly timeout?: number;
}

const DEFAULT_LIMITS: OciLimits = { manifest: MANIFEST_MAX_BYTES, blob: 512 * 1024 * 1024, referrers: 1000 };
const DEFAULT_TIMEOUT_MS = 120_000;

/**
 * A client for any number of registries.
 *
 * It trusts no header: digests are computed over the bytes that were read, sizes are capped before reading, and credentials go to no host but
 * the one they were stored for. Plain http is used for loopback addresses and for mirrors that say `http://`, never otherwise.
 *
 * @throws CairnError `OCI_CONFIG_INVALID` when `CAIRN_REGISTRY_MIRRORS` is malformed
 * @example
 * const client = createOciClient();
 * const { descriptor } = await client.manifest(parseReference("ghcr.io/acme/app:1.2"));
 */
export function createOciClient(options: OciClientOptions = {}): OciClient {
  const context: OciContext = {
    mirrors: options.mirrors ?? parseMirrors(process.env["CAIRN_REGISTRY_MIRRORS"] ?? ""),
    authorizer: createAuthorizer(options.credentials ?? dockerCredentials()),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    timeout: options.timeout ?? DEFAULT_TIMEOUT_MS,
  };
  return {
    manifest: (ref, signal) => fetchManifest(context, ref, signal),
    blob: (repository, blob, signal) => fetchBlob(context, repository, blob, signal),
    pushBlob: (repository, bytes, mediaType) => pushBlob(context, repository, bytes, mediaType),
    pushManifest: (repository, manifest, tag) => pushManifest(context, repository, manifest, tag),
    referrers: (ref, artifactType, signal) => listReferrers(context, ref, artifactType, signal),
  };
}

async function fetchManifest(context: OciContext, ref: Reference, signal?: AbortSignal): Promise<FetchedManifest> {
  const name = formatReference(ref);
  const wanted = ref.digest ?? ref.tag;
  if (wanted === undefined) throw ociError("OCI_REFERENCE_INVALID", `${name} has neither a tag nor a digest`);
  const response = await ask(context, ref, "pull", `manifests/${wanted}`, {
    method: "GET",
    headers: { accept: ACCEPT },
    maxBytes: context.limits.manifest,
    signal,
  });
  expectStatus(response, [200], name);

  const digest = digestOf(response.body);
  if (ref.digest !== undefined && digest !== ref.digest) throw digestMismatch(name, ref.digest, digest);
  const manifest = parseManifest(response.body, name, context.limits.manifest);
  const mediaType = manifest.mediaType ?? (manifest.manifests ? MEDIA_TYPES.imageIndex : MEDIA_TYPES.imageManifest);
  return { descriptor: { mediaType, digest, size: response.body.length }, bytes: response.body, manifest };
}

async function fetchBlob(
  context: OciContext,
  repository: Repository,
  blob: Descriptor,
  signal?: AbortSignal,
): Promise<Buffer> {
  const name = `${formatReference(repository)}@${blob.digest}`;
  if (!isDigest(blob.digest)) throw ociError("OCI_REFERENCE_INVALID", `${name} is not a sha256 digest`);
  if (blob.size > context.limits.blob)
    throw ociError("OCI_TOO_LARGE", `${name} has ${blob.size} bytes, more than the ${context.limits.blob} allowed`);
  const response = await ask(context, repository, "pull", `blobs/${blob.digest}`, {
    method: "GET",
    maxBytes: blob.size,
    signal,
  });
  expectStatus(response, [200], name);
  const digest = digestOf(response.body);
  if (digest !== blob.digest) throw digestMismatch(name, blob.digest, digest);
  if (response.body.length !== blob.size)
    throw ociError(
      "OCI_DIGEST_MISMATCH",
      `${name} has ${response.body.length} bytes, its descriptor says ${blob.size}`,
    );
  return response.body;
}

async function pushBlob(
  context: OciContext,
  repository: Repository,
  bytes: Buffer,
  mediaType: string,
): Promise<Descriptor> {
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  const name = `${formatReference(repository)}@${descriptor.digest}`;
  const existing = await ask(context, repository, "pull,push", `blobs/${descriptor.digest}`, {
    method: "HEAD",
    maxBytes: SMALL,
  });
  if (existing.status === 200) return descriptor;

  const started = await ask(context, repository, "pull,push", "blobs/uploads/", { method: "POST", maxBytes: SMALL });
  expectStatus(started, [202], name);
  const upload = uploadLocation(started);
  upload.searchParams.set("digest", descriptor.digest);
  const done = await ask(context, repository, "pull,push", upload, {
    method: "PUT",
    headers: { "content-type": "application/octet-stream" },
    body: bytes,
    maxBytes: SMALL,
  });
  expectStatus(done, [201, 204], name);
  return descriptor;
}

/** Where the upload goes on: the same origin, so that neither bytes nor credentials are led elsewhere. */
function uploadLocation(response: HttpResponse): URL {
  const from = new URL(response.url);
  const location = response.header("location") ?? "";
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (location === "" || to?.origin !== from.origin || to.username !== "" || to.password !== "")
    throw ociError("OCI_LOCATION_REFUSED", `${from.host} wants the upload to go on at ${to?.host ?? "no address"}`);
  return to;
}

async function pushManifest(
  context: OciContext,
  repository: Repository,
  manifest: Manifest,
  tag?: string,
): Promise<Descriptor> {
  const descriptor = await putManifest(context, repository, manifest, tag);
  if (manifest.subject !== undefined) await addReferrer(context, repository, manifest.subject, descriptor, manifest);
  return descriptor;
}

function digestMismatch(name: string, wanted: string, got: string): Error {
  return ociError("OCI_DIGEST_MISMATCH", `${name}: the registry sent other bytes (${got} instead of ${wanted})`, {
    hint: "the registry or something before it is broken or hostile; do not use what it sends",
  });
}

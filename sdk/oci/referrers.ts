import { setTimeout as sleep } from "node:timers/promises";
import { ask, expectStatus, putManifest, type OciContext, type Repository } from "./transport";
import { isOciError, ociError } from "./errors";
import { type HttpResponse } from "./http";
import { ACCEPT, MEDIA_TYPES, parseManifest } from "./manifest";
import { formatReference } from "./reference";
import {
  type Descriptor,
  type FetchedManifest,
  type Manifest,
  type OciClient,
  type Reference,
  type Referrers,
} from "./types";

type Digested = Reference & { readonly digest: string };

const MAX_PAGES = 50;
const MAX_UPDATES = 20;

/** Tag under which a registry without the referrers API keeps them (distribution-spec 1.1, "Referrers Tag Schema"). */
export const fallbackTag = (digest: string): string => digest.replace(":", "-");

/** The API when the registry has it, else the tag schema. */
export async function listReferrers(
  context: OciContext,
  ref: Digested,
  artifactType?: string,
  signal?: AbortSignal,
): Promise<Referrers> {
  const fromApi = await askApi(context, ref, artifactType, signal);
  const all = fromApi ?? (await readFallback(context, ref, signal))?.manifest.manifests ?? [];
  const descriptors = all.filter((d) => artifactType === undefined || d.artifactType === artifactType);
  return { source: fromApi === undefined ? "tag-schema" : "api", descriptors };
}

/** `undefined` when the registry has no such API. */
async function askApi(
  context: OciContext,
  ref: Digested,
  artifactType?: string,
  signal?: AbortSignal,
): Promise<Descriptor[] | undefined> {
  const query = artifactType === undefined ? "" : `?artifactType=${encodeURIComponent(artifactType)}`;
  let next: string | URL | undefined = `referrers/${ref.digest}${query}`;
  const found: Descriptor[] = [];
  for (let page = 0; next !== undefined; page++) {
    if (page === MAX_PAGES) throw tooMany(ref, `${MAX_PAGES} pages`);
    const response: HttpResponse = await ask(context, ref, "pull", next, {
      method: "GET",
      headers: { accept: MEDIA_TYPES.imageIndex },
      maxBytes: context.limits.manifest,
      signal,
    });
    if (response.status === 404 && page === 0) return undefined;
    expectStatus(response, [200], `referrers of ${formatReference(ref)}`);
    found.push(...readIndex(context, ref, response.body));
    if (found.length > context.limits.referrers) throw tooMany(ref, `${context.limits.referrers} entries`);
    next = nextPage(response);
  }
  return found;
}

function readIndex(context: OciContext, ref: Digested, bytes: Buffer): readonly Descriptor[] {
  const place = `the list of referrers of ${formatReference(ref)}`;
  const index = parseManifest(bytes, place, context.limits.manifest);
  if (index.manifests === undefined) throw ociError("OCI_RESPONSE_INVALID", `${place} is not an index`);
  if (index.manifests.length > context.limits.referrers) throw tooMany(ref, `${context.limits.referrers} entries`);
  return index.manifests;
}

/** `Link: <…>; rel="next"` (RFC 8288), on the same origin only. */
function nextPage(response: HttpResponse): URL | undefined {
  const target = /<([^>]*)>\s*;\s*rel="?next"?/.exec(response.header("link") ?? "")?.[1];
  if (target === undefined) return undefined;
  const from = new URL(response.url);
  const to = URL.canParse(target, from.href) ? new URL(target, from) : undefined;
  if (to?.origin !== from.origin)
    throw ociError(
      "OCI_LOCATION_REFUSED",
      `${from.host} continues its list of referrers at ${to?.host ?? "no address"}`,
    );
  return to;
}

interface Fallback {
  readonly manifest: Manifest;
  readonly etag?: string | undefined;
}

/** The index under the fallback tag. `undefined` when there is none, which is a fact: any other failure throws. */
async function readFallback(context: OciContext, ref: Digested, signal?: AbortSignal): Promise<Fallback | undefined> {
  const response = await ask(context, ref, "pull", `manifests/${fallbackTag(ref.digest)}`, {
    method: "GET",
    headers: { accept: ACCEPT },
    maxBytes: context.limits.manifest,
    signal,
  });
  if (response.status === 404) return undefined;
  expectStatus(response, [200], `referrers of ${formatReference(ref)}`);
  const manifests = readIndex(context, ref, response.body);
  return {
    manifest: { schemaVersion: 2, mediaType: MEDIA_TYPES.imageIndex, manifests },
    etag: response.header("etag"),
  };
}

/**
 * Makes a pushed manifest findable from its subject. With the referrers API there is nothing to do. Without it the index under the fallback
 * tag is read, extended, written and read again, until ours is in it: two writers may overwrite each other, and few registries honour
 * `If-Match`.
 */
export async function addReferrer(
  context: OciContext,
  repository: Repository,
  subject: Descriptor,
  pushed: Descriptor,
  manifest: Manifest,
): Promise<void> {
  const ref = { ...repository, digest: subject.digest };
  // Asked, not inferred from the OCI-Subject header: some registries send it and have no API.
  if ((await askApi(context, ref)) !== undefined) return;

  const artifactType = manifest.artifactType ?? manifest.config?.mediaType;
  const entry: Descriptor = {
    ...pushed,
    ...(artifactType !== undefined && { artifactType }),
    ...(manifest.annotations !== undefined && { annotations: manifest.annotations }),
  };
  for (let attempt = 0; attempt < MAX_UPDATES; attempt++) {
    const current = await readFallback(context, ref);
    const entries = current?.manifest.manifests ?? [];
    if (entries.some((e) => e.digest === entry.digest)) return;
    await writeFallback(context, ref, [...entries, entry], current?.etag);
    // Another writer that had read before us writes about now; only after that is "ours is in it" worth anything.
    await sleep(50 + Math.random() * 50 * (attempt + 1));
  }
  throw ociError("OCI_LOST_UPDATE", `the list of referrers of ${formatReference(ref)} changed under every update`, {
    hint: "run the command again",
  });
}

async function writeFallback(
  context: OciContext,
  ref: Digested,
  manifests: readonly Descriptor[],
  etag: string | undefined,
): Promise<void> {
  const index: Manifest = { schemaVersion: 2, mediaType: MEDIA_TYPES.imageIndex, manifests };
  try {
    await putManifest(context, ref, index, fallbackTag(ref.digest), etag);
  } catch (error) {
    // A refused If-Match is what the next round is for.
    if (!isOciError(error, "OCI_LOST_UPDATE")) throw error;
  }
}

/**
 * Fetches a listed referrer and holds it to its subject: a list may say anything, the manifest under the digest may not.
 *
 * @throws CairnError `OCI_REFERRER_INVALID` when it refers to something else
 */
export async function fetchReferrer(
  client: Pick<OciClient, "manifest">,
  ref: Digested,
  descriptor: Descriptor,
  signal?: AbortSignal,
): Promise<FetchedManifest> {
  const repository = { registry: ref.registry, repository: ref.repository };
  const fetched = await client.manifest({ ...repository, digest: descriptor.digest }, signal);
  if (fetched.manifest.subject?.digest !== ref.digest)
    throw ociError(
      "OCI_REFERRER_INVALID",
      `${descriptor.digest} is listed for ${ref.digest} but refers to another subject`,
    );
  return fetched;
}

function tooMany(ref: Digested, what: string): Error {
  return ociError("OCI_TOO_LARGE", `the list of referrers of ${formatReference(ref)} has more than ${what}`);
}

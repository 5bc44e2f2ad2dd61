import { type Action, type Authorizer } from "./auth";
import { endpointOf, type Mirrors } from "./endpoint";
import { ociError } from "./errors";
import { type HttpRequest, type HttpResponse } from "./http";
import { MEDIA_TYPES, serializeManifest } from "./manifest";
import { digestOf, formatReference } from "./reference";
import { type Descriptor, type Manifest, type Reference } from "./types";

export type Repository = Pick<Reference, "registry" | "repository">;

/** Sizes in bytes; a registry that sends more is cut off. */
export interface OciLimits {
  /** @default 4 MiB, what registries accept */
  readonly manifest: number;
  /** @default 512 MiB */
  readonly blob: number;
  /** Referrers of one digest. @default 1000 */
  readonly referrers: number;
}

/** What every operation needs; options resolved once. */
export interface OciContext {
  readonly mirrors: Mirrors;
  readonly authorizer: Authorizer;
  readonly limits: OciLimits;
  readonly timeout: number;
}

/** Asks for `path` below `/v2/<repository>/`, or for an absolute URL of the same registry. */
export async function ask(
  context: OciContext,
  repository: Repository,
  action: Action,
  path: string | URL,
  request: Omit<HttpRequest, "url" | "timeout" | "authorization">,
): Promise<HttpResponse> {
  const endpoint = endpointOf(repository, context.mirrors);
  const url = path instanceof URL ? path.href : `${endpoint.origin}/v2/${endpoint.repository}/${path}`;
  const response = await context.authorizer.send(endpoint, action, { ...request, url, timeout: context.timeout });
  if (response.status === 403) {
    throw ociError("OCI_UNAUTHORIZED", `${endpoint.host} refuses access to ${endpoint.repository}`, {
      hint: `run \`docker login ${endpoint.host}\`, or check the permission of the account`,
    });
  }
  return response;
}

/** Answers without content, such as those to an upload. */
export const SMALL = 64 * 1024;

/** Puts a manifest by its digest, or by `tag`. `ifMatch` asks a registry that supports it to refuse a lost update. */
export async function putManifest(
  context: OciContext,
  repository: Repository,
  manifest: Manifest,
  tag?: string,
  ifMatch?: string,
): Promise<Descriptor> {
  const bytes = serializeManifest(manifest);
  const mediaType = manifest.mediaType ?? (manifest.manifests ? MEDIA_TYPES.imageIndex : MEDIA_TYPES.imageManifest);
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  const response = await ask(context, repository, "pull,push", `manifests/${tag ?? descriptor.digest}`, {
    method: "PUT",
    headers: { "content-type": mediaType, ...(ifMatch !== undefined && { "if-match": ifMatch }) },
    body: bytes,
    maxBytes: SMALL,
  });
  if (response.status === 412) throw ociError("OCI_LOST_UPDATE", `${formatReference(repository)}:${tag} was changed`);
  expectStatus(response, [200, 201], `${formatReference(repository)}@${descriptor.digest}`);
  return descriptor;
}

/** "Not there" is a fact and "could not ask" is not: the caller must be able to tell them apart. */
export function expectStatus(response: HttpResponse, accepted: readonly number[], name: string): void {
  if (accepted.includes(response.status)) return;
  const { host } = new URL(response.url);
  if (response.status === 404)
    throw ociError("OCI_NOT_FOUND", `${name} is not in the registry ${host}`, {
      hint: `check the name; a registry may also answer so before you are logged in (\`docker login ${host}\`)`,
    });
  throw ociError("OCI_HTTP_STATUS", `${host} answered ${response.status} for ${name}${reason(response.body)}`, {
    hint: "try again; if it stays, see the registry's log",
  });
}

/** The registry's own error text, shortened and without control characters: it ends up on a terminal. */
function reason(body: Buffer): string {
  const text = body
    .subarray(0, 300)
    .toString("utf8")
    .replace(/[^\x20-\x7e]+/g, " ")
    .trim();
  return text === "" ? "" : `: ${text}`;
}

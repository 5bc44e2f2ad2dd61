import { createHash } from "node:crypto";
import { ociError } from "./errors";
import { type Reference } from "./types";

// The grammar of distribution/reference (github.com/distribution/reference, 2025-02), narrowed to lower-case hosts and sha256.
const HOST =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::[0-9]{1,5})?$/;
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

const DOCKER_HUB = "docker.io";
const DOCKER_HUB_ALIASES: readonly string[] = ["index.docker.io", "registry-1.docker.io"];

/** `sha256:…` of bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Whether `text` is `sha256:` and 64 lower-case hex digits. */
export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

/**
 * Reads a reference. Short names are completed as Docker does (`nginx:1` is `docker.io/library/nginx:1`), no tag is ever made up, and a
 * leading `oci://` is allowed.
 *
 * @throws CairnError `OCI_REFERENCE_INVALID`
 * @example
 * parseReference("oci://ghcr.io/acme/app:1.2").repository; // "acme/app"
 */
export function parseReference(text: string): Reference {
  const bare = text.startsWith("oci://") ? text.slice("oci://".length) : text;
  const [named = "", digest, ...more] = bare.split("@");
  if (more.length > 0) throw invalid(text, "it has two @");
  const tagAt = named.indexOf(":", named.lastIndexOf("/") + 1);
  // Without a slash, `localhost:5000` can only be a name with a tag, as for Docker.
  const path = tagAt === -1 ? named : named.slice(0, tagAt);
  const tag = tagAt === -1 ? undefined : named.slice(tagAt + 1);
  const { registry, repository } = splitName(path);

  if (!HOST.test(registry)) throw invalid(text, `"${registry}" is not a registry host`);
  if (Number(/:([0-9]+)$/.exec(registry)?.[1] ?? 0) > 65535) throw invalid(text, "the port is out of range");
  if (!repository.split("/").every((part) => COMPONENT.test(part)) || path.length > 255)
    throw invalid(
      text,
      `"${repository}" is not a repository name (lower-case letters, digits, and . _ - between them)`,
    );
  if (tag !== undefined && !TAG.test(tag)) throw invalid(text, `"${tag}" is not a tag`);
  if (digest !== undefined && !isDigest(digest))
    throw invalid(text, "a digest is sha256: and 64 lower-case hex digits");
  return { registry, repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** The inverse of {@link parseReference}: `registry/repository[:tag][@digest]`. */
export function formatReference(ref: Reference): string {
  const tag = ref.tag === undefined ? "" : `:${ref.tag}`;
  const digest = ref.digest === undefined ? "" : `@${ref.digest}`;
  return `${ref.registry}/${ref.repository}${tag}${digest}`;
}

function splitName(name: string): { registry: string; repository: string } {
  const slash = name.indexOf("/");
  const first = slash === -1 ? "" : name.slice(0, slash);
  const isHost = first === "localhost" || /[.:[]/.test(first);
  const registry = isHost ? canonicalHost(first) : DOCKER_HUB;
  const rest = isHost ? name.slice(slash + 1) : name;
  return { registry, repository: registry === DOCKER_HUB && !rest.includes("/") ? `library/${rest}` : rest };
}

const canonicalHost = (host: string): string => (DOCKER_HUB_ALIASES.includes(host) ? DOCKER_HUB : host);

function invalid(text: string, why: string): Error {
  const shown = text.length > 300 ? `${text.slice(0, 300)}…` : text;
  return ociError("OCI_REFERENCE_INVALID", `${JSON.stringify(shown)} is not an image reference: ${why}`, {
    hint: "write registry/repository:tag or registry/repository@sha256:…",
  });
}

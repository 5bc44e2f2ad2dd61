import { formatReference, parseReference, type Reference } from "../oci";

const MAX_LENGTH = 1024;
/** `nvidia.com/gpu:NoSchedule` is a taint. */
const TAINT_EFFECTS: ReadonlySet<string> = new Set(["NoSchedule", "PreferNoSchedule", "NoExecute"]);

/** `undefined` when the text is not an image reference. Short names are completed: `nginx` is `docker.io/library/nginx`. */
export function parseImage(text: string): Reference | undefined {
  if (text.length > MAX_LENGTH || !/^[a-z0-9[]/i.test(text) || text.includes("://")) return undefined;
  try {
    return parseReference(text);
  } catch {
    return undefined;
  }
}

/**
 * The name under which the lock lists an image: `registry/repository:tag`. A reference without tag and digest means `latest`; one that
 * has both is listed by its tag.
 */
export function lockName(image: Reference): string {
  const { registry, repository, tag, digest } = image;
  if (tag === undefined && digest !== undefined) return formatReference({ registry, repository, digest });
  return formatReference({ registry, repository, tag: tag ?? "latest" });
}

/**
 * Whether a text can hardly be anything but an image: it names a registry host, and a tag or a digest. Anything weaker (`ns/name`,
 * `host:8080`, `group.io/v1`) is too often something else.
 */
export function looksLikeImage(text: string): boolean {
  const slash = text.indexOf("/");
  if (slash <= 0 || !/[.:]|^localhost$/.test(text.slice(0, slash))) return false;
  const image = parseImage(text);
  if (image === undefined) return false;
  return image.digest !== undefined || (image.tag !== undefined && !TAINT_EFFECTS.has(image.tag));
}

/** Every way in which a pod may write the locked image: Docker Hub's names have short forms, and `latest` may be left out. */
export function writtenForms(image: Reference): readonly string[] {
  const { registry, repository, tag } = image;
  if (tag === undefined) return [lockName(image)];
  const names = [`${registry}/${repository}`];
  if (registry === "docker.io") {
    names.push(repository);
    const official = /^library\/([^/]+)$/.exec(repository)?.[1];
    if (official !== undefined) names.push(official, `docker.io/${official}`);
  }
  return names.flatMap((name) => (tag === "latest" ? [`${name}:latest`, name] : [`${name}:${tag}`])).sort();
}

import { isIP } from "node:net";
import { ociError } from "./errors";
import { type Reference } from "./types";

/** The names that a repository goes by: what references say, and where it is reached. */
export interface Endpoint {
  /** Origin and path prefix of the API: `https://ghcr.io`. */
  readonly origin: string;
  /** Repository name on that server, with the mirror's prefix. */
  readonly repository: string;
  /** Host (with port) whose credentials are used: always the one that is contacted. */
  readonly host: string;
}

/** Registry host → where it is fetched from and pushed to: `http://127.0.0.1:5000` or `https://mirror.acme.example/prefix`. */
export type Mirrors = Readonly<Record<string, string>>;

const DOCKER_HUB_API = "registry-1.docker.io";

/**
 * Reads `registry.example=https://mirror.example/prefix,…`, the value of `CAIRN_REGISTRY_MIRRORS`.
 *
 * @throws CairnError `OCI_CONFIG_INVALID`
 */
export function parseMirrors(text: string): Mirrors {
  const entries = text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  return Object.fromEntries(entries.map(parseMirror));
}

function parseMirror(entry: string): [string, string] {
  const at = entry.indexOf("=");
  const [registry, target] = [entry.slice(0, at).trim(), entry.slice(at + 1).trim()];
  if (at < 1 || !URL.canParse(target)) throw badMirror(entry);
  const url = new URL(target);
  const plain = url.search === "" && url.hash === "" && url.username === "" && url.password === "";
  if (!plain || !["http:", "https:"].includes(url.protocol)) throw badMirror(entry);
  return [registry, target.replace(/\/+$/, "")];
}

/** Where a repository is reached. Without a mirror that is https, and http for loopback addresses only. */
export function endpointOf(repository: Pick<Reference, "registry" | "repository">, mirrors: Mirrors): Endpoint {
  const mirror = mirrors[repository.registry];
  if (mirror !== undefined) {
    const url = new URL(mirror);
    const prefix = url.pathname.replace(/^\/+|\/+$/g, "");
    const name = prefix === "" ? repository.repository : `${prefix}/${repository.repository}`;
    return { origin: url.origin, repository: name, host: url.host };
  }
  const host = repository.registry === "docker.io" ? DOCKER_HUB_API : repository.registry;
  const scheme = isLoopback(hostname(host)) ? "http" : "https";
  return { origin: `${scheme}://${host}`, repository: repository.repository, host: repository.registry };
}

/** Loopback names and addresses, the only ones that are reached over plain http without being asked to. */
export function isLoopback(name: string): boolean {
  const bare = name.replace(/^\[|\]$/g, "");
  return bare === "localhost" || bare === "::1" || (isIP(bare) === 4 && bare.startsWith("127."));
}

/** Addresses that no registry may send us to: link-local ones, where clouds keep their metadata services. */
export function isLinkLocal(name: string): boolean {
  const bare = name.replace(/^\[|\]$/g, "").toLowerCase();
  return (isIP(bare) === 4 && bare.startsWith("169.254.")) || (isIP(bare) === 6 && /^fe[89ab]|^fd00:ec2:/.test(bare));
}

function hostname(host: string): string {
  return host.startsWith("[") ? host.slice(0, host.indexOf("]") + 1) : host.replace(/:[0-9]+$/, "");
}

function badMirror(entry: string): Error {
  // The entry may hold a password in its URL, so only its registry is shown.
  return ociError("OCI_CONFIG_INVALID", `mirror of "${entry.split("=")[0]}" is not registry=http(s)://host[/prefix]`, {
    hint: 'set CAIRN_REGISTRY_MIRRORS="registry.example=https://mirror.example/prefix"; credentials belong in the Docker config',
  });
}

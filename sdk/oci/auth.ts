import * as z from "zod";
import { type Credential, type CredentialSource } from "./credentials";
import { ociError } from "./errors";
import { hopProblem, send, type HttpRequest, type HttpResponse } from "./http";
import { type Endpoint } from "./endpoint";

export type Action = "pull" | "pull,push";

export interface Authorizer {
  /** Sends a request as far as its repository asks for credentials, and no further. */
  send(endpoint: Endpoint, action: Action, request: Omit<HttpRequest, "authorization">): Promise<HttpResponse>;
}

/** Token servers that are known to live on another host than their registry. Date of check: 2026-11. */
const TOKEN_HOSTS: Readonly<Record<string, string>> = {
  "registry-1.docker.io": "auth.docker.io",
  "registry.gitlab.com": "gitlab.com",
};

const TOKEN_ANSWER_MAX_BYTES = 256 * 1024;
const TokenAnswer = z
  .object({ token: z.string().optional(), access_token: z.string().optional() })
  .transform((answer) => answer.token ?? answer.access_token)
  .pipe(z.string().regex(/^[\x21-\x7e]+$/));

/**
 * Answers a registry's challenges. Tokens are asked for the least scope and kept for the life of the client; credentials go to the registry
 * itself and to a token server that {@link checkRealm} lets through.
 */
export function createAuthorizer(credentials: CredentialSource): Authorizer {
  const known = new Map<string, string>();
  return {
    async send(endpoint, action, request) {
      const key = `${endpoint.origin} ${endpoint.repository} ${action}`;
      const first = await send({ ...request, authorization: known.get(key) });
      if (first.status !== 401) return first;
      const authorization = await answerChallenge(first, endpoint, action, request, credentials);
      const second = await send({ ...request, authorization });
      if (second.status === 401 || second.status === 403) throw unauthorized(endpoint);
      known.set(key, authorization);
      return second;
    },
  };
}

async function answerChallenge(
  response: HttpResponse,
  endpoint: Endpoint,
  action: Action,
  request: Omit<HttpRequest, "authorization">,
  credentials: CredentialSource,
): Promise<string> {
  // After a redirect the challenge is not the registry's: nothing of ours is for that server.
  if (new URL(response.url).origin !== new URL(request.url).origin) throw unauthorized(endpoint);
  const challenge = parseChallenge(response.header("www-authenticate") ?? "");
  const credential = await credentials(endpoint.host);
  if (challenge.scheme === "basic") {
    if (credential?.kind !== "basic") throw unauthorized(endpoint);
    return basic(credential);
  }
  if (challenge.scheme !== "bearer") throw unauthorized(endpoint);
  const realm = checkRealm(new URL(endpoint.origin), challenge.parameters["realm"] ?? "");
  const scope = `repository:${endpoint.repository}:${action}`;
  const token = await fetchToken(realm, challenge.parameters["service"], scope, credential, request);
  if (token === undefined) throw unauthorized(endpoint);
  return `Bearer ${token}`;
}

/** A challenge may send us only to the registry's own host, or to the token server that this registry is known to use. */
export function checkRealm(registry: URL, realm: string): URL {
  const refuse = (why: string): Error =>
    ociError("OCI_REALM_REFUSED", `${registry.host} asks for credentials at another address: ${why}`, {
      hint: "this is how credentials are stolen; use a mirror (CAIRN_REGISTRY_MIRRORS) whose token server is its own",
    });
  if (!URL.canParse(realm)) throw refuse("its realm is not a URL");
  const url = new URL(realm);
  const problem = hopProblem(registry, url);
  if (problem !== undefined) throw refuse(problem);
  if (url.host !== registry.host && url.host !== TOKEN_HOSTS[registry.host]) throw refuse(url.host);
  return url;
}

async function fetchToken(
  realm: URL,
  service: string | undefined,
  scope: string,
  credential: Credential | undefined,
  { timeout, signal }: Pick<HttpRequest, "timeout" | "signal">,
): Promise<string | undefined> {
  const common = { maxBytes: TOKEN_ANSWER_MAX_BYTES, timeout, signal };
  const query = new URLSearchParams({ ...(service !== undefined && { service }), scope });
  const response =
    credential?.kind === "identity-token"
      ? await send({
          ...common,
          method: "POST",
          url: realm.href,
          headers: { "content-type": "application/x-www-form-urlencoded" },
          body: Buffer.from(
            `${query}&${new URLSearchParams({ grant_type: "refresh_token", client_id: "cairn", refresh_token: credential.token })}`,
          ),
        })
      : await send({
          ...common,
          method: "GET",
          url: withQuery(realm, query),
          authorization: credential === undefined ? undefined : basic(credential),
        });
  if (response.status !== 200) return undefined;
  try {
    return TokenAnswer.parse(JSON.parse(response.body.toString("utf8")));
  } catch {
    throw ociError("OCI_RESPONSE_INVALID", `the token server ${realm.host} did not answer with a token`);
  }
}

function withQuery(url: URL, query: URLSearchParams): string {
  const result = new URL(url);
  for (const [name, value] of query) result.searchParams.set(name, value);
  return result.href;
}

interface Challenge {
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** `Bearer realm="…",service="…"` (RFC 9110, 11.6.1), the first challenge of the header. */
export function parseChallenge(header: string): Challenge {
  const scheme = /^\s*([A-Za-z]+)/.exec(header)?.[1]?.toLowerCase() ?? "";
  const parameters = [...header.matchAll(/([A-Za-z_]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [
    name.toLowerCase(),
    value,
  ]);
  return { scheme, parameters: Object.fromEntries(parameters) as Record<string, string> };
}

const basic = ({ username, password }: Extract<Credential, { kind: "basic" }>): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

function unauthorized(endpoint: Endpoint): Error {
  return ociError("OCI_UNAUTHORIZED", `${endpoint.host} refuses access to ${endpoint.repository}`, {
    hint: `run \`docker login ${endpoint.host}\`, or check the permission of the account`,
  });
}

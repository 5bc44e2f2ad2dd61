import { type Dispatcher } from "undici";
import { messageOf } from "../errors";
import { isLinkLocal, isLoopback } from "./endpoint";
import { ociError } from "./errors";

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent to the origin of `url` only, never across a redirect. */
  readonly authorization?: string | undefined;
  readonly body?: Buffer;
  /** Bytes of body that are read at most. */
  readonly maxBytes: number;
  /** For the whole exchange, in milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  readonly status: number;
  readonly body: Buffer;
  /** URL that answered, after redirects. */
  readonly url: string;
  header(name: string): string | undefined;
}

const MAX_REDIRECTS = 5;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const CONNECT_TIMEOUT_MS = 10_000;

/** One exchange. Redirects of reads are followed without credentials; a body is read to the limit and no byte further. */
export async function send(request: HttpRequest): Promise<HttpResponse> {
  let url = new URL(request.url);
  let authorization = request.authorization;
  const deadline = AbortSignal.timeout(request.timeout);
  const signal = request.signal === undefined ? deadline : AbortSignal.any([request.signal, deadline]);

  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await exchange({ ...request, authorization, signal }, url);
    const location = response.header("location");
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (!isRead || !REDIRECTS.includes(response.status) || location === undefined) return response;
    const next = redirectTarget(url, location);
    if (next.origin !== url.origin) authorization = undefined;
    url = next;
  }
  throw ociError("OCI_REDIRECT_REFUSED", `${request.url} redirects more than ${MAX_REDIRECTS} times`);
}

function redirectTarget(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href)) throw ociError("OCI_REDIRECT_REFUSED", `${from.host} redirects to nowhere`);
  const to = new URL(location, from);
  const problem = hopProblem(from, to);
  if (problem !== undefined) throw ociError("OCI_REDIRECT_REFUSED", `${from.host} redirects to ${to.host}: ${problem}`);
  return to;
}

/** Why a server at `from` may not send us to `to`; `undefined` when it may. */
export function hopProblem(from: URL, to: URL): string | undefined {
  if (to.protocol !== "https:" && to.protocol !== "http:") return `${to.protocol} is not http`;
  if (to.protocol === "http:" && from.protocol === "https:") return "that would leave https";
  if (to.username !== "" || to.password !== "") return "the address carries credentials";
  if (isLinkLocal(to.hostname)) return "link-local addresses are refused";
  if (isLoopback(to.hostname) && !isLoopback(from.hostname)) return "a remote registry may not point at this machine";
  return undefined;
}

async function exchange(request: HttpRequest & { readonly signal: AbortSignal }, url: URL): Promise<HttpResponse> {
  const { authorization } = request;
  try {
    const { request: undiciRequest } = await import("undici");
    const response = await undiciRequest(url, {
      method: request.method,
      dispatcher: await dispatcherFor(url),
      signal: request.signal,
      headers: {
        // A compressed body would have another digest and could be a bomb.
        "accept-encoding": "identity",
        "user-agent": "cairn",
        ...request.headers,
        ...(authorization !== undefined && { authorization }),
      },
      ...(request.body !== undefined && { body: request.body }),
    });
    const header = (name: string): string | undefined => [response.headers[name] ?? []].flat()[0];
    if (header("content-encoding") !== undefined && header("content-encoding") !== "identity")
      throw ociError("OCI_RESPONSE_INVALID", `${url.host} answered with an encoded body`);
    const body = await readLimited(response.body, request.maxBytes, url, header("content-length"));
    return { status: response.statusCode, body, url: url.href, header };
  } catch (error) {
    throw describeFailure(error, url, request);
  }
}

type Body = Dispatcher.ResponseData["body"];

async function readLimited(body: Body, maxBytes: number, url: URL, length: string | undefined): Promise<Buffer> {
  const tooLarge = (): Error =>
    ociError("OCI_TOO_LARGE", `${url.host} sends more than the ${maxBytes} bytes allowed for ${url.pathname}`);
  if (Number(length ?? 0) > maxBytes) {
    body.on("error", () => undefined).destroy();
    throw tooLarge();
  }
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function describeFailure(error: unknown, url: URL, request: HttpRequest & { readonly signal: AbortSignal }): unknown {
  if (error instanceof Error && error.name === "CairnError") return error;
  const interrupted = request.signal.aborted && (request.signal.reason as Error | undefined)?.name !== "TimeoutError";
  if (interrupted) return ociError("OCI_INTERRUPTED", `interrupted while asking ${url.host}`, { cause: error });
  const why = request.signal.aborted ? `no complete answer within ${request.timeout / 1000} s` : messageOf(error);
  return ociError("OCI_UNREACHABLE", `could not ask ${url.origin}: ${why || "connection failed"}`, {
    cause: error,
    hint: `check that ${url.host} is up and reachable from here; a mirror is set with CAIRN_REGISTRY_MIRRORS`,
  });
}

let dispatchers: { readonly direct: Dispatcher; readonly proxied: Dispatcher } | undefined;

/** Proxy settings of the environment hold for everything but this machine. */
async function dispatcherFor(url: URL): Promise<Dispatcher> {
  if (dispatchers === undefined) {
    const { Agent, EnvHttpProxyAgent } = await import("undici");
    const options = { connect: { timeout: CONNECT_TIMEOUT_MS } };
    dispatchers = { direct: new Agent(options), proxied: new EnvHttpProxyAgent(options) };
  }
  return isLoopback(url.hostname) ? dispatchers.direct : dispatchers.proxied;
}

import { setTimeout as sleep } from "node:timers/promises";

import type * as Undici from "undici";
import { type Dispatcher } from "undici";

import { messageOf } from "../errors";
import { type JsonValue } from "../json";
import { credentialsOf, type Credential } from "./credentials";
import { errorOfAnswer, isKubeError, KubeError } from "./errors";
import { type Connection } from "./kubeconfig";

/** One request. `what` names it in errors, such as `get apps/v1 Deployment web/api`. */
export interface KubeRequest {
  readonly what: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: JsonValue;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal | undefined;
  /** Asking twice does the same as asking once. Other requests are repeated only when the server cannot have acted on them. */
  readonly idempotent: boolean;
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** JSON over one keep-alive pool, with credentials, limits and retries. */
export interface Transport {
  json(request: KubeRequest): Promise<JsonValue>;
  /** The lines of an endless answer, until the server ends it or `signal` aborts. `idle` in seconds. */
  lines(request: KubeRequest, idle: number): AsyncIterable<string>;
  close(): Promise<void>;
}

export interface TransportOptions {
  /** Seconds for connecting, for the headers and between two pieces of a body. @default 30 */
  readonly timeout?: number;
  /** Largest answer in bytes. @default 256 MiB */
  readonly maxAnswer?: number;
}

const attempts = 5;
const firstPause = 100;
const longestPause = 10_000;
// Above what the embedded engine runs at once; the API server's own limits are in the hundreds.
const connections = 24;
// etcd takes 1.5 MiB for one object.
const maxLine = 16 * 1024 * 1024;

/** Network failures after which the server cannot have seen the request. */
const notSent = new Set(["ECONNREFUSED", "UND_ERR_CONNECT_TIMEOUT", "EHOSTUNREACH", "ENETUNREACH"]);
const broken = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "UND_ERR_SOCKET", "UND_ERR_RES_CONTENT_LENGTH_MISMATCH"]);
const tooSlow = new Set(["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);
const transientStatus = new Set([429, 500, 502, 503, 504]);

export function createTransport(connection: Connection, options: TransportOptions = {}): Transport {
  const timeout = (options.timeout ?? 30) * 1000;
  const maxAnswer = options.maxAnswer ?? 256 * 1024 * 1024;
  const credentials = credentialsOf(connection);
  const dispatchers = createDispatchers(connection, timeout);

  const send = async (request: KubeRequest, streaming: boolean, bodyTimeout: number) => {
    const credential = await credentials.get();
    const { dispatcher, prefix } = await dispatchers.for(credential, streaming);
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(request.query ?? {})) if (value !== undefined) query.set(key, `${value}`);
    const answer = await dispatcher.request({
      origin: new URL(connection.server).origin,
      path: `${prefix}${request.path}${query.size > 0 ? `?${query.toString()}` : ""}`,
      method: request.method,
      headers: {
        accept: request.accept ?? "application/json",
        "user-agent": "cairn",
        ...(credential.token === undefined ? {} : { authorization: `Bearer ${credential.token}` }),
        ...(request.body === undefined ? {} : { "content-type": request.contentType ?? "application/json" }),
      },
      body: request.body === undefined ? null : JSON.stringify(request.body),
      // undici would close the connection after a DELETE with a body, which the Kubernetes API asks for; a TLS handshake costs more.
      reset: false,
      signal: request.signal ?? null,
      headersTimeout: timeout,
      bodyTimeout,
    });
    reportWarnings(answer.headers["warning"], request.onWarning);
    return answer;
  };

  const once = async (request: KubeRequest): Promise<JsonValue> => {
    const answer = await send(request, false, timeout);
    const text = await readBody(request.what, answer.body, maxAnswer);
    const value = answer.statusCode < 300 ? parseAnswer(request.what, text) : tryParse(text);
    refuse(request.what, answer, value);
    return value ?? null;
  };

  const once401 = async <T>(attempt: () => Promise<T>): Promise<T> => {
    try {
      return await attempt();
    } catch (error) {
      if (!isKubeError(error, "KUBE_UNAUTHORIZED") || error.status !== 401 || !credentials.refresh()) throw error;
      return attempt();
    }
  };

  return {
    async json(request) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await once401(() => once(request));
        } catch (error) {
          request.signal?.throwIfAborted();
          if (attempt === attempts || !worthRepeating(error, request.idempotent))
            throw explain(error, request.what, connection);
          await pause(attempt, error, request.signal);
        }
      }
    },
    async *lines(request, idle) {
      try {
        const answer = await once401(async () => {
          const opened = await send(request, true, idle * 1000);
          if (opened.statusCode >= 300)
            refuse(request.what, opened, tryParse(await readBody(request.what, opened.body, maxAnswer)));
          return opened;
        });
        yield* splitLines(request.what, answer.body);
      } catch (error) {
        request.signal?.throwIfAborted();
        throw explain(error, request.what, connection);
      }
    },
    close: () => dispatchers.close(),
  };
}

/** One pool for short requests and one for watches, so that watches never take all connections. */
function createDispatchers(connection: Connection, timeout: number) {
  const url = new URL(connection.server);
  const prefix = url.pathname.replace(/\/+$/, "");
  const open = new Map<string, Dispatcher>();
  const create = (undici: typeof Undici, { certificate }: Credential, streaming: boolean): Dispatcher => {
    const tls = {
      timeout,
      rejectUnauthorized: !connection.insecure,
      ...(connection.ca === undefined ? {} : { ca: connection.ca }),
      ...(connection.serverName === undefined ? {} : { servername: connection.serverName }),
      ...certificate,
    };
    // HTTP/1.1: one slow answer must not hold up the others, and a broken connection costs one request only.
    const pool = { allowH2: false, keepAliveTimeout: 30_000, connections: streaming ? null : connections };
    if (connection.proxy !== undefined)
      return new undici.ProxyAgent({ ...pool, uri: connection.proxy, requestTls: tls });
    if (usesEnvironmentProxy(url)) return new undici.EnvHttpProxyAgent({ ...pool, connect: tls, requestTls: tls });
    return new undici.Pool(url.origin, { ...pool, connect: tls });
  };
  return {
    async for(credential: Credential, streaming: boolean) {
      // Most programs know this room and never ask a cluster.
      const undici = await import("undici");
      const key = `${streaming} ${credential.certificate?.cert ?? ""}`;
      const dispatcher = open.get(key) ?? create(undici, credential, streaming);
      open.set(key, dispatcher);
      return { dispatcher, prefix };
    },
    async close() {
      await Promise.all([...open.values()].map((dispatcher) => dispatcher.destroy()));
      open.clear();
    },
  };
}

/** As in Go's net/http, a proxy from the environment is never used for this machine itself. */
function usesEnvironmentProxy({ protocol, hostname }: URL): boolean {
  const name = protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const loopback = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  return !loopback && Boolean(process.env[name] ?? process.env[name.toLowerCase()]);
}

async function readBody(what: string, body: AsyncIterable<Buffer>, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw badAnswer(what, `the answer is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function* splitLines(what: string, body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maxLine) throw badAnswer(what, `one event is larger than ${maxLine} bytes`);
    for (const line of lines) if (line !== "") yield line;
  }
}

function parseAnswer(what: string, text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw badAnswer(what, "the answer is not valid JSON", cause);
  }
}

function tryParse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function refuse(what: string, answer: Dispatcher.ResponseData, value: JsonValue | undefined): void {
  const { statusCode, headers } = answer;
  if (statusCode < 300) return;
  if (statusCode < 400) throw badAnswer(what, `the server redirects to ${String(headers["location"] ?? "elsewhere")}`);
  const seconds = Number(headers["retry-after"]);
  throw errorOfAnswer(what, statusCode, value, headers["retry-after"] && seconds >= 0 ? seconds : undefined);
}

function badAnswer(what: string, summary: string, cause?: unknown): KubeError {
  return new KubeError("KUBE_BAD_ANSWER", `${what}: ${summary}`, {
    kind: "could-not-check",
    hint: "is the kubeconfig's server really a Kubernetes API server?",
    cause,
  });
}

/** `Warning: 299 - "text"`, RFC 9110 and https://kubernetes.io/blog/2020/09/03/warnings/ */
function reportWarnings(header: string | string[] | undefined, report: KubeRequest["onWarning"]): void {
  if (header === undefined || report === undefined) return;
  for (const [, text] of [header]
    .flat()
    .join(",")
    .matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g))
    report((text ?? "").replace(/\\(.)/g, "$1"));
}

const codeOf = (error: unknown): string => (error as { code?: string } | undefined)?.code ?? "";

function worthRepeating(error: unknown, idempotent: boolean): boolean {
  if (isKubeError(error)) return error.status === 429 || (idempotent && transientStatus.has(error.status ?? 0));
  return notSent.has(codeOf(error)) || (idempotent && broken.has(codeOf(error)));
}

async function pause(attempt: number, error: unknown, signal: AbortSignal | undefined): Promise<void> {
  const asked = isKubeError(error) ? (error.retryAfter ?? 0) * 1000 : 0;
  const backoff = firstPause * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
  await sleep(Math.min(longestPause, Math.max(asked, backoff)), undefined, signal ? { signal } : {});
}

/** Network errors of undici and Node as one coded error. */
function explain(error: unknown, what: string, { server, context }: Connection): unknown {
  if (isKubeError(error)) return error;
  const code = codeOf(error);
  const summary = `${what}: ${messageOf(error) || code}`;
  if (tooSlow.has(code))
    return new KubeError("KUBE_TIMEOUT", `${what}: ${server} did not answer in time`, {
      kind: "could-not-check",
      hint: `check that the cluster of context ${context} is up and reachable from here`,
      cause: error,
    });
  return new KubeError("KUBE_UNREACHABLE", `${summary} (${server})`, {
    kind: "could-not-check",
    hint: `check that the cluster of context ${context} is up, and that the kubeconfig has its address and CA`,
    cause: error,
  });
}

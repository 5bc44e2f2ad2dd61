import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo } from "node:net";
import { listen, type Started } from "./registry";

/** What the hostile registry does with one request. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A request that arrived, as far as the tests look at it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly bytes: number;
}

export interface HostileRegistry extends Started {
  readonly seen: readonly Seen[];
  readonly url: string;
}

/** A server that answers `METHOD /path` as the test says, and 404 otherwise. Paths are matched without their query. */
export async function startHostile(answers: Readonly<Record<string, Answer>>): Promise<HostileRegistry> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    const method = request.method ?? "";
    let bytes = 0;
    request.on("data", (chunk: Buffer) => (bytes += chunk.length));
    request.on("end", () => {
      seen.push({ method, path: request.url ?? "", authorization: request.headers.authorization, bytes });
      const answer = answers[`${method} ${path}`];
      if (answer === undefined) response.writeHead(404).end();
      else answer(request, response);
    });
  });
  await listen(server);
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    seen,
    host,
    url: `http://${host}`,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Answers with JSON or bytes. */
export function say(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  return (_request, response) => response.writeHead(status, headers).end(bytes);
}

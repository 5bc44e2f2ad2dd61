import { randomInt } from "node:crypto";
import * as net from "node:net";

/** Below the range from which systems take the ports of outgoing connections: a port stays free while its cluster is stopped. */
const FIRST = 20_000;
const LAST = 32_000;

/** Distinct TCP ports that nothing on 127.0.0.1 listens on, chosen at random so that two clusters made at once do not meet. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(FIRST, LAST);
    if (!ports.has(port) && (await isFree(port))) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findTool } from "@cairn/sdk/tools";

/** A server that a test started. */
export interface Started {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  stop(): Promise<void>;
}

/** A real registry (distribution) with nothing in it, on a free port of this machine. */
export async function startRegistry(): Promise<Started> {
  const directory = await mkdtemp(join(tmpdir(), "cairn-registry-"));
  const host = `127.0.0.1:${await freePort()}`;
  const config = join(directory, "config.yml");
  await writeFile(
    config,
    JSON.stringify({ version: 0.1, log: { level: "error" }, storage: { inmemory: {} }, http: { addr: host } }),
  );
  const child = spawn(findTool("registry"), ["serve", config], { stdio: "ignore" });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  while (!(await answers(`http://${host}/v2/`))) {
    if (child.exitCode !== null) throw new Error(`the registry ended with ${child.exitCode}`);
    await sleep(50);
  }
  return {
    host,
    async stop() {
      process.off("exit", kill);
      kill();
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await listen(server);
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export const listen = (server: Server): Promise<void> =>
  new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve()));

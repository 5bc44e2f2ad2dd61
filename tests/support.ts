/**
 * Real parts for tests: folders, ports, an OCI registry, a control plane. Everything is undone when the tests of the process are over,
 * also when they are killed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeClient } from "@cairn/sdk/kube";
import type { RunningLocalCluster } from "@cairn/sdk/local";
import { findTool } from "@cairn/sdk/tools";
import { onEnd, scratchFolder } from "./support/run";

/** A new empty folder. */
export function tempDir(name = "test"): string {
  return fs.mkdtempSync(path.join(scratchFolder(), `${name}-`));
}

/** A TCP port on 127.0.0.1 on which nothing listens now. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** An OCI registry that answers. */
export interface LocalRegistry {
  /** `127.0.0.1:5000`, as it stands in references. */
  readonly host: string;
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts an empty registry (distribution) on 127.0.0.1; it allows deletion. */
export async function localRegistry(): Promise<LocalRegistry> {
  const folder = tempDir("registry");
  const host = `127.0.0.1:${await freePort()}`;
  const configuration = path.join(folder, "config.json");
  fs.writeFileSync(
    configuration,
    JSON.stringify({
      version: 0.1,
      log: { level: "error", accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: path.join(folder, "storage") }, delete: { enabled: true } },
      http: { addr: host },
    }),
  );
  const log = fs.openSync(path.join(folder, "log"), "w");
  const child = spawn(findTool("registry"), ["serve", configuration], {
    cwd: folder,
    env: { ...process.env, OTEL_TRACES_EXPORTER: "none" }, // It exports traces unless told not to.
    stdio: ["ignore", log, log],
  });
  const ended = once(child, "exit");
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  onEnd(stop);
  const url = `http://${host}`;
  while (!(await answers(`${url}/v2/`))) {
    if (child.exitCode !== null) throw new Error(`registry: ${fs.readFileSync(path.join(folder, "log"), "utf8")}`);
    await sleep(20);
  }
  return { host, url, stop };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}

/** A running local cluster with four nodes of eight H100 each, and a client for it. */
export interface TestCluster extends RunningLocalCluster {
  readonly kube: KubeClient;
}

let cluster: Promise<TestCluster> | undefined;

/** The control plane that all tests of this process share: use namespaces of your own. The first call takes some seconds. */
export function testCluster(): Promise<TestCluster> {
  return (cluster ??= startTestCluster());
}

/** What only a cluster needs is loaded with the first: it takes a second. */
async function startTestCluster(): Promise<TestCluster> {
  const { localPools, startLocalCluster, stopLocalCluster } = await import("@cairn/sdk/local");
  const { connect } = await import("@cairn/sdk/kube");
  const settings = {
    name: "test",
    folder: tempDir("cluster"),
    pools: localPools({ accelerator: "h100", nodes: 4, devicesPerNode: 8 }),
  };
  onEnd(() => stopLocalCluster(settings));
  const running = await startLocalCluster(settings);
  const kube = connect(running.kubeconfig);
  onEnd(() => kube.close());
  return { ...running, kube };
}

// A real OCI registry (distribution) on 127.0.0.1. References stay canonical (registry.cairn.test); a mirror setting says where it is.
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import tools from "@cairn/sdk/tools";
import { demoDir } from "./paths.mjs";
import { running, startDetached } from "./processes.mjs";

export const canonicalHost = "registry.cairn.test";

/** Starts the registry, or finds the one of an earlier run. Returns its address and whether it was there. */
export async function ensureRegistry() {
  const earlier = running("registry");
  const reused = earlier !== undefined && (await answers(earlier.address));
  const address = reused ? earlier.address : await start();
  return { address, reused };
}

async function start() {
  const address = `127.0.0.1:${await freePort()}`;
  const config = join(demoDir, "registry.yaml");
  writeFileSync(
    config,
    `version: 0.1
log: { level: warn }
storage: { filesystem: { rootdirectory: ${JSON.stringify(join(demoDir, "registry"))} } }
http: { addr: ${JSON.stringify(address)} }
`,
  );
  startDetached("registry", tools.findTool("registry"), ["serve", config], { address });
  for (let waited = 0; waited < 10_000; waited += 50) {
    if (await answers(address)) return address;
    await sleep(50);
  }
  throw new Error(`the registry did not start; its log is ${join(demoDir, "registry.log")}`);
}

async function answers(address) {
  try {
    return (await fetch(`http://${address}/v2/`, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

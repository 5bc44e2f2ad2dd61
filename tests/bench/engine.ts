/*
 * How long the embedded engine takes for a program with 600 ConfigMaps on the local cluster: `make bench GROUPS=engine`.
 */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { localPools, startLocalCluster, stopLocalCluster } from "@cairn/sdk/local";
import { type Measurement } from "./recipe";

const root = path.resolve(__dirname, "../../..");
const program = path.join(root, "tests", "bench", "programs", "config-maps");
const OBJECTS = 600;

/** The commands in order, and what each should take at most on two cores, in milliseconds. */
const STEPS = [
  { what: "first preview", argv: ["preview"], limit: 6000 },
  { what: "up", argv: ["up", "--yes"], limit: 15_000 },
  { what: "preview with no change", argv: ["preview"], limit: 5000 },
  { what: "destroy", argv: ["destroy", "--yes"], limit: 12_000 },
] as const;

export async function measureEngine(): Promise<readonly Measurement[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cairn-bench-"));
  const settings = { name: "bench", folder, pools: localPools({ accelerator: "h100", nodes: 1, devicesPerNode: 8 }) };
  try {
    const before = performance.now();
    const { kubeconfigFile } = await startLocalCluster(settings);
    const started = {
      what: "local cluster up, with its nodes",
      value: performance.now() - before,
      limit: 10_000,
    };
    return [
      started,
      ...STEPS.map(({ what, argv, limit }) => measure(`${OBJECTS} ConfigMaps: ${what}`, argv, limit, kubeconfigFile)),
    ];
  } finally {
    await stopLocalCluster(settings);
    fs.rmSync(folder, { recursive: true, force: true });
    fs.rmSync(path.join(program, ".cairn"), { recursive: true, force: true });
  }
}

function measure(what: string, argv: readonly string[], limit: number, kubeconfig: string): Measurement {
  const before = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(root, "sdk", "bin", "cairn.js"), ...argv, "-C", program],
    {
      encoding: "utf8",
      env: {
        ...process.env,
        BENCH_KUBECONFIG: kubeconfig,
        BENCH_OBJECTS: String(OBJECTS),
        PULUMI_CONFIG_PASSPHRASE: "bench",
      },
    },
  );
  if (status !== 0) throw new Error(`cairn ${argv.join(" ")} failed: ${stdout}${stderr}`);
  return { what, value: performance.now() - before, limit };
}

/*
 * How long a program with one cloud takes: `make bench GROUPS=clouds`. Charts are stand-ins of this machine, so that nothing is fetched.
 */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { type EngineEvent, run } from "@cairn/sdk/engine";
import { lockProject, type LockedProject } from "../clouds/preview";
import { standIns } from "../clouds/stand-ins";
import { end } from "../support/run";
import { type Measurement } from "./recipe";

const root = path.resolve(__dirname, "../../..");
const STACK = path.join(root, "stacks", "eks-h100-training");
/** Of each stand-in: with sixteen components that makes about 600 objects. */
const OBJECTS = 36;

export async function measureClouds(): Promise<readonly Measurement[]> {
  try {
    const { scripts } = JSON.parse(fs.readFileSync(path.join(STACK, "package.json"), "utf8")) as {
      readonly scripts: { readonly lock: string };
    };
    const project = await lockProject(STACK, scripts.lock.split(" ").slice(2), await standIns({ objects: OBJECTS }));
    await preview(project);
    const { first, whole, resources } = await preview(project);
    return [
      { what: "EKS program: start to its first resource", value: first, limit: 2500 },
      { what: `EKS stack, ${resources} resources: offline preview`, value: whole, limit: 12_000 },
      typeCheck(project.folder),
    ];
  } finally {
    await end();
  }
}

async function preview({ folder }: LockedProject) {
  const started = performance.now();
  let first: number | undefined;
  let resources = 0;
  const onEvent = ({ type }: EngineEvent) => {
    if (type === "step-started") first ??= performance.now() - started;
    if (type === "step-done") resources += 1;
  };
  const env = { PULUMI_CONFIG_PASSPHRASE: "bench", PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
  const { ok, errors } = await run({
    operation: "preview",
    directory: folder,
    stack: "dev",
    offline: true,
    env,
    onEvent,
  });
  if (!ok) throw new Error(errors.join("\n"));
  return { first: first ?? Infinity, whole: performance.now() - started, resources };
}

function typeCheck(folder: string): Measurement {
  const before = performance.now();
  const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
  const { status, stdout } = spawnSync(process.execPath, [tsc, "--noEmit", "-p", folder], { encoding: "utf8" });
  if (status !== 0) throw new Error(stdout);
  return { what: "EKS program: type-check", value: performance.now() - before, limit: 6000 };
}

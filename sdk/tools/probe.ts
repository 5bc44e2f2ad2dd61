import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { writeFileAtomically } from "../files";
import { cacheRoot, type Environment } from "./cache";
import { type Tool } from "./table";

interface Probe {
  readonly mtimeMs: number;
  readonly size: number;
  /** Empty when the program did not say. */
  readonly version: string;
}

/**
 * The version that a program reports. A large Go program takes 60 ms or more to say so: the answer is kept in the per-user cache for
 * as long as the file's size and time of change stay the same.
 */
export function probeVersion(program: string, tool: Tool, env: Environment): string | undefined {
  const real = fs.realpathSync(program);
  const { mtimeMs, size } = fs.statSync(real);
  const file = path.join(cacheRoot(env), "tool-versions.json");
  const known = readProbes(file);
  const entry = known[real];
  if (entry?.mtimeMs === mtimeMs && entry.size === size) return entry.version || undefined;
  const version = askVersion(program, tool, env);
  writeProbes(file, { ...known, [real]: { mtimeMs, size, version: version ?? "" } });
  return version;
}

function askVersion(program: string, tool: Tool, env: Environment): string | undefined {
  const result = spawnSync(program, tool.versionArgs, {
    encoding: "utf8",
    timeout: 10_000,
    env: { ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return result.status === 0 ? tool.versionPattern.exec(result.stdout + result.stderr)?.[1] : undefined;
}

function readProbes(file: string): Readonly<Record<string, Probe>> {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(file, "utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, Probe>) : {};
  } catch {
    return {};
  }
}

/** Losing an answer costs one more question: a cache that cannot be written is no error. */
function writeProbes(file: string, probes: Readonly<Record<string, Probe>>): void {
  try {
    writeFileAtomically(file, JSON.stringify(probes));
  } catch {
    // Read-only home directory.
  }
}

import { CairnError } from "../errors";
import { cachedProgram, type Environment, isExecutable } from "./cache";
import { compareVersions } from "./version";

/** Node that set-up brings where the host's does not fit: npm's `node-<platform>-<arch>` packages, by their integrity. */
export const NODE_VERSION = "24.21.0";
export const NODE_INTEGRITY: Readonly<Record<string, string>> = {
  "linux-x64": "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  "linux-arm64": "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
};

/** Whether this Node can run Cairn: `^22.22.2 || ^24.15.0 || >=26`, the range of its libraries. */
export function nodeFits(version: string): boolean {
  const major = Number.parseInt(version, 10);
  if (major === 22) return compareVersions(version, "22.22.2") >= 0;
  if (major === 24) return compareVersions(version, "24.15.0") >= 0;
  return major >= 26;
}

/**
 * A Node that fits: the one that runs this, else the one that set-up put into the per-user cache.
 *
 * @throws CairnError `NODE_TOO_OLD` when there is neither.
 */
export function nodeBinary(env: Environment = process.env): string {
  if (nodeFits(process.versions.node)) return process.execPath;
  const cached = cachedProgram("node", NODE_VERSION, env);
  if (isExecutable(cached)) return cached;
  throw new CairnError("NODE_TOO_OLD", `Cairn needs Node ^22.22.2, ^24.15.0 or ≥26; this is ${process.versions.node}`, {
    kind: "could-not-check",
    hint: "run `make setup`: it brings Node 24 for Cairn's own use and leaves this one alone",
  });
}

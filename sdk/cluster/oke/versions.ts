/** One minor of Kubernetes on OKE. */
export interface OkeVersion {
  /** Patch releases that OKE was seen to offer, newest first. It takes no bare minor. */
  readonly patches: readonly [string, ...string[]];
  /** Whether new clusters may have it. OKE keeps three minors; dates of their end are not published in advance. */
  readonly newClusters: boolean;
  /** Document and date. */
  readonly source: string;
}

const SEEN = "oracle-quickstart/oci-hpc-oke 61d210a, 2026-08-20; three newest minors inferred for 2026-11-20";

/** Minors of Kubernetes on OKE. A tenancy may see others: `patch` releases beside these are taken as they are. */
export const OKE_VERSIONS = {
  "1.36": { patches: ["1.36.1"], newClusters: true, source: SEEN },
  "1.35": { patches: ["1.35.2"], newClusters: true, source: SEEN },
  "1.34": { patches: ["1.34.2", "1.34.1", "1.34.0"], newClusters: true, source: SEEN },
  "1.33": { patches: ["1.33.10", "1.33.1"], newClusters: false, source: SEEN },
  "1.32": { patches: ["1.32.10"], newClusters: false, source: SEEN },
} as const satisfies Record<string, OkeVersion>;

/** A minor that {@link OKE_VERSIONS} describes. */
export type OkeMinor = keyof typeof OKE_VERSIONS;

/** What the quickstart makes, and the lowest that every recipe here runs on. */
export const DEFAULT_MINOR: OkeMinor = "1.36";

/** Minors by which workers may lag behind the control plane (OKE documentation on versions, 2025). */
export const MAXIMUM_LAG = 3;

export const hasMinor = (minor: string): minor is OkeMinor => Object.hasOwn(OKE_VERSIONS, minor);

/** `1.36` of `1.36.1`. */
export const minorOf = (version: string): string => version.split(".").slice(0, 2).join(".");

/** Minors by which a version is behind another; negative when it is ahead. */
export function lagOf(version: string, ahead: string): number {
  return minorNumber(ahead) - minorNumber(version);
}

const minorNumber = (version: string): number => Number(version.split(".")[1]);

/** `1` of `1.36.1`. */
export const patchOf = (version: string): number => Number(version.split(".")[2]);

/** `1.36.1` of `1.36`; a patch release as it is; `undefined` for what is neither, or of no known minor. */
export function exactVersion(version: string): string | undefined {
  const minor = minorOf(version);
  if (!hasMinor(minor) || !/^\d+\.\d+(\.\d+)?$/.test(version)) return undefined;
  return version === minor ? OKE_VERSIONS[minor].patches[0] : version;
}

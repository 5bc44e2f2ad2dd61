/** A release channel, which decides which versions GKE offers and when it moves a cluster to the next patch. */
export type ReleaseChannel = "rapid" | "regular" | "stable" | "extended";

/**
 * Minors that each channel offers to new clusters, and its default. GKE removes a patch about 90 days after it deprecates it, so an exact
 * version in a program rots.
 *
 * Source: GKE release notes 2026-R43, 2026-10-08 (`stable`: 2026-09). Clusters without a channel end on 2027-06-14, so there is no such choice.
 */
export const CHANNELS = {
  rapid: { minors: ["1.34", "1.35", "1.36", "1.37"], default: "1.36.4-gke.2046002" },
  regular: { minors: ["1.34", "1.35", "1.36"], default: "1.36.4-gke.1391002" },
  stable: { minors: ["1.34", "1.35"], default: "1.35.6-gke.1250000" },
  extended: { minors: ["1.31", "1.32", "1.33", "1.34", "1.35", "1.36"], default: "1.36.4-gke.1391002" },
} as const satisfies Readonly<Record<ReleaseChannel, { readonly minors: readonly string[]; readonly default: string }>>;

/** Kubernetes of a program that names none. Every recipe of Cairn needs 1.36, for image admission without a webhook. */
export const DEFAULT_MINOR = "1.36";

/** A version of GKE: a minor, of which the channel picks the patch, or an exact one. */
export interface GkeVersion {
  /** `1.36` */
  readonly minor: string;
  /** `4` and `1391002` of `1.36.4-gke.1391002`. */
  readonly patch?: readonly [patch: number, build: number];
}

/** `1.36` or `1.36.4-gke.1391002`; `undefined` for anything else. */
export function parseVersion(text: string): GkeVersion | undefined {
  const [, minor, patch, build] = /^(1\.\d{1,3})(?:\.(\d{1,4})-gke\.(\d{1,9}))?$/.exec(text) ?? [];
  if (minor === undefined) return undefined;
  return { minor, ...(patch !== undefined && { patch: [Number(patch), Number(build)] as const }) };
}

const minorNumber = ({ minor }: GkeVersion): number => Number(minor.slice(2));

/**
 * Whether a version reaches one of several floors, of which each counts within its own minor. A minor without patch does, as its channel
 * picks a late one; one above all floors does too.
 */
export function reaches(version: GkeVersion, floors: readonly string[]): boolean {
  const known = floors.flatMap((floor) => parseVersion(floor) ?? []);
  const same = known.find(({ minor }) => minor === version.minor);
  if (same === undefined) return known.every((floor) => minorNumber(floor) < minorNumber(version));
  if (same.patch === undefined || version.patch === undefined) return true;
  const [patch, build] = version.patch;
  return patch > same.patch[0] || (patch === same.patch[0] && build >= same.patch[1]);
}

/** A Kubernetes minor on AKS. */
export interface AksVersion {
  /** Month, as Azure plans it. */
  readonly generallyAvailable: string;
  /** Last month of community support. */
  readonly supportEnds: string;
  /** Last month of long-term support, on the Premium tier. `null` where Azure has announced none. */
  readonly longTermSupportEnds: string | null;
  readonly source: { readonly document: string; readonly date: string };
}

const source = { document: "azure-aks-docs articles/aks/supported-kubernetes-versions.md fb060ab", date: "2026-08" };

/**
 * Minors that an AKS recipe can run on: AICR needs 1.34 or newer, for `resource.k8s.io/v1`, and Cairn's own recipes 1.36 or newer, for
 * MutatingAdmissionPolicy. 1.37 was in preview when the table was made; Azure planned it for October 2026.
 */
export const VERSIONS = {
  "1.34": { generallyAvailable: "2025-11", supportEnds: "2026-11", longTermSupportEnds: "2027-11", source },
  "1.35": { generallyAvailable: "2026-03", supportEnds: "2027-03", longTermSupportEnds: "2028-03", source },
  "1.36": { generallyAvailable: "2026-06", supportEnds: "2027-06", longTermSupportEnds: null, source },
  "1.37": { generallyAvailable: "2026-10", supportEnds: "2027-10", longTermSupportEnds: null, source },
} as const satisfies Readonly<Record<string, AksVersion>>;

export type AksMinor = keyof typeof VERSIONS;

export const DEFAULT_VERSION = "1.36" satisfies AksMinor;

/** `1.36` for `1.36` and `1.36.1`; `undefined` for what is no version. */
export function minorOf(version: string): string | undefined {
  return /^(\d+\.\d+)(\.\d+)?$/.exec(version)?.[1];
}

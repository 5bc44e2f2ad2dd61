/** Add-ons of EKS that the target installs, in no order. */
export type EksAddon = "vpc-cni" | "kube-proxy" | "coredns" | "eks-pod-identity-agent" | "eks-node-monitoring-agent";

/** One Kubernetes minor on EKS. Dates are ISO 8601. */
export interface MinorFacts {
  /** On 2026-11-20. `extended` costs more for each hour of the control plane. */
  readonly state: "standard" | "extended" | "ended";
  readonly standardEnds: string;
  /** Then EKS upgrades the control plane by itself. */
  readonly extendedEnds: string;
  /** Newest versions of add-ons that were seen to run with it. What is missing has to be named by the program. */
  readonly addons: { readonly [name in EksAddon]?: string };
  readonly source: string;
}

const USER_GUIDE =
  "Amazon EKS user guide, Kubernetes versions, 2026; add-on versions from public repositories, 2026-06 to 2026-10";

/** Add-ons that have no version for each minor. */
const common = { "eks-pod-identity-agent": "v1.3.10-eksbuild.3", "eks-node-monitoring-agent": "v1.6.4-eksbuild.1" };

/** Kubernetes on EKS, newest first. kube-proxy has to carry the minor of its cluster. */
export const MINORS = {
  "1.37": {
    state: "standard",
    standardEnds: "2027-12-01",
    extendedEnds: "2028-12-01",
    addons: common,
    source: "AWS release digests, 2026-10; end dates computed from 14 and 12 months, no add-on versions found",
  },
  "1.36": {
    state: "standard",
    standardEnds: "2027-08-02",
    extendedEnds: "2028-08-02",
    addons: {
      ...common,
      "vpc-cni": "v1.23.1-eksbuild.1",
      "kube-proxy": "v1.36.0-eksbuild.25",
      coredns: "v1.14.3-eksbuild.23",
    },
    source: USER_GUIDE,
  },
  "1.35": {
    state: "standard",
    standardEnds: "2027-03-27",
    extendedEnds: "2028-03-27",
    addons: {
      ...common,
      "vpc-cni": "v1.23.0-eksbuild.1",
      "kube-proxy": "v1.35.3-eksbuild.21",
      coredns: "v1.14.3-eksbuild.3",
    },
    source: USER_GUIDE,
  },
  "1.34": {
    state: "standard",
    standardEnds: "2026-12-02",
    extendedEnds: "2027-12-02",
    addons: {
      ...common,
      "vpc-cni": "v1.23.0-eksbuild.1",
      "kube-proxy": "v1.34.6-eksbuild.29",
      coredns: "v1.13.2-eksbuild.11",
    },
    source: USER_GUIDE,
  },
  "1.33": {
    state: "extended",
    standardEnds: "2026-07-29",
    extendedEnds: "2027-07-29",
    addons: {
      ...common,
      "vpc-cni": "v1.22.4-eksbuild.3",
      "kube-proxy": "v1.33.10-eksbuild.18",
      coredns: "v1.12.4-eksbuild.18",
    },
    source: USER_GUIDE,
  },
  "1.32": {
    state: "extended",
    standardEnds: "2026-03-23",
    extendedEnds: "2027-03-23",
    addons: { ...common, "kube-proxy": "v1.32.13-eksbuild.21", coredns: "v1.11.4-eksbuild.40" },
    source: USER_GUIDE,
  },
  "1.31": {
    state: "extended",
    standardEnds: "2025-11-26",
    extendedEnds: "2026-11-26",
    addons: common,
    source: USER_GUIDE,
  },
  "1.30": {
    state: "ended",
    standardEnds: "2025-07-23",
    extendedEnds: "2026-07-23",
    addons: common,
    source: USER_GUIDE,
  },
} as const satisfies Readonly<Record<string, MinorFacts>>;

/** A Kubernetes minor that EKS has or had. */
export type EksMinor = keyof typeof MINORS;

/** What Cairn's recipes are written for; none takes less. */
export const DEFAULT_MINOR = "1.36" satisfies EksMinor;

/** Whether one minor is at least another. */
export function atLeast(minor: EksMinor, floor: EksMinor): boolean {
  const number = (text: EksMinor): number => Number(text.split(".")[1]);
  return number(minor) >= number(floor);
}

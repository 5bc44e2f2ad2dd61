import { parseBlock } from "../cloud/cidr";
import { type Findings } from "../cloud/findings";
import { checkPublicSource } from "../cloud/sources";
import { type EksArgs, type LogType } from "./args";
import { type Layout } from "./interfaces";
import { type PartitionName } from "./regions";
import { DEFAULT_MINOR, type EksAddon, type EksMinor, type MinorFacts, MINORS } from "./versions";

const ADDONS: readonly EksAddon[] = [
  "vpc-cni",
  "kube-proxy",
  "eks-pod-identity-agent",
  "coredns",
  "eks-node-monitoring-agent",
];

/** A version for each add-on. */
export type AddonVersions = { readonly [name in EksAddon]: string };

const LOG_TYPES: readonly LogType[] = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/** Periods of CloudWatch Logs, in days (CloudWatch Logs API, PutRetentionPolicy, 2026). */
const RETENTION: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function planVersion({ kubernetesVersion = DEFAULT_MINOR, support }: EksArgs, out: Findings): EksMinor {
  const path = "kubernetesVersion";
  out.oneOf(support ?? "extended", "support", ["standard", "extended"]);
  if (!out.oneOf(kubernetesVersion, path, Object.keys(MINORS))) return DEFAULT_MINOR;
  const { state, standardEnds, extendedEnds }: MinorFacts = MINORS[kubernetesVersion];
  const hint = `use ${DEFAULT_MINOR}`;
  out.check(state !== "ended", path, `EKS ended ${kubernetesVersion} on ${extendedEnds}`, hint);
  if (state === "extended" && support === "standard")
    out.add("support", `standard support of ${kubernetesVersion} ended on ${standardEnds}`, `${hint}, or "extended"`);
  return kubernetesVersion;
}

/** The first that sets up EFA without an address (Amazon EKS user guide, EFA interface types, 2026). */
const EFA_ONLY_CNI: readonly number[] = [1, 18, 5];

export function planAddons({ addons = {} }: EksArgs, minor: EksMinor, layout: Layout, out: Findings): AddonVersions {
  const known: MinorFacts["addons"] = MINORS[minor].addons;
  for (const name of Object.keys(addons)) out.oneOf(name, `addons.${name}`, ADDONS);
  const versions = ADDONS.map((name) => {
    const version = addons[name] ?? known[name] ?? "";
    const path = `addons.${name}`;
    if (version === "") {
      const command = `aws eks describe-addon-versions --kubernetes-version ${minor} --addon-name ${name}`;
      out.add(path, `no version is known for Kubernetes ${minor}, so it has to be named`, `\`${command}\` lists them`);
    } else if (out.check(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/.test(version), path, `${version} is no EKS add-on version`)) {
      if (name === "kube-proxy")
        out.check(version.startsWith(`v${minor}.`), path, `${version} has to carry the cluster's minor, ${minor}`);
      if (name === "vpc-cni" && layout.some(({ type }) => type === "efa-only"))
        out.check(
          !isBefore(version, EFA_ONLY_CNI),
          path,
          `${version} does not know interfaces that are EFA alone`,
          `use v${EFA_ONLY_CNI.join(".")} or newer`,
        );
    }
    return [name, version] as const;
  });
  return Object.fromEntries(versions) as AddonVersions;
}

/** Whether an add-on's version is lower than this one. */
function isBefore(version: string, floor: readonly number[]): boolean {
  const numbers = version
    .replace(/^v|-.*$/g, "")
    .split(".")
    .map(Number);
  const differs = floor.findIndex((number, i) => numbers[i] !== number);
  return differs >= 0 && (numbers[differs] ?? 0) < (floor[differs] ?? 0);
}

export function planAccess({ access = {} }: EksArgs, partition: PartitionName, out: Findings) {
  const { endpoint = "private", admins = [], creatorIsAdmin = true, podMetadata = false } = access;
  const publicRanges = typeof endpoint === "string" ? [] : endpoint.publicRanges;
  const path = "access.endpoint.publicRanges";
  if (typeof endpoint === "string") out.oneOf(endpoint, "access.endpoint", ["private"]);
  else {
    const hint = 'name the ranges that you come from, or leave it "private"';
    out.check(publicRanges.length > 0, path, "is empty, which EKS takes for the whole internet", hint);
    out.check(publicRanges.length <= 40, path, `has ${publicRanges.length} ranges, EKS takes 40`);
  }
  for (const [i, range] of publicRanges.entries()) checkPublicRange(range, `${path}[${i}]`, out);
  for (const [i, admin] of admins.entries())
    out.check(
      new RegExp(`^arn:${partition}:iam::\\d{12}:(role|user)/.+$`).test(admin),
      `access.admins[${i}]`,
      `${JSON.stringify(admin)} is not the ARN of an IAM role or user in ${partition}`,
      `it looks like arn:${partition}:iam::123456789012:role/name`,
    );
  out.check(new Set(admins).size === admins.length, "access.admins", "names somebody twice");
  const hint = "list the identity that runs Pulumi";
  out.check(creatorIsAdmin || admins.length > 0, "access.admins", "is empty: nobody could get in", hint);
  return { publicRanges, admins, creatorIsAdmin, podMetadata };
}

function checkPublicRange(range: string, path: string, out: Findings): void {
  const block = parseBlock(range);
  if (block === undefined)
    return out.add(path, `${JSON.stringify(range)} is not a block of IPv4 addresses`, "it looks like 203.0.113.0/24");
  checkPublicSource(block, path, out);
}

/** A key that the program writes out; others are known to AWS only. */
export function checkKey({ encryption = {}, region }: EksArgs, partition: PartitionName, out: Findings): void {
  const { key } = encryption;
  if (typeof key !== "string") return;
  const path = "encryption.key";
  const [, inPartition, inRegion] = /^arn:([a-z-]+):kms:([a-z0-9-]+):\d{12}:(?:key|alias)\/.+$/.exec(key) ?? [];
  const example = `it looks like arn:${partition}:kms:${region}:123456789012:key/…`;
  if (!out.check(inRegion !== undefined, path, `${JSON.stringify(key)} is not the ARN of a key`, example)) return;
  const message = `is in ${inRegion} of partition ${inPartition}, the cluster in ${region} of ${partition}`;
  out.check(inPartition === partition && inRegion === region, path, message, "volumes take keys of their own region");
}

export function planLogs({ logs = {} }: EksArgs, out: Findings) {
  const { types = LOG_TYPES, retentionDays = 90 } = logs;
  for (const [i, type] of types.entries()) out.oneOf(type, `logs.types[${i}]`, LOG_TYPES);
  const message = `CloudWatch Logs keeps nothing for ${retentionDays} days exactly`;
  const longer = RETENTION.find((days) => days >= retentionDays);
  out.check(RETENTION.includes(retentionDays), "logs.retentionDays", message, `use ${longer ?? RETENTION.at(-1)}`);
  return { logTypes: types, logRetentionDays: retentionDays };
}

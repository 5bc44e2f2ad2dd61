import { type Findings } from "../cloud/findings";
import { type AksPart } from "./args";
import { UUID } from "./plan-access";
import { type AksPlan, type AnyAksArgs, type FeaturePlan, type UpgradesPlan } from "./plan-types";
import { DEFAULT_VERSION, minorOf, VERSIONS, type AksMinor, type AksVersion } from "./versions";
import { type VmSize } from "./vm-sizes";

const PARTS: readonly AksPart[] = ["cluster", "gpus", "network", "keys"];

const CHANNELS = { none: "None", "security-patch": "SecurityPatch", "node-image": "NodeImage" } as const;

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

export function checkVersion(version: string, findings: Findings): AksVersion | undefined {
  const path = "kubernetesVersion";
  const known = Object.keys(VERSIONS).join(", ");
  const minor = minorOf(version);
  if (!findings.check(minor !== undefined, path, `${JSON.stringify(version)} is no version`, "1.36 or 1.36.1"))
    return undefined;
  if (Object.hasOwn(VERSIONS, minor ?? "")) return VERSIONS[minor as AksMinor];
  const old = Number(minor?.split(".")[1]) < 34;
  findings.add(
    path,
    old
      ? `${version} is older than 1.34, which every AKS recipe needs`
      : `AKS has no ${version} that this release knows`,
    `choose one of ${known}; ${DEFAULT_VERSION} is the default`,
  );
  return undefined;
}

/** Long-term support is a tier, a plan and an announcement of Azure's: all three or none. */
export function planSupport(
  { support = "standard", kubernetesVersion }: AnyAksArgs,
  known: AksVersion | undefined,
  findings: Findings,
): AksPlan["sku"] {
  findings.oneOf(support, "support", ["standard", "long-term"]);
  if (support !== "long-term") return { tier: "Standard", supportPlan: "KubernetesOfficial" };
  findings.check(
    known?.longTermSupportEnds !== null,
    "support",
    `Azure has announced no long-term support for ${kubernetesVersion ?? DEFAULT_VERSION}`,
    "take 1.35, or standard support",
  );
  return { tier: "Premium", supportPlan: "AKSLongTermSupport" };
}

export function planUpgrades({ upgrades = {}, kubernetesVersion, gpus }: AnyAksArgs, findings: Findings): UpgradesPlan {
  const { kubernetes = "none", nodeImages = "none", window } = upgrades;
  findings.oneOf(kubernetes, "upgrades.kubernetes", ["none", "patch"]);
  findings.oneOf(nodeImages, "upgrades.nodeImages", Object.keys(CHANNELS) as (keyof typeof CHANNELS)[]);
  findings.check(
    kubernetes === "none" || kubernetesVersion === undefined || kubernetesVersion === minorOf(kubernetesVersion),
    "upgrades.kubernetes",
    `would move ${kubernetesVersion} away from what the program says`,
    `give kubernetesVersion as ${minorOf(kubernetesVersion ?? "") ?? DEFAULT_VERSION}`,
  );
  findings.check(
    nodeImages === "none" || gpus.image === undefined,
    "upgrades.nodeImages",
    "would move the nodes away from the image in gpus.image",
    "leave out one of them",
  );
  const moves = kubernetes !== "none" || nodeImages !== "none";
  findings.check(
    !moves || window !== undefined,
    "upgrades.window",
    "is missing: nodes would be drained at any time",
    '{ day: "Sunday", start: "02:00" }',
  );
  if (window) {
    findings.check(moves, "upgrades.window", "nothing moves in it", "leave it out, or choose what moves");
    findings.oneOf(window.day, "upgrades.window.day", DAYS);
    findings.check(
      /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(window.start),
      "upgrades.window.start",
      `${JSON.stringify(window.start)} is no time`,
      "HH:MM in UTC",
    );
    findings.wholeNumber(window.hours ?? 4, "upgrades.window.hours", 4, 24);
  }
  return {
    channel: kubernetes,
    nodeImageChannel: CHANNELS[nodeImages],
    ...(window && { window: { hours: 4, ...window } }),
  };
}

/** In which children features of the subscription are registered. */
export function planFeatures(
  { features = "register" }: AnyAksArgs,
  size: VmSize,
  atHost: boolean,
  findings: Findings,
): readonly FeaturePlan[] {
  findings.oneOf(features, "features", ["register", "registered"]);
  if (features === "registered") return [];
  return [
    ...(size.fabric === "infiniband"
      ? [{ child: "infiniband", namespace: "Microsoft.ContainerService", feature: "AKSInfinibandSupport" }]
      : []),
    ...(atHost ? [{ child: "encryption-at-host", namespace: "Microsoft.Compute", feature: "EncryptionAtHost" }] : []),
  ];
}

export function planProtection(
  { protect = true, allowReplace = [] }: AnyAksArgs,
  findings: Findings,
): AksPlan["protect"] {
  allowReplace.forEach((part, i) => findings.oneOf(part, `allowReplace[${i}]`, PARTS));
  const locked = (part: AksPart): boolean => protect && !allowReplace.includes(part);
  return { cluster: locked("cluster"), gpus: locked("gpus"), network: locked("network"), keys: locked("keys") };
}

const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
/** Ends of children's names that the target uses itself. */
const TAKEN = new Set(["audit", "azure", "disks", "key", "logs", "rg", "vault", "vnet"]);

export function checkNames({ identities = {}, registries = {} }: AnyAksArgs, findings: Findings): void {
  for (const name of Object.keys(registries))
    findings.check(DNS_LABEL.test(name), `registries.${name}`, "is no name", "lower-case letters, digits and hyphens");
  const accounts = new Map<string, string>();
  for (const [name, { namespace, serviceAccount, roles }] of Object.entries(identities)) {
    const path = `identities.${name}`;
    findings.check(
      DNS_LABEL.test(name) && !TAKEN.has(name),
      path,
      "is no name, or one that the target uses",
      "lower-case letters, digits and hyphens",
    );
    findings.check(DNS_LABEL.test(namespace), `${path}.namespace`, `${JSON.stringify(namespace)} is no namespace`);
    findings.check(
      DNS_LABEL.test(serviceAccount),
      `${path}.serviceAccount`,
      `${JSON.stringify(serviceAccount)} is no service account`,
    );
    const account = `${namespace}/${serviceAccount}`;
    const other = accounts.get(account);
    findings.check(
      other === undefined,
      path,
      `${account} has the identity ${other} already`,
      "one identity for each service account",
    );
    accounts.set(account, name);
    roles.forEach(({ role, scope }, i) => {
      findings.check(
        UUID.test(role),
        `${path}.roles[${i}].role`,
        `${JSON.stringify(role)} is no identifier of a role`,
        "az role definition list --query '[].name'",
      );
      if (typeof scope === "string")
        findings.check(
          /^\/subscriptions\/[^/]+/.test(scope),
          `${path}.roles[${i}].scope`,
          `${JSON.stringify(scope)} is no scope`,
          "/subscriptions/…",
        );
    });
  }
}

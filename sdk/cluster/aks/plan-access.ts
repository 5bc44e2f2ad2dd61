import { isIPv4 } from "node:net";
import { parseBlock } from "../cloud/cidr";
import { type Findings } from "../cloud/findings";
import { checkPublicSource } from "../cloud/sources";
import { type AksAccessArgs, type AksPrincipal } from "./args";
import { type AccessPlan, type AnyAksArgs, type AksPlan, type LogsPlan } from "./plan-types";
import { checkId } from "./resource-id";

export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const LOGINS = ["azurecli", "workloadidentity", "spn", "msi", "certificate"] as const;

/** With the API server in the network (azure-aks-docs api-server-authorized-ip-ranges.md fb060ab, 2026-08). */
const MOST_RANGES = 2000;

export function planAccess(access: AksAccessArgs = {}, findings: Findings): AccessPlan {
  const { endpoint = "private", login = "azurecli", admins } = access;
  findings.oneOf(endpoint, "access.endpoint", ["private", "public"]);
  findings.oneOf(login, "access.login", LOGINS);
  checkAdmins(admins, findings);
  return {
    private: endpoint === "private",
    authorizedRanges: checkRanges(access, findings),
    ...(admins && { admins }),
    login,
  };
}

function checkAdmins(admins: readonly AksPrincipal[] | undefined, findings: Findings): void {
  findings.check(
    admins?.length !== 0,
    "access.admins",
    "is empty: nobody could install the stack",
    "name whoever runs Pulumi, or leave it out",
  );
  const seen = new Set<string>();
  admins?.forEach(({ objectId }, i) => {
    const path = `access.admins[${i}]`;
    findings.check(
      UUID.test(objectId),
      path,
      `${JSON.stringify(objectId)} is no object identifier`,
      "az ad user show --query id",
    );
    findings.check(!seen.has(objectId), path, `${objectId} is there already`);
    seen.add(objectId);
  });
}

/** Single addresses are written as Azure returns them: `203.0.113.7/32`. */
function checkRanges(access: AksAccessArgs, findings: Findings): readonly string[] {
  const given = (access as { readonly authorizedRanges?: readonly string[] }).authorizedRanges;
  if (access.endpoint !== "public") {
    findings.check(
      given === undefined,
      "access.authorizedRanges",
      "is for a public endpoint",
      'leave it out, or set endpoint: "public"',
    );
    return [];
  }
  const ranges = given ?? [];
  const path = "access.authorizedRanges";
  findings.check(
    ranges.length > 0,
    path,
    "a public endpoint needs at least one range",
    "name who may reach it, such as 203.0.113.0/24",
  );
  findings.check(ranges.length <= MOST_RANGES, path, `has ${ranges.length} ranges, and AKS takes ${MOST_RANGES}`);
  return ranges.map((range, i) => checkRange(range, `${path}[${i}]`, findings));
}

function checkRange(range: string, path: string, findings: Findings): string {
  const text = isIPv4(range) ? `${range}/32` : range;
  const block = parseBlock(text);
  if (block === undefined) {
    findings.add(path, `${JSON.stringify(range)} is no IPv4 address or block`, "such as 203.0.113.0/24");
    return text;
  }
  checkPublicSource(block, path, findings);
  return text;
}

const VAULT_KEY = /^https:\/\/([a-z0-9-]+)\.vault\.[a-z.]+\/keys\/[A-Za-z0-9-]+(\/[0-9a-f]{32})?$/i;

export function planEncryption({ encryption = {} }: AnyAksArgs, findings: Findings): AksPlan["encryption"] {
  const { key, atHost = true } = encryption;
  if (key !== undefined) {
    findings.present(key.url, "encryption.key.url", "az keyvault key show --query key.kid");
    checkId(findings, key.vault, "encryption.key.vault", "Microsoft.KeyVault/vaults", "vaults/…");
    if (typeof key.url === "string") checkKeyUrl(key.url, key.vault, findings);
    if (key.network !== undefined) findings.oneOf(key.network, "encryption.key.network", ["private", "public"]);
  }
  return { atHost, ...(key && { key }) };
}

function checkKeyUrl(url: string, vault: unknown, findings: Findings): void {
  const path = "encryption.key.url";
  const [, host, version] = VAULT_KEY.exec(url) ?? [];
  if (
    !findings.check(
      host !== undefined,
      path,
      `${JSON.stringify(url)} is no key of a vault`,
      "https://….vault.azure.net/keys/…/…",
    )
  )
    return;
  findings.check(version !== undefined, path, "has no version", "az keyvault key show --query key.kid");
  const named = typeof vault === "string" ? vault.slice(vault.lastIndexOf("/") + 1) : undefined;
  findings.check(
    named === undefined || named.toLowerCase() === host?.toLowerCase(),
    path,
    `is in the vault ${host}, and encryption.key.vault is ${named}`,
    "name the vault that the key is in",
  );
}

/** Of the control plane: who did what, who was let in, and what the components say (azure-aks-docs monitor-aks.md fb060ab, 2026-08). */
const CATEGORIES = ["guard", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "cloud-controller-manager"];

const AUDITS = { writes: "kube-audit-admin", everything: "kube-audit" } as const;

export function planLogs({ logs = {} }: AnyAksArgs, findings: Findings): LogsPlan {
  const { audit = "writes", workspace, retentionDays = 90 } = logs;
  findings.oneOf(audit, "logs.audit", Object.keys(AUDITS) as (keyof typeof AUDITS)[]);
  if (workspace !== undefined) {
    checkId(findings, workspace, "logs.workspace", "Microsoft.OperationalInsights/workspaces", "workspaces/…");
    findings.check(
      logs.retentionDays === undefined,
      "logs.retentionDays",
      "is a setting of the workspace that is there",
      "leave it out",
    );
  }
  findings.wholeNumber(retentionDays, "logs.retentionDays", 30, 730);
  return { categories: [AUDITS[audit], ...CATEGORIES], retentionDays, ...(workspace !== undefined && { workspace }) };
}

import { parseBlock, PRIVATE_RANGES, privateRangeOf } from "../cloud/cidr";
import { type Findings } from "../cloud/findings";
import { type GkeEndpoint, type GkeSettings } from "./args";

/** Who may reach the API server, and who is an administrator. */
export function checkAccess({ access = {} }: GkeSettings, findings: Findings): void {
  const { endpoint, admins = [], securityGroup } = access;
  if (endpoint !== undefined) checkEndpoint(endpoint, findings);
  admins.forEach((admin, index) =>
    findings.check(
      /^(user|group|serviceAccount):[^\s:@]+@[^\s:@]+$/.test(admin),
      `access.admins[${index}]`,
      `${JSON.stringify(admin)} names nobody`,
      "write user:, group: or serviceAccount: and an e-mail address",
    ),
  );
  if (securityGroup === undefined)
    findings.check(
      !admins.some((admin) => admin.startsWith("group:")),
      "access.securityGroup",
      "is missing, but an administrator is a group, which GKE would not know",
      "name gke-security-groups@DOMAIN, of which that group is a member",
    );
  else
    findings.check(
      /^gke-security-groups@[^\s@]+$/.test(securityGroup),
      "access.securityGroup",
      `${JSON.stringify(securityGroup)} is none that GKE takes`,
      "it has to be called gke-security-groups@DOMAIN",
    );
}

function checkEndpoint(endpoint: GkeEndpoint, findings: Findings): void {
  if (endpoint.kind === "dns") return;
  const path = "access.endpoint";
  if (endpoint.kind === "public")
    findings.check(endpoint.from.length > 0, path, "is public without any range", "name ranges, or use dnsEndpoint()");
  for (const range of endpoint.from) {
    const block = parseBlock(range);
    if (block === undefined)
      findings.add(
        path,
        `${JSON.stringify(range)} is no IPv4 range`,
        "write it from its first address: 203.0.113.0/28",
      );
    else if (endpoint.kind === "private")
      findings.check(
        privateRangeOf(block) !== undefined,
        path,
        `${range} is no private range, and nobody from there reaches a private address`,
        `take one within ${PRIVATE_RANGES.join(", ")}, or use publicEndpoint(${JSON.stringify(range)})`,
      );
    else
      findings.check(
        block.prefix >= 16,
        path,
        `${range} opens the API server to ${2 ** (32 - block.prefix)} addresses`,
        "name the ranges of your offices and runners, or use dnsEndpoint()",
      );
  }
}

import { type Findings } from "../cloud/findings";
import { type ResourceId } from "./args";

const PATTERN = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/([^/]+(?:\/[^/]+\/[^/]+)+)$/i;

/** The kind of what an identifier names, such as `microsoft.network/virtualnetworks/subnets`; `undefined` for what is no identifier. */
export function kindOf(id: string): string | undefined {
  const [namespace, ...rest] = PATTERN.exec(id)?.[3]?.split("/") ?? [];
  if (namespace === undefined) return undefined;
  return [namespace, ...rest.filter((_, i) => i % 2 === 0)].join("/").toLowerCase();
}

/** The last name of an identifier. */
export function nameOf(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/** `/subscriptions/…` of an identifier. */
export function subscriptionOf(id: string): string {
  return id.split("/").slice(0, 3).join("/");
}

/** `/subscriptions/…/resourceGroups/…` of an identifier. */
export function resourceGroupOf(id: string): string {
  return id.split("/").slice(0, 5).join("/");
}

/** Checks an identifier that is known before the program runs. */
export function checkId(findings: Findings, id: ResourceId, path: string, kind: string, example: string): void {
  const hint = `/subscriptions/…/resourceGroups/…/providers/${kind.split("/")[0]}/${example}`;
  if (!findings.present(id, path, hint) || typeof id !== "string") return;
  const found = kindOf(id);
  const reason =
    found === undefined
      ? `${JSON.stringify(id)} is no identifier of an Azure resource`
      : `is a ${found}, not a ${kind.toLowerCase()}`;
  findings.check(found === kind.toLowerCase(), path, reason, hint);
}

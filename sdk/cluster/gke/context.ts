import type * as pulumi from "@pulumi/pulumi";
import { type GkeSettings, type GkePart } from "./args";
import { type GkePlan } from "./plan";

/** What every child of a cluster is made with. */
export interface Context {
  readonly name: string;
  readonly args: GkeSettings;
  readonly plan: GkePlan;
  readonly parent: pulumi.Resource;
  readonly provider: pulumi.ProviderResource;
}

/** Deletions that wait: node pools drain, load balancers leave network endpoint groups behind that go later. */
export const TIMEOUTS = {
  cluster: { create: "60m", update: "90m", delete: "60m" },
  pool: { create: "60m", update: "120m", delete: "45m" },
  network: { delete: "20m" },
} as const satisfies Readonly<Record<string, pulumi.CustomTimeouts>>;

/** Options of a child, with what it adds. */
export function options(
  { parent, provider, plan }: Context,
  { part, ...more }: pulumi.CustomResourceOptions & { readonly part?: GkePart } = {},
): pulumi.CustomResourceOptions {
  return { parent, provider, ...(part !== undefined && { protect: plan.protected.has(part) }), ...more };
}

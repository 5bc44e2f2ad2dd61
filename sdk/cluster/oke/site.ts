import type * as pulumi from "@pulumi/pulumi";
import { child, type Transform } from "../cloud/child";
import { type OkeArgs } from "./args";
import { type OkePlan } from "./plan";
import { REWRITTEN } from "./rewritten";

/** What every part of a cluster is registered with. */
export interface Site {
  readonly name: string;
  readonly args: OkeArgs;
  readonly plan: OkePlan;
  readonly parent: pulumi.Resource;
  readonly provider: pulumi.ProviderResource;
  /** For policies and dynamic groups, which are written in the home region. */
  readonly home: pulumi.ProviderResource;
}

type ChildOptions = pulumi.CustomResourceOptions & { readonly home?: boolean };

/** Registers one resource of the site, with its tags and the options that all share. */
export function make<Args extends object, R extends pulumi.Resource>(
  site: Site,
  type: new (name: string, args: Args, opts: pulumi.CustomResourceOptions) => R,
  suffix: string,
  args: Args,
  transform?: Transform<Args>,
  { home = false, ...opts }: ChildOptions = {},
): R {
  const provider = home ? site.home : site.provider;
  const options = { parent: site.parent, provider, ignoreChanges: [...REWRITTEN.any], ...opts };
  return child(type, suffix === "" ? site.name : `${site.name}-${suffix}`, args, options, transform);
}

/** What nearly every resource of Oracle Cloud takes. */
export const placed = ({ args }: Site) => ({
  compartmentId: args.compartmentId,
  ...(args.tags !== undefined && { freeformTags: args.tags }),
});

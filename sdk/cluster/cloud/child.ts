import type * as pulumi from "@pulumi/pulumi";

/**
 * The way out of every default: arguments that are laid over those of one child resource, or a function that changes arguments and options
 * in place.
 *
 * @example
 * transform: { launchTemplate: { ebsOptimized: "true" }, vpc: (args, opts) => { opts.protect = false; } }
 */
export type Transform<Args> =
  Partial<Args> | ((args: Mutable<Args>, opts: Mutable<pulumi.CustomResourceOptions>, name: string) => void);

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Registers a child resource with what the caller wants otherwise. */
export function child<Args extends object, R extends pulumi.Resource>(
  type: new (name: string, args: Args, opts: pulumi.CustomResourceOptions) => R,
  name: string,
  args: Args,
  opts: pulumi.CustomResourceOptions,
  transform?: Transform<Args>,
): R {
  const own = { ...args };
  const options = { ...opts };
  if (typeof transform === "function") transform(own, options, name);
  else Object.assign(own, transform);
  return new type(name, own, options);
}

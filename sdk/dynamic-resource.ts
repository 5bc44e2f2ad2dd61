import * as pulumi from "@pulumi/pulumi";

/**
 * A dynamic resource whose provider is an export of a room. Pulumi keeps a dynamic provider in the state as text and runs that in another
 * process. `pulumi.dynamic.Resource` gets the text by taking the provider's functions apart, with the TypeScript compiler, in each run of a
 * program; here the text only names the code, so what runs is always the installed version.
 *
 * Source: dynamic/index.ts and cmd/dynamic-provider/index.ts (`requireFromString(text).handler()`) of `@pulumi/pulumi` 3.270.
 */
export abstract class DynamicResource extends pulumi.CustomResource {
  protected constructor(
    type: string,
    /** From {@link providerText}. */
    provider: string,
    name: string,
    props: pulumi.Inputs,
    opts: pulumi.CustomResourceOptions,
  ) {
    const hideDiffs = ["__provider", ...(opts.hideDiffs ?? [])];
    super(`pulumi-nodejs:dynamic/cairn:${type}`, name, { ...props, __provider: provider }, { ...opts, hideDiffs });
  }
}

/**
 * The text of a provider that `room` exports as `name`. A room is loaded by its first call, and by the package's name, because the text is
 * run from the program's folder.
 */
export function providerText<P extends pulumi.dynamic.ResourceProvider>(
  room: `@cairn/sdk/${string}`,
  name: string,
  methods: { readonly [M in keyof P]: true },
): string {
  const calls = Object.keys(methods).map(
    (method) => `  ${method}: async (...args) => require("${room}").${name}.${method}(...args),\n`,
  );
  return `exports.handler = () => ({\n${calls.join("")}});\n`;
}

import * as pulumi from "@pulumi/pulumi";
import type * as stack from ".";
import { type DrainInputs } from "./types";

/** By the package's name, because the provider's text is run from the program's directory, in another process. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- a static import would be serialised with the provider
const room = (): typeof stack => require("@cairn/sdk/stack");

export type DrainArgs = { readonly [K in keyof DrainInputs]: pulumi.Input<DrainInputs[K]> };

/**
 * Does nothing until it is deleted: then it removes what makes controllers keep things in the cloud, while these controllers still run,
 * and waits until it is gone. What is left over would block the deletion of the cluster's network, or cost money for ever.
 */
export class Drain extends pulumi.dynamic.Resource {
  constructor(name: string, args: DrainArgs, opts: pulumi.CustomResourceOptions) {
    const inputs = { ...args, kubeconfig: pulumi.secret(args.kubeconfig) };
    super(provider, name, inputs, { ...opts, hideDiffs: ["__provider"] }, "cairn", "Drain");
  }
}

const provider: pulumi.dynamic.ResourceProvider<DrainInputs, DrainInputs> = {
  create(inputs) {
    return Promise.resolve({ id: inputs.what, outs: inputs });
  },
  update(_id, _olds, news) {
    return Promise.resolve({ outs: news });
  },
  async delete(_id, inputs) {
    await room().runDrain(inputs);
  },
};

import * as pulumi from "@pulumi/pulumi";
import type * as stack from ".";
import { type DestroyStepInputs } from "./types";

/** By the package's name, because the provider's text is run from the program's directory, in another process. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- a static import would be serialised with the provider
const room = (): typeof stack => require("@cairn/sdk/stack");

export type DestroyStepArgs = { readonly [K in keyof DestroyStepInputs]: pulumi.Input<DestroyStepInputs[K]> };

/** Does nothing until it is deleted: then it applies its object, waits for it, and removes it. It is deleted before what it depends on. */
export class DestroyStep extends pulumi.dynamic.Resource {
  constructor(name: string, args: DestroyStepArgs, opts: pulumi.CustomResourceOptions) {
    const inputs = { ...args, kubeconfig: pulumi.secret(args.kubeconfig) };
    super(provider, name, inputs, { ...opts, hideDiffs: ["__provider"] }, "cairn", "DestroyStep");
  }
}

const provider: pulumi.dynamic.ResourceProvider<DestroyStepInputs, DestroyStepInputs> = {
  create(inputs) {
    return Promise.resolve({ id: inputs.component, outs: inputs });
  },
  update(_id, _olds, news) {
    return Promise.resolve({ outs: news });
  },
  async delete(_id, inputs) {
    await room().runDestroyStep(inputs);
  },
};

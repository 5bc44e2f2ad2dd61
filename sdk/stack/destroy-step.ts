import * as pulumi from "@pulumi/pulumi";
import { DynamicResource, providerText } from "../dynamic-resource";
import { type destroyStepProvider } from "./destroy-run";
import { type DestroyStepInputs } from "./types";

export type DestroyStepArgs = { readonly [K in keyof DestroyStepInputs]: pulumi.Input<DestroyStepInputs[K]> };

/** Does nothing until it is deleted: then it applies its object, waits for it, and removes it. It is deleted before what it depends on. */
export class DestroyStep extends DynamicResource {
  constructor(name: string, args: DestroyStepArgs, opts: pulumi.CustomResourceOptions) {
    super("DestroyStep", provider, name, { ...args, kubeconfig: pulumi.secret(args.kubeconfig) }, opts);
  }
}

const provider = providerText<typeof destroyStepProvider>("@cairn/sdk/stack", "destroyStepProvider", {
  create: true,
  update: true,
  delete: true,
});

import * as pulumi from "@pulumi/pulumi";
import { DynamicResource, providerText } from "../dynamic-resource";
import { type drainProvider } from "./drain-run";
import { type DrainInputs } from "./types";

export type DrainArgs = { readonly [K in keyof DrainInputs]: pulumi.Input<DrainInputs[K]> };

/**
 * Does nothing until it is deleted: then it removes what makes controllers keep things in the cloud, while these controllers still run,
 * and waits until it is gone. What is left over would block the deletion of the cluster's network, or cost money for ever.
 */
export class Drain extends DynamicResource {
  constructor(name: string, args: DrainArgs, opts: pulumi.CustomResourceOptions) {
    super("Drain", provider, name, { ...args, kubeconfig: pulumi.secret(args.kubeconfig) }, opts);
  }
}

const provider = providerText<typeof drainProvider>("@cairn/sdk/stack", "drainProvider", {
  create: true,
  update: true,
  delete: true,
});

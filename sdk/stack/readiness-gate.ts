import * as pulumi from "@pulumi/pulumi";
import { DynamicResource, providerText } from "../dynamic-resource";
import { type gateProvider } from "./gate-run";
import { type GateInputs } from "./types";

export type ReadinessGateArgs = { readonly [K in keyof GateInputs]: pulumi.Input<GateInputs[K]> };

/**
 * Waits until a component is ready, as a step of a Pulumi program. It judges again when the component's objects, its gate or the cluster
 * change.
 */
export class ReadinessGate extends DynamicResource {
  constructor(name: string, args: ReadinessGateArgs, opts: pulumi.CustomResourceOptions) {
    super("ReadinessGate", provider, name, { ...args, kubeconfig: pulumi.secret(args.kubeconfig) }, opts);
  }
}

const provider = providerText<typeof gateProvider>("@cairn/sdk/stack", "gateProvider", {
  create: true,
  diff: true,
  update: true,
});

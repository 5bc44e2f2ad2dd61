import * as pulumi from "@pulumi/pulumi";
import type * as stack from ".";
import { type GateInputs } from "./types";

/** By the package's name, because the provider's text is run from the program's directory, in another process. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- a static import would be serialised with the provider
const room = (): typeof stack => require("@cairn/sdk/stack");

export type ReadinessGateArgs = { readonly [K in keyof GateInputs]: pulumi.Input<GateInputs[K]> };

/**
 * Waits until a component is ready, as a step of a Pulumi program. It judges again when the component's objects, its gate or the cluster
 * change.
 */
export class ReadinessGate extends pulumi.dynamic.Resource {
  constructor(name: string, args: ReadinessGateArgs, opts: pulumi.CustomResourceOptions) {
    const inputs = { ...args, kubeconfig: pulumi.secret(args.kubeconfig) };
    super(provider, name, inputs, { ...opts, hideDiffs: ["__provider"] }, "cairn", "ReadinessGate");
  }
}

/** The text of this object goes into the state, so it only names the code: what runs is always the installed version. */
const provider: pulumi.dynamic.ResourceProvider<GateInputs, GateInputs> = {
  async create(inputs) {
    await room().passGate(inputs);
    return { id: inputs.component, outs: inputs };
  },
  async diff(_id, olds, news) {
    return { changes: room().gateChanged(olds, news) };
  },
  async update(_id, _olds, news) {
    await room().passGate(news);
    return { outs: news };
  },
};

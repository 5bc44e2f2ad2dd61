/**
 * A cluster on this machine: settings go in; a real etcd, API server, controller manager and scheduler come out, with simulated nodes
 * (KWOK) that carry the labels, capacity and taints of GPU nodes. Pods on them become ready at once and run nothing: every result
 * taken here has the tier `simulated`.
 */
import * as pulumi from "@pulumi/pulumi";
import { DynamicResource, providerText } from "../../dynamic-resource";
import { CairnError } from "../../errors";
import { type ClusterFacts, type ClusterTarget } from "../types";
import { ACCELERATORS, type LocalAccelerator } from "./accelerators";
import { kubernetesVersion } from "./control-plane";
import { localPools } from "./pools";
import { type LocalClusterInputs, type localClusterProvider } from "./provider";

export { type LocalAccelerator } from "./accelerators";
export {
  localClusterStatus,
  startLocalCluster,
  stopLocalCluster,
  type LocalClusterSettings,
  type LocalClusterStatus,
  type RunningLocalCluster,
} from "./lifecycle";
export { localPools, type PoolSettings } from "./pools";
export { localClusterProvider } from "./provider";

/** Settings of {@link local}. */
export interface LocalArgs<Accelerator extends LocalAccelerator = LocalAccelerator> {
  readonly accelerator: Accelerator;
  /** GPU nodes, at most 100; one node for system components is added. @default 4 */
  readonly nodes?: number;
  /** GPUs per node, at most 16. @default what the usual machine of that accelerator has: 8, or 4 for gb200 */
  readonly devicesPerNode?: number;
}

/**
 * A simulated GPU cluster on this machine, for trying a program, a recipe or a policy, and for tests. It lives in `.cairn/` of the
 * project and listens on 127.0.0.1 only; it survives the command that made it, and `up` after a reboot starts it again.
 *
 * @throws CairnError `LOCAL_CLUSTER_SETTINGS` when a setting is out of its range.
 * @example
 * new GpuTrainingCluster("demo", { on: local({ accelerator: "h100", nodes: 4 }), validate: ["conformance"] });
 */
export function local<Accelerator extends LocalAccelerator>(
  args: LocalArgs<Accelerator>,
): ClusterTarget<"local", Accelerator, "any"> {
  const pools = localPools(checked(args));
  const facts: ClusterFacts<"local", Accelerator, "any"> = {
    service: "local",
    accelerator: args.accelerator,
    os: "any",
    kubernetesVersion: kubernetesVersion(),
    pools,
  };
  return {
    service: "local",
    facts,
    provision(name, opts) {
      const inputs = {
        clusterName: `${pulumi.getStack()}-${name}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-"),
        folder: ".cairn/clusters",
        pools,
        kubernetesVersion: facts.kubernetesVersion,
      };
      const cluster = new LocalCluster(name, inputs, opts);
      return { facts, kubeconfig: cluster.kubeconfig, identity: cluster.identity, ready: [cluster] };
    },
  };
}

function checked({ accelerator, nodes = 4, devicesPerNode }: LocalArgs) {
  const devices = devicesPerNode ?? ACCELERATORS[accelerator]?.devicesPerNode ?? 0;
  const within = (value: number, low: number, high: number) => Number.isInteger(value) && value >= low && value <= high;
  const findings = [
    { path: "accelerator", ok: Object.hasOwn(ACCELERATORS, accelerator), wanted: Object.keys(ACCELERATORS).join(", ") },
    { path: "nodes", ok: within(nodes, 1, 100), wanted: "a whole number from 1 to 100" },
    { path: "devicesPerNode", ok: within(devices, 1, 16), wanted: "a whole number from 1 to 16" },
  ].flatMap(({ path, ok, wanted }) => (ok ? [] : [{ path, message: `must be ${wanted}` }]));
  if (findings.length > 0) {
    throw new CairnError("LOCAL_CLUSTER_SETTINGS", "local() cannot make this cluster", { findings });
  }
  return { accelerator, nodes, devicesPerNode: devices };
}

/** One resource for the whole control plane. */
class LocalCluster extends DynamicResource {
  declare readonly kubeconfig: pulumi.Output<string>;
  declare readonly kubeconfigFile: pulumi.Output<string>;
  declare readonly identity: pulumi.Output<string>;

  constructor(name: string, inputs: LocalClusterInputs, opts: pulumi.CustomResourceOptions) {
    const outputs = { kubeconfig: undefined, kubeconfigFile: undefined, identity: undefined };
    const secret = { additionalSecretOutputs: ["kubeconfig"] };
    super("LocalCluster", provider, name, { ...inputs, ...outputs }, { ...opts, ...secret });
  }
}

const provider = providerText<typeof localClusterProvider>("@cairn/sdk/local", "localClusterProvider", {
  create: true,
  diff: true,
  read: true,
  update: true,
  delete: true,
});

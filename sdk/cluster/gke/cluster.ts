import { Provider } from "@pulumi/gcp/provider";
import * as pulumi from "@pulumi/pulumi";
import { CairnError } from "../../errors";
import { kubernetesProvider } from "../cloud/object";
import { type GkeSettings } from "./args";
import { type Context } from "./context";
import { controlPlane } from "./control-plane";
import { clusterKey, componentIdentities, nodeIdentity, serviceAgents } from "./identities";
import { gkeKubeconfig } from "./kubeconfig";
import { clusterNetwork, fabricInterfaces } from "./network";
import { adminBinding, networkObjects, storageClasses } from "./objects";
import { planGke, type GkePlan } from "./plan";
import { gpuPool, systemPool } from "./pools";

/**
 * A GKE cluster for GPUs: network, key, control plane, a system pool and a GPU pool with its fabric.
 *
 * @throws CairnError `CLUSTER_SETTINGS` with every setting that cannot be, before anything is registered
 * @example
 * const cluster = new GkeCluster("train", {
 *   project: "acme-ai",
 *   region: "us-central1",
 *   gpus: { accelerator: "h100", nodes: 4, zone: "us-central1-a" },
 * });
 * export const kubeconfig = cluster.kubeconfig;
 */
export class GkeCluster extends pulumi.ComponentResource {
  /** For `kubectl`, which needs `gke-gcloud-auth-plugin` on the `PATH`. Secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Name of the cluster in its project and region. */
  readonly clusterName: pulumi.Output<string>;
  /** `projects/…/locations/…/clusters/…` */
  readonly clusterId: pulumi.Output<string>;
  /** Id of the nodes' network. */
  readonly networkId: pulumi.Output<string>;
  /** What has to be there before workloads: node pools, networks for pods, storage classes, rights of components. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: GkeSettings, opts?: pulumi.ComponentResourceOptions) {
    requireName(name);
    const plan: GkePlan = planGke(args);
    super("cairn:cluster:GkeCluster", name, { facts: plan.facts }, opts);
    const provider =
      args.provider ?? new Provider(`${name}-gcp`, { project: plan.project, region: plan.region }, { parent: this });
    const context: Context = { name, args, plan, parent: this, provider };

    const network = clusterNetwork(context);
    const fabric = fabricInterfaces(context);
    const agents = serviceAgents(context);
    const key = clusterKey(context, agents);
    const nodes = nodeIdentity(context);
    const cluster = controlPlane(context, { network, fabric, key, nodes });
    const kubeconfig = gkeKubeconfig(cluster, plan.endpoint);

    const parts = { cluster, key, nodes };
    const system = systemPool(context, parts);
    const kubernetes = kubernetesProvider(name, kubeconfig, cluster.id, { parent: this });
    // Whatever deletes the cluster deletes its objects, and may no longer reach them.
    const inCluster = { parent: this, provider: kubernetes, deletedWith: cluster, dependsOn: [system] };
    const inside = { name, opts: inCluster, transform: args.transform ?? {} };
    const networks = networkObjects(inside, fabric);
    const gpus = gpuPool(context, parts, fabric, [system, ...networks, ...fabric.flatMap(({ ready }) => ready)]);

    this.kubeconfig = kubeconfig;
    this.clusterName = cluster.name;
    this.clusterId = cluster.id;
    this.networkId = pulumi.output(network.network);
    this.ready = [
      system,
      gpus,
      ...networks,
      ...storageClasses(inside, key, plan.gpus.machine),
      ...adminBinding(inside, args.access?.admins ?? []),
      ...componentIdentities(context, agents, cluster),
    ];
    this.registerOutputs({
      kubeconfig,
      clusterName: this.clusterName,
      clusterId: this.clusterId,
      networkId: this.networkId,
    });
  }
}

/** A service account's id has 30 characters at most, of which Pulumi's own ending takes 8 and ours 3. */
const LONGEST_NAME = 19;

function requireName(name: string): void {
  if (/^[a-z][a-z0-9-]*$/.test(name) && name.length <= LONGEST_NAME && !name.endsWith("-")) return;
  const message = `${JSON.stringify(name)} cannot begin the names of resources in Google Cloud`;
  const hint = `a lower-case letter, then letters, digits and hyphens; at most ${LONGEST_NAME} characters`;
  throw new CairnError("CLUSTER_SETTINGS", "gke() cannot make this cluster", {
    findings: [{ path: "name", message, hint }],
  });
}

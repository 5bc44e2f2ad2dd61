import { type AgentPool, type ManagedCluster } from "@pulumi/azure-native/containerservice";
import { Provider } from "@pulumi/azure-native/provider";
import { ResourceGroup } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { child } from "../cloud/child";
import { ClusterObject, kubernetesProvider } from "../cloud/object";
import { type AksArgs } from "./args";
import { type Context, optionsOf } from "./context";
import { controlPlane, features, maintenanceWindows } from "./control-plane";
import { admins, controlPlaneIdentity, pullers, workloadIdentities } from "./identities";
import { keys } from "./keys";
import { kubeconfig } from "./kubeconfig";
import { logs } from "./logs";
import { network } from "./network";
import { checkClusterName, planAks } from "./plan";
import { type AksPlan } from "./plan-types";
import { capacity, gpuPool } from "./pools";
import { type AksAccelerator } from "./vm-sizes";

/**
 * An AKS cluster with a GPU pool, its network, keys, logs and identities, without a component stack. Usable alone; `aks()` makes one for
 * `GpuTrainingCluster` and `GpuInferenceCluster`.
 *
 * @throws CairnError `CLUSTER_SETTINGS` with everything that is wrong with the arguments, before anything is registered.
 * @example
 * const cluster = new AksCluster("train", { location: "eastus2", gpus: { accelerator: "h100", nodes: 4 } });
 * export const kubeconfig = cluster.kubeconfig;
 */
export class AksCluster<A extends AksAccelerator = AksAccelerator> extends pulumi.ComponentResource {
  /** What was decided from the arguments. */
  readonly plan: AksPlan<A>;
  /** For `kubectl`. Secret. How it gets in: `access.login`. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Azure's identifier of the cluster. */
  readonly clusterId: pulumi.Output<string>;
  /** Azure's identifier of the network. `undefined` where it was there before. */
  readonly networkId: pulumi.Output<string | undefined>;
  /** Identifier of the nodes' subnet. */
  readonly nodeSubnetId: pulumi.Output<string>;
  /** Name of the resource group that holds the cluster. */
  readonly resourceGroupName: pulumi.Output<string>;
  /** Issuer of the service accounts' tokens, for federated credentials of your own. */
  readonly issuerUrl: pulumi.Output<string>;
  /** Client identifiers of `identities`, by name: for the annotation `azure.workload.identity/client-id`. */
  readonly clientIds: Readonly<Record<string, pulumi.Output<string>>>;
  /** What to wait for before anything is installed. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: AksArgs<A>, opts: pulumi.ComponentResourceOptions = {}) {
    const plan = planAks(args);
    checkClusterName(name);
    super("cairn:cluster:AksCluster", name, {}, opts);
    this.plan = plan;
    const context = this.contextOf(name, args, plan);
    const identity = controlPlaneIdentity(context);
    const net = network(context, identity.principalId);
    const keyring = keys(context, identity);
    const cluster = controlPlane(context, { identity, network: net, keys: keyring, features: features(context) });
    const pool = gpuPool(context, cluster, net, capacity(context, identity));
    const administrators = admins(context, cluster);
    const workloads = workloadIdentities(context, cluster);
    this.kubeconfig = kubeconfig(context, cluster, identity.tenantId, [pool, ...administrators]);
    this.clusterId = cluster.id;
    this.networkId = pulumi.output(net.virtualNetwork?.id);
    this.nodeSubnetId = pulumi.output(net.nodeSubnet);
    this.resourceGroupName = pulumi.output(context.resourceGroup);
    this.issuerUrl = cluster.oidcIssuerProfile.apply((profile) => profile?.issuerURL ?? "");
    this.clientIds = workloads.clientIds;
    this.ready = [
      cluster,
      pool,
      ...administrators,
      ...workloads.ready,
      ...pullers(context, cluster),
      ...logs(context, cluster, keyring),
      ...maintenanceWindows(context, cluster),
      storageClass(context, this.kubeconfig, cluster, pool),
    ];
    const { clusterId, networkId, nodeSubnetId, resourceGroupName, issuerUrl, clientIds } = this;
    this.registerOutputs({
      kubeconfig: this.kubeconfig,
      clusterId,
      networkId,
      nodeSubnetId,
      resourceGroupName,
      issuerUrl,
      clientIds,
    });
  }

  private contextOf(name: string, { provider, transform = {} }: AksArgs<A>, plan: AksPlan): Context {
    const azure = provider ?? new Provider(`${name}-azure`, { location: plan.location }, { parent: this });
    const context = { name, plan, transform, parent: this, provider: azure };
    if (plan.resourceGroup !== undefined) return { ...context, resourceGroup: plan.resourceGroup };
    const { location, tags } = plan;
    // Removing it removes what is in it.
    const protect = Object.values(plan.protect).some(Boolean);
    const options = { parent: this, provider: azure, protect };
    const made = child(ResourceGroup, `${name}-rg`, { location, tags }, options, transform.resourceGroup);
    return { ...context, resourceGroup: made.name };
  }
}

/**
 * SSD volumes for pods that name no class, encrypted by the cluster's disk encryption set like every disk of its driver (azure-aks-docs
 * azure-disk-customer-managed-keys.md, 2024-02-01). AKS has a default class of its own; of two the younger one counts.
 */
function storageClass(
  context: Context,
  kubeconfig: pulumi.Output<string>,
  cluster: ManagedCluster,
  pool: AgentPool,
): ClusterObject {
  const { name, parent, transform } = context;
  const provider = kubernetesProvider(name, kubeconfig, cluster.id, { parent });
  const manifest = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name: "cairn-premium",
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
    },
    provisioner: "disk.csi.azure.com",
    parameters: { skuName: "Premium_LRS" },
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
  };
  const options = optionsOf({ ...context, provider }, { deletedWith: cluster, dependsOn: [pool] });
  return child(ClusterObject, name, manifest, options, transform.storageClass);
}

import { type Cluster } from "@pulumi/oci/containerengine/cluster";
import { Provider } from "@pulumi/oci/provider";
import * as pulumi from "@pulumi/pulumi";
import { child } from "../cloud/child";
import { ClusterObject, kubernetesProvider } from "../cloud/object";
import { type OkeArgs } from "./args";
import { addons, controlPlane, logs } from "./control-plane";
import { clusterIdentities, serviceIdentities } from "./identities";
import { encryptionKey } from "./keys";
import { endpointOf } from "./kubeconfig";
import { network } from "./network";
import { planOke, type OkePlan } from "./plan";
import { gpuPool, systemPool } from "./pools";
import { type Site } from "./site";

/**
 * An OKE cluster with one GPU pool, its network, keys, identities, logs and storage class, as a component of its own.
 *
 * @throws CairnError `CLUSTER_SETTINGS` with everything that is wrong, before anything is registered
 * @example
 * const cluster = new OkeCluster("train", {
 *   region: "us-ashburn-1",
 *   compartmentId: "ocid1.compartment.oc1..aaaa",
 *   gpus: { accelerator: "h100", nodes: 4, availabilityDomain: "Uocm:US-ASHBURN-AD-1", image: "ocid1.image.oc1.iad.aaaa" },
 * });
 * export const { kubeconfig } = cluster;
 */
export class OkeCluster extends pulumi.ComponentResource {
  /** For `kubectl` with Oracle's CLI beside it. Secret. */
  readonly kubeconfig: pulumi.Output<string>;
  readonly clusterId: pulumi.Output<string>;
  readonly vcnId: pulumi.Output<string>;
  /** For Services: `oci.oraclecloud.com/oci-network-security-groups`. */
  readonly loadBalancerGroupId: pulumi.Output<string>;
  /** What a stack waits for. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: OkeArgs, opts?: pulumi.ComponentResourceOptions) {
    const plan = planOke(args);
    super("cairn:cluster:OkeCluster", name, { facts: plan.facts }, opts);
    const site: Site = { name, args, plan, parent: this, ...providers(name, args, plan, this) };
    const key = encryptionKey(site);
    const { policies, nodes } = serviceIdentities(site, key);
    const net = network(site);
    const cluster = controlPlane(site, net, key, [...policies]);
    logs(site, cluster);
    const rights = clusterIdentities(site, cluster.id, nodes);
    const installed = addons(site, cluster);
    const endpoint = endpointOf(site, cluster);
    const settings = { site, network: net, key, clusterId: cluster.id, endpoint };
    // Machines need their rights to join; system nodes outlive the GPUs', because the stack's controllers run there.
    const system = systemPool(settings, [cluster, ...policies, ...rights]);
    const gpus = gpuPool(settings, [system, ...installed, ...policies, ...rights]);
    const objects = kubernetesObjects(site, key, endpoint.kubeconfig, cluster, [system]);
    this.kubeconfig = endpoint.kubeconfig;
    this.clusterId = cluster.id;
    this.vcnId = net.vcnId;
    this.loadBalancerGroupId = net.groups["load-balancers"];
    this.ready = [...gpus, system, ...installed, ...objects];
    this.registerOutputs({
      kubeconfig: this.kubeconfig,
      clusterId: this.clusterId,
      vcnId: this.vcnId,
      loadBalancerGroupId: this.loadBalancerGroupId,
    });
  }
}

/** Tags that a tenancy adds to everything; the program never wrote them. */
const ADDED_TAGS = ["Oracle-Tags.CreatedBy", "Oracle-Tags.CreatedOn"];

function providers(name: string, args: OkeArgs, { region, homeRegion }: OkePlan, parent: pulumi.Resource) {
  const make = (suffix: string, where: string) =>
    new Provider(`${name}-${suffix}`, { region: where, ignoreDefinedTags: ADDED_TAGS }, { parent });
  const provider = args.provider ?? make("oci", region);
  const home = args.homeProvider ?? (homeRegion === region ? provider : make("oci-home", homeRegion));
  return { provider, home };
}

/** What belongs to the cluster itself: its default storage class and its administrators. */
function kubernetesObjects(
  site: Site,
  key: pulumi.Output<string>,
  kubeconfig: pulumi.Output<string>,
  cluster: Cluster,
  dependsOn: pulumi.Resource[],
): readonly pulumi.Resource[] {
  const { name, parent, plan } = site;
  const provider = kubernetesProvider(name, kubeconfig, cluster.id, { parent });
  const opts = { parent, provider, deletedWith: cluster, dependsOn };
  const storageClass = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name: "cairn-block-volume",
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
    },
    provisioner: "blockvolume.csi.oraclecloud.com",
    parameters: { "kms-key-id": key, vpusPerGB: "20" },
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
  };
  const { admins } = plan.endpoint;
  const binding = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "cairn-admins" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: admins.map((group) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: group })),
  };
  const { transform } = site.args;
  return [
    child(ClusterObject, name, storageClass, opts, transform?.storageClass),
    ...(admins.length === 0 ? [] : [child(ClusterObject, name, binding, opts, transform?.adminBinding)]),
  ];
}

import { type Provider } from "@pulumi/azure-native/provider";
import type * as pulumi from "@pulumi/pulumi";
import { type Taint } from "../types";
import { type AksTransforms } from "./transforms";
import { type AksAccelerator, type AksVmSizeOf } from "./vm-sizes";

/** Azure's identifier of a resource: `/subscriptions/…/resourceGroups/…/providers/…`. What another resource's `id` gives will do. */
export type ResourceId = pulumi.Input<string>;

/** An availability zone of a region. */
export type Zone = "1" | "2" | "3";

/** What Cairn has AKS recipes for: Ubuntu 24.04 (osSKU `Ubuntu2404`; azure-aks-docs fb060ab, 2026-08). */
export type AksOs = "ubuntu";

/** Who owns driver, container toolkit and runtime class on the GPU nodes (NVIDIA/aicr docs/integrator/aks-gpu-setup.md, 2026). */
export type AksGpuStack = "azure-managed" | "operator-managed";

/** What can be protected, and replaced. */
export type AksPart = "cluster" | "gpus" | "network" | "keys";

/** Settings of `aks()`. */
export interface AksArgs<A extends AksAccelerator = AksAccelerator, OS extends AksOs = AksOs> {
  /** Region, as Azure's API names it: `eastus2`. */
  readonly location: string;
  /** The GPU pool. */
  readonly gpus: AksGpuArgs<A>;
  /**
   * Minor (`1.36`; AKS takes its newest patch release) or patch release (`1.36.1`). AKS upgrades one minor at a time, the control plane
   * before the pools. The system pool is not among those that the program moves: docs/aks.md says what to run after each minor.
   *
   * @default "1.36"
   */
  readonly kubernetesVersion?: string;
  /** Operating system of the nodes, as recipes name it. @default "ubuntu" */
  readonly os?: OS;
  /**
   * Who owns the GPU driver. It sets the pools' driver flag and the recipe's `gpuStack` profile alike, so that they cannot disagree:
   * `azure-managed` takes the driver of the node image, `operator-managed` makes pools without one. Fixed when the pool is made.
   *
   * @default "azure-managed"
   */
  readonly gpuStack?: AksGpuStack;
  /** Nodes for everything that needs no GPU. @default three `Standard_D8ds_v5` */
  readonly system?: AksSystemArgs;
  /** A network of the cluster's own, or the subnets of one that is there. @default its own, with default ranges */
  readonly network?: AksOwnNetworkArgs | AksExistingNetworkArgs;
  /** Who reaches the Kubernetes API, and how. @default a private endpoint; whoever runs the first `up` is administrator */
  readonly access?: AksAccessArgs;
  /** Whose key encrypts Secrets, OS disks and volumes. @default a key of the cluster's own; the machines' hosts encrypt too */
  readonly encryption?: AksEncryptionArgs;
  /** Control plane and audit logs. They cannot be switched off. @default a workspace of the cluster's own, 90 days */
  readonly logs?: AksLogsArgs;
  /** What Azure moves by itself, and when. @default nothing */
  readonly upgrades?: AksUpgradeArgs;
  /**
   * How long Azure supports the minor: `long-term` buys two years for a minor that Azure supports so long, on the Premium tier.
   *
   * @default "standard"
   */
  readonly support?: "standard" | "long-term";
  /**
   * Features of the subscription that the settings need: `AKSInfinibandSupport` for sizes with InfiniBand, `EncryptionAtHost`. They are
   * registered once per subscription, and stay when the stack goes. Say `registered` where that is done, as in a second stack: the provider
   * refuses to make what is there.
   *
   * A registration takes minutes, and reaches AKS after `az provider register --namespace Microsoft.ContainerService` (and
   * `Microsoft.Compute`), for which Pulumi has no resource.
   *
   * @default "register"
   */
  readonly features?: "register" | "registered";
  /** Name of a resource group that is there. @default one of the cluster's own */
  readonly resourceGroup?: string;
  /** Azure container registries from which nodes may pull, by a name of your own. @default none */
  readonly registries?: Readonly<Record<string, ResourceId>>;
  /**
   * Identities of workloads that talk to Azure, by a name of your own. Pods of the service account get tokens by workload identity; there is
   * no secret. Cairn's recipes for AKS need none: the disk driver and the load balancers are AKS's own.
   *
   * @default none
   * @example
   * identities: { datasets: { namespace: "train", serviceAccount: "loader", roles: [{ role: "2a2b9908-…", scope: account.id }] } }
   */
  readonly identities?: Readonly<Record<string, AksIdentityArgs>>;
  /** Tags of every Azure resource that takes them. @default none */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * Pulumi's `protect` on cluster, GPU pool, network and keys. AKS has no deletion protection of its own; a management lock would be inherited
   * by the pools and hold up their upgrades.
   *
   * @default true
   */
  readonly protect?: boolean;
  /** Lifts `protect` from these, for a change that replaces them. @default none */
  readonly allowReplace?: readonly AksPart[];
  /** Azure's provider, for all that is made. @default one for `location`, with the credentials of the environment */
  readonly provider?: Provider;
  /** The way out: arguments or options of any child resource. @default none */
  readonly transform?: AksTransforms;
}

/** The GPU pool. AKS makes one scale set of it, which is one InfiniBand partition: a job never spreads over pools. */
export interface AksGpuArgs<A extends AksAccelerator = AksAccelerator> {
  /** GPUs, as recipes name them. */
  readonly accelerator: A;
  /**
   * Nodes, 1 to 1,000. A scale set in one placement group, as InfiniBand asks for, usually ends at 100 machines (Azure.ResourceManager.Compute
   * reference, 2025): ask Microsoft before planning more.
   */
  readonly nodes: number;
  /** Size of the machines. @default the size that AICR's recipes are for: `Standard_ND96isr_H100_v5` for h100; see `DEFAULT_VM_SIZES` */
  readonly vmSize?: NoInfer<AksVmSizeOf<A>>;
  /** Availability zone of all nodes. @default the reservation's; else Azure chooses, in the whole region */
  readonly zone?: Zone;
  /** Where the machines come from. @default `onDemand()` */
  readonly capacity?: AksCapacity;
  /** How an upgrade goes through the pool. Not with `spot()`. @default `{ unavailable: 1 }`: no machine more than there are nodes */
  readonly upgrade?: AksPoolUpgrade;
  /** More labels of the nodes. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** More taints, beside `nvidia.com/gpu=present:NoSchedule`. @default none */
  readonly taints?: readonly Taint[];
  /**
   * A node pool snapshot pins the node image, and driver versions with it. Azure keeps no list of images to choose from: without a snapshot
   * a pool gets the newest one when it is made, and keeps it unless `upgrades.nodeImages` moves it.
   *
   * @default the newest image when the pool is made
   */
  readonly image?: AksNodePoolSnapshot;
  /** OS disk of each node. @default 512 GiB, ephemeral where that fits */
  readonly disk?: AksDiskArgs;
  /** Pods per node, 10 to 250, fixed when the pool is made. @default 110: AICR finds AKS's older default of 30 too few */
  readonly maxPods?: number;
}

/** `surge` nodes are made before as many go; or `unavailable` nodes are taken out and come back. */
export type AksPoolUpgrade =
  { readonly surge: number; readonly unavailable?: never } | { readonly unavailable: number; readonly surge?: never };

/** OS disk of a node. */
export interface AksDiskArgs {
  /** Size in GiB, 30 to 2,048. @default 512 */
  readonly sizeGiB?: number;
  /** `ephemeral` lives on the machine's temporary disk. @default "ephemeral" where it fits there, else "managed" */
  readonly type?: "ephemeral" | "managed";
}

/** Where machines come from. Made by `onDemand()`, `capacityReservationGroup()`, `newReservation()` and `spot()`. */
export type AksCapacity =
  | { readonly kind: "on-demand" }
  | { readonly kind: "reservation-group"; readonly group: ResourceId; readonly zone?: Zone }
  | { readonly kind: "new-reservation" }
  | { readonly kind: "spot"; readonly maxPrice: number };

/** A pinned node image. Made by `nodePoolSnapshot()`. */
export interface AksNodePoolSnapshot {
  /** The snapshot, whose node image new nodes get. */
  readonly snapshot: ResourceId;
}

/**
 * The pool for everything that needs no GPU, which carries no taint. It is part of the cluster's own resource, and Azure reports all pools
 * there, so these settings count when the cluster is made; change it later with `az aks nodepool` (pulumi-azure-native issue 2719, 2026).
 */
export interface AksSystemArgs {
  /** Nodes, 1 to 100. @default 3 */
  readonly nodes?: number;
  /** Size of the machines, one without GPUs. @default "Standard_D8ds_v5" */
  readonly vmSize?: string;
  /** Availability zones that the nodes are spread over. @default all three, where the region has zones */
  readonly zones?: readonly Zone[];
}

/** Address ranges of a network that the target makes. None may overlap. They are fixed when the cluster is made, so give them room to grow. */
export interface AksOwnNetworkArgs {
  /** Of the virtual network: half for nodes, the rest for the API server and what you add. @default "10.224.0.0/16" */
  readonly cidr?: string;
  /** Of pods, a /24 for each node, seen inside the cluster only. @default "10.244.0.0/14": 1,024 nodes */
  readonly podCidr?: string;
  /** Of Services, smaller than a /12. @default "10.0.0.0/16" */
  readonly serviceCidr?: string;
  readonly nodeSubnet?: never;
  readonly apiServerSubnet?: never;
  readonly outbound?: never;
}

/** A network that is there. The cluster's identity gets Network Contributor on both subnets. */
export interface AksExistingNetworkArgs extends Pick<AksOwnNetworkArgs, "podCidr" | "serviceCidr"> {
  readonly cidr?: never;
  /** The subnet for nodes. */
  readonly nodeSubnet: ResourceId;
  /** A subnet of /28 or larger, delegated to `Microsoft.ContainerService/managedClusters`. */
  readonly apiServerSubnet: ResourceId;
  /** How nodes reach the internet: by a NAT gateway on the subnet, or by a route to a firewall. @default "nat-gateway" */
  readonly outbound?: "nat-gateway" | "route";
}

/** Who reaches the API server, and how. */
export type AksAccessArgs = AksAccessCommon & (AksPrivateEndpoint | AksPublicEndpoint);

/** In the network only: run Pulumi where it can be reached, in the network, a peered one or over a VPN. */
export interface AksPrivateEndpoint {
  /** Where the API server answers. @default "private" */
  readonly endpoint?: "private";
}

/** From the internet, for these ranges only. Nodes use the private endpoint all the same. */
export interface AksPublicEndpoint {
  /** Where the API server answers. */
  readonly endpoint: "public";
  /** IPv4 addresses or blocks of the internet, none wider than a /16, at most 2,000 (azure-aks-docs api-server-authorized-ip-ranges.md, 2026). */
  readonly authorizedRanges: readonly string[];
}

interface AksAccessCommon {
  /** Administrators of the cluster, by Azure RBAC. Name whoever runs Pulumi too. @default whoever runs the first `up` */
  readonly admins?: readonly AksPrincipal[];
  /**
   * How the kubeconfig gets in. `azurecli`, `workloadidentity`, `spn` and `msi` are methods of Microsoft's `kubelogin`, which must be
   * installed; its variable `AAD_LOGIN_METHOD` overrides them, so that people and CI can share a stack. `certificate` needs no program, but
   * switches on AKS's local administrator: a certificate that lasts two years and that only a rotation of all certificates revokes.
   *
   * @default "azurecli"
   */
  readonly login?: "azurecli" | "workloadidentity" | "spn" | "msi" | "certificate";
}

/** Someone in Microsoft Entra. Made by `group()`, `user()` and `servicePrincipal()`. */
export interface AksPrincipal {
  /** Azure wants to know what the identifier is of. */
  readonly kind: "Group" | "User" | "ServicePrincipal";
  /** Object identifier, a UUID; of a service principal not its application identifier. */
  readonly objectId: string;
}

/** Encryption at rest. */
export interface AksEncryptionArgs {
  /** Key for Kubernetes Secrets, OS disks and volumes. @default one of the cluster's own, in a vault of its own */
  readonly key?: AksExistingKey;
  /**
   * Whether the machine's host encrypts temporary disks and caches too. Fixed when a pool is made; not every size can do it.
   *
   * @default true
   */
  readonly atHost?: boolean;
}

/** A key that is there. The cluster and its disk encryption set get roles for it on the vault. */
export interface AksExistingKey {
  /** Its vault, which must use Azure RBAC and have purge protection. */
  readonly vault: ResourceId;
  /** With its version: `https://vault.vault.azure.net/keys/name/0123…`. */
  readonly url: pulumi.Input<string>;
  /** Whether the vault can be reached from the internet. @default "private" */
  readonly network?: "private" | "public";
}

/** Where logs go, and which. */
export type AksLogsArgs = {
  /** `writes` leaves out reads, which are most of the audit log. @default "writes" */
  readonly audit?: "writes" | "everything";
} & (
  | {
      /** Days, 30 to 730. @default 90 */
      readonly retentionDays?: number;
      readonly workspace?: never;
    }
  | {
      /** A Log Analytics workspace that is there. */
      readonly workspace: ResourceId;
      readonly retentionDays?: never;
    }
);

/** What Azure moves by itself, and when. Minors never: components and recipe must go with them. */
export interface AksUpgradeArgs {
  /** `patch`: patch releases of the minor. Give `kubernetesVersion` as a minor then. @default "none" */
  readonly kubernetes?: "none" | "patch";
  /** What is put on nodes that run: security patches, or whole images. Reboots nodes, GPU nodes too. @default "none" */
  readonly nodeImages?: "none" | "security-patch" | "node-image";
  /** Needed when anything moves. @default none: nothing moves */
  readonly window?: AksMaintenanceWindow;
}

/** A weekly window, in UTC. */
export interface AksMaintenanceWindow {
  /** Day of the week. */
  readonly day: "Monday" | "Tuesday" | "Wednesday" | "Thursday" | "Friday" | "Saturday" | "Sunday";
  /** Begin, as `HH:MM`. */
  readonly start: string;
  /** Length in hours, 4 to 24. @default 4 */
  readonly hours?: number;
}

/** A workload that talks to Azure. */
export interface AksIdentityArgs {
  /** Where its service account is. */
  readonly namespace: string;
  /** Whose pods get tokens. */
  readonly serviceAccount: string;
  /** What it may do: as little as it needs. */
  readonly roles: readonly AksRoleGrant[];
}

/** One role at one place. */
export interface AksRoleGrant {
  /** Identifier of a role definition, a UUID. */
  readonly role: string;
  /** What it is for. */
  readonly scope: ResourceId;
}

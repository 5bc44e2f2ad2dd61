import { type ClusterArgs, type NodePoolArgs } from "@pulumi/gcp/container";
import {
  type FirewallArgs,
  type NetworkArgs,
  type ResourcePolicyArgs,
  type RouterArgs,
  type RouterNatArgs,
  type SubnetworkArgs,
} from "@pulumi/gcp/compute";
import { type CryptoKeyArgs, type CryptoKeyIAMMemberArgs, type KeyRingArgs } from "@pulumi/gcp/kms";
import { type IAMMemberArgs, type ServiceIdentityArgs } from "@pulumi/gcp/projects";
import { type Provider } from "@pulumi/gcp/provider";
import { type AccountArgs } from "@pulumi/gcp/serviceaccount";
import type * as pulumi from "@pulumi/pulumi";
import { type Transform } from "../cloud/child";
import { type Manifest } from "../cloud/object";
import { type Taint } from "../types";
import { type Capacity, type Upgrade } from "./capacity";
import { type GkeAccelerator, type GkeDiskType, type GkeMachineType, type GkeMachineTypeOf } from "./machines";
import { type ReleaseChannel } from "./versions";

/**
 * Settings of {@link gke}. Three are needed: `project`, `region` and `gpus`.
 *
 * @typeParam Accelerator - Decides which machine types there are to choose from.
 */
export interface GkeArgs<Accelerator extends GkeAccelerator = GkeAccelerator> extends GkeSettings {
  /** The one GPU pool. */
  readonly gpus: GkeGpuArgs<Accelerator>;
}

/** Settings of {@link GkeCluster}: those of {@link gke}, whatever the accelerator. */
export interface GkeSettings {
  /** Project's id, such as `acme-ai`. Its APIs `container`, `compute`, `cloudkms` and `iam` have to be on. */
  readonly project: string;
  /** Region of the control plane, such as `us-central1`. */
  readonly region: string;
  /** The one GPU pool. */
  readonly gpus: GkeGpuSettings;
  /**
   * A minor, such as `1.36`, or an exact version, such as `1.36.4-gke.1391002`.
   *
   * With a minor, GKE picks the patch and moves it, nodes included, within the minor and the maintenance window. An exact version holds the
   * nodes until the program says another; GKE withdraws a patch about 90 days after it deprecates it. Either way the minor moves with this
   * setting alone, until GKE no longer supports it. Left out, a running cluster stays where it is when a later Cairn has another default.
   *
   * @default "1.36"
   */
  readonly kubernetesVersion?: string;
  /** Which versions GKE offers, and when it moves to a patch. @default "regular" */
  readonly releaseChannel?: ReleaseChannel;
  /** Operating system of the nodes. GKE's recipes are for Container-Optimized OS. @default "cos" */
  readonly os?: "cos";
  /** Who installs the driver and advertises GPUs. A change makes another GPU pool. @default "gke-default" */
  readonly gpuStack?: GkeGpuStack;
  /** The pool for everything that needs no GPU. @default three `e2-standard-16` in the GPU pool's zone */
  readonly system?: GkeSystemArgs;
  /** The cluster's network: one of its own, or one that is there. @default one of its own */
  readonly network?: GkeNewNetwork | GkeExistingNetwork;
  /** Who reaches the API server, and who may do what there. @default {@link dnsEndpoint}, and nobody but who has it by IAM */
  readonly access?: GkeAccess;
  /** Encryption of Secrets, boot disks and volumes. @default a key of the cluster's own, which turns every 90 days */
  readonly encryption?: GkeEncryption;
  /** Logs that go to Cloud Logging. Audit logs of the API server always do. @default all five */
  readonly logs?: readonly GkeLog[];
  /** When the daily maintenance window begins, in UTC. @default "03:00" */
  readonly maintenanceWindow?: string;
  /** Labels of the cloud's resources, for bills and searches. @default none */
  readonly resourceLabels?: Readonly<Record<string, string>>;
  /**
   * Whether Pulumi refuses to delete or replace cluster, GPU pool, network and key, and the provider to delete the cluster.
   *
   * @default true
   */
  readonly protect?: boolean;
  /**
   * Parts from which `protect` is lifted, for a change that replaces them. A cluster takes its GPU pool along: name both, and run `up` once before the
   * change, which also opens GKE's own deletion protection.
   *
   * @default none
   */
  readonly allowReplace?: readonly GkePart[];
  /** The provider of the cloud's resources. @default one for `project` and `region` with the credentials that are around */
  readonly provider?: Provider;
  /** A way out for each child resource. @default none */
  readonly transform?: GkeTransforms;
}

/** What `protect` holds. */
export type GkePart = "cluster" | "gpus" | "network" | "key";

/**
 * Who installs the driver and advertises `nvidia.com/gpu`: the recipe's profile `gpuStack`, from which the pool's flags follow.
 *
 * - `gke-default`: GKE does both, with the driver that it has for the version, or with its latest. Without `driver` that is the former, but the
 *   latter on G4, whose GPU an older driver may not know.
 * - `bundle-installer`: GKE does neither; the recipe installs a pinned driver, and the GPU Operator advertises.
 *
 * Source: NVIDIA/aicr `docs/integrator/gke-gpu-setup.md`, 2026.
 */
export type GkeGpuStack =
  | "gke-default"
  | "bundle-installer"
  | { readonly owner: "gke-default"; readonly driver: "default" | "latest" }
  | { readonly owner: "bundle-installer" };

/** The GPU pool of an accelerator. */
export interface GkeGpuArgs<Accelerator extends GkeAccelerator = GkeAccelerator> extends GkeGpuSettings {
  /** What is computed with, such as `h100`. */
  readonly accelerator: Accelerator;
  /** A machine with that accelerator. @default the usual one with all its GPUs and the best fabric, such as `a3-megagpu-8g` for h100 */
  readonly machineType?: GkeMachineTypeOf<Accelerator>;
}

/** The GPU pool. Its nodes are in one zone, because a fabric, a reservation and a compact placement are. */
export interface GkeGpuSettings {
  /** What is computed with, such as `h100`. */
  readonly accelerator: GkeAccelerator;
  /** Nodes; with flex start the most there may be. */
  readonly nodes: number;
  /** Zone of the region, such as `us-central1-a`. It has to have the machine type. */
  readonly zone: string;
  /** A machine with that accelerator. @default the usual one with all its GPUs and the best fabric, such as `a3-megagpu-8g` for h100 */
  readonly machineType?: GkeMachineType;
  /** Where the machines come from. @default {@link onDemand} */
  readonly capacity?: Capacity;
  /** Nodes up to which the cluster autoscaler may take the pool. @default `nodes`: the pool has a fixed size */
  readonly maxNodes?: number;
  /**
   * `compact` puts the nodes close to each other; `{ policy }` is the name of a placement policy, such as the one of a reservation. Machines
   * that share NVLink (A4X) get their policy by themselves.
   *
   * @default as it comes; in a reservation as that has it
   */
  readonly placement?: "compact" | { readonly policy: string };
  /** What happens when the version moves. @default {@link inPlace} */
  readonly upgrade?: Upgrade;
  /** The boot disk. @default the machine's best type, 200 GB */
  readonly disk?: GkeDiskArgs;
  /** Further labels of the nodes. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** Further taints of the nodes. @default none but `nvidia.com/gpu=present:NoSchedule` */
  readonly taints?: readonly Taint[];
}

/** The boot disk of GPU nodes. */
export interface GkeDiskArgs {
  /** One that the machine boots from. @default the machine's best */
  readonly type?: GkeDiskType;
  /** GB, 50 to 65536. @default 200 */
  readonly sizeGb?: number;
}

/** The system pool. */
export interface GkeSystemArgs {
  /** Nodes in all zones together. @default 3 */
  readonly nodes?: number;
  /** Zones of the region, among which the nodes are shared out evenly. @default the GPU pool's */
  readonly zones?: readonly string[];
  /** A machine that takes Persistent Disks: the recipes' volumes are of such classes. @default "e2-standard-16" */
  readonly machineType?: string;
}

/** A network of the cluster's own: private nodes, Cloud NAT to get out, and Google's services without it. */
export interface GkeNewNetwork {
  /** Private range from which those of nodes, pods, services and GPU interfaces are cut. @default "10.0.0.0/10" */
  readonly cidr?: string;
  /** Nodes that the ranges are made for, both pools together; more later replaces the subnet. @default 256, or the next power of two */
  readonly maxNodes?: number;
  /** Pods per node, 8 to 256. @default 110 */
  readonly podsPerNode?: number;
  /** Whether nodes get out through Cloud NAT. Without it every image has to come from a registry of Google's. @default true */
  readonly nat?: boolean;
  /** Only for one that is there, see {@link GkeExistingNetwork}. @default none */
  readonly network?: never;
}

/** A network that is there, possibly one that another project shares. GPU interfaces have networks of their own, which are made. */
export interface GkeExistingNetwork {
  /** Self link or id of the network. */
  readonly network: pulumi.Input<string>;
  /** Self link or id of its subnet in the region, with Private Google Access on. */
  readonly subnetwork: pulumi.Input<string>;
  /** Name of the subnet's secondary range for pods. */
  readonly podRange: pulumi.Input<string>;
  /** Name of the subnet's secondary range for services. */
  readonly serviceRange: pulumi.Input<string>;
  /** Range from which those of GPU interfaces are cut; it must not meet the network's own. @default "10.64.0.0/12" */
  readonly cidr?: string;
  /** Nodes that the GPU interfaces' ranges are made for; more later replaces their subnets. @default 256, or the next power of two */
  readonly maxNodes?: number;
  /** Pods per node, 8 to 256, as the subnet's range was made for. @default 110 */
  readonly podsPerNode?: number;
}

/** Who reaches the API server, and who may do what there. */
export interface GkeAccess {
  /** The way to the API server. @default {@link dnsEndpoint} */
  readonly endpoint?: GkeEndpoint;
  /**
   * Who is `cluster-admin`, as IAM writes it: `user:…`, `group:…` or `serviceAccount:…`. Each needs a role with
   * `container.clusters.connect` and `.get` besides, such as `roles/container.viewer`. Who has `roles/container.admin` in IAM is one anyway.
   *
   * @default nobody besides those
   */
  readonly admins?: readonly string[];
  /** Group of groups, `gke-security-groups@DOMAIN`, without which GKE knows no group. @default none */
  readonly securityGroup?: string;
}

/** The way to the API server. See {@link dnsEndpoint}, {@link privateEndpoint} and {@link publicEndpoint}. */
export type GkeEndpoint =
  | { readonly kind: "dns" }
  | { readonly kind: "private"; readonly from: readonly string[] }
  | { readonly kind: "public"; readonly from: readonly string[] };

/**
 * By name, through Google's front end: IAM decides on each request before it reaches the cluster, whose addresses are all switched off.
 * There is nothing to allow by address, and the program that makes the cluster need not stand in its network. To bind it to networks as well,
 * put the project into a perimeter of VPC Service Controls.
 */
export function dnsEndpoint(): GkeEndpoint {
  return { kind: "dns" };
}

/**
 * By a private address in the cluster's network only. Whoever runs the program has to reach it.
 *
 * @param from - Private ranges besides the cluster's subnet, such as that of a VPN; none when left out.
 */
export function privateEndpoint(...from: readonly string[]): GkeEndpoint {
  return { kind: "private", from };
}

/**
 * By a public address that answers to these ranges alone.
 *
 * @param from - Such as an office's or a runner's, each of at most 65536 addresses.
 * @example
 * access: { endpoint: publicEndpoint("203.0.113.0/28") }
 */
export function publicEndpoint(...from: readonly [string, ...string[]]): GkeEndpoint {
  return { kind: "public", from };
}

/** A key that is there. */
export interface GkeEncryption {
  /**
   * Id of a symmetric key of Cloud KMS in the cluster's region: `projects/…/locations/…/keyRings/…/cryptoKeys/…`. The service agents of GKE and
   * Compute Engine need `roles/cloudkms.cryptoKeyEncrypterDecrypter` on it.
   */
  readonly key: pulumi.Input<string>;
}

/** Sources of logs. */
export type GkeLog = "SYSTEM_COMPONENTS" | "WORKLOADS" | "APISERVER" | "SCHEDULER" | "CONTROLLER_MANAGER";

/**
 * What to change about each resource in the cloud and each object of the cluster. A function may set `opts.import`, to take over what is
 * there.
 */
export interface GkeTransforms {
  /** The cluster's own network. @default none */
  readonly network?: Transform<NetworkArgs>;
  /** The subnet of nodes, with the ranges of pods and services. @default none */
  readonly subnetwork?: Transform<SubnetworkArgs>;
  /** The router that Cloud NAT belongs to. @default none */
  readonly router?: Transform<RouterArgs>;
  /** Cloud NAT. @default none */
  readonly nat?: Transform<RouterNatArgs>;
  /** Each network of GPU interfaces, by its name. @default none */
  readonly fabricNetwork?: Transform<NetworkArgs>;
  /** Each subnet of those networks, by its name. @default none */
  readonly fabricSubnetwork?: Transform<SubnetworkArgs>;
  /** What lets traffic in to each of those networks that takes a firewall. @default none */
  readonly fabricFirewall?: Transform<FirewallArgs>;
  /** The ring of the cluster's own key. @default none */
  readonly keyRing?: Transform<KeyRingArgs>;
  /** The cluster's own key. @default none */
  readonly key?: Transform<CryptoKeyArgs>;
  /** Each of Google's accounts that may use the key. @default none */
  readonly keyGrant?: Transform<CryptoKeyIAMMemberArgs>;
  /** GKE's own account in the project. @default none */
  readonly serviceAgent?: Transform<ServiceIdentityArgs>;
  /** The service account of nodes. @default none */
  readonly nodeAccount?: Transform<AccountArgs>;
  /** Each right of that account. @default none */
  readonly nodeRole?: Transform<IAMMemberArgs>;
  /** Rights of each component that asks Google's APIs. @default none */
  readonly componentRole?: Transform<IAMMemberArgs>;
  /** The control plane. @default none */
  readonly cluster?: Transform<ClusterArgs>;
  /** The pool for everything that needs no GPU. @default none */
  readonly systemPool?: Transform<NodePoolArgs>;
  /** The GPU pool. @default none */
  readonly gpuPool?: Transform<NodePoolArgs>;
  /** The policy that keeps an NVLink domain together. @default none */
  readonly placementPolicy?: Transform<ResourcePolicyArgs>;
  /** Each `StorageClass`. @default none */
  readonly storageClass?: Transform<Manifest>;
  /** Each `GKENetworkParamSet`, which says what a network for pods is in the cloud. @default none */
  readonly networkParamSet?: Transform<Manifest>;
  /** Each `Network`, which pods know a network by. @default none */
  readonly networkObject?: Transform<Manifest>;
  /** The `ClusterRoleBinding` of `access.admins`. @default none */
  readonly adminBinding?: Transform<Manifest>;
}

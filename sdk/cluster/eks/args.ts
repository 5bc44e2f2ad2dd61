import type * as pulumi from "@pulumi/pulumi";
import type { Provider } from "@pulumi/aws/provider";
import { type Taint } from "../types";
import { type Capacity } from "./capacity";
import { type EksTransforms } from "./children";
import { type EksOs, type GpuStackOf, type ImageOf } from "./images";
import { type EksAccelerator, type InstanceTypeOf } from "./instances";
import { type Layout, type LayoutName } from "./interfaces";
import { type AwsRegion } from "./regions";
import { type EksAddon, type EksMinor } from "./versions";

/**
 * Settings of {@link eks} and {@link EksCluster}.
 *
 * @example
 * eks({ region: "us-west-2", gpus: { accelerator: "h100", nodes: 16, capacity: capacityBlock("cr-0123456789abcdef0") } })
 */
export interface EksArgs<A extends EksAccelerator = EksAccelerator, OS extends EksOs = EksOs> {
  readonly region: AwsRegion;
  readonly gpus: GpuPoolArgs<A, OS>;
  /**
   * Minor of the control plane and of nodes whose image EKS chooses. Raise it by one at a time: EKS takes no larger step. Ubuntu nodes stay
   * on their image until `gpus.image` and `system.image` name others; they may be three minors behind (Kubernetes version skew policy).
   *
   * @default "1.36", what Cairn's recipes are written for
   */
  readonly kubernetesVersion?: EksMinor;
  /** Of all nodes. Training recipes are for Ubuntu; Amazon Linux has inference recipes. @default "ubuntu" */
  readonly os?: OS;
  /**
   * Who installs driver and container toolkit. It chooses the image and is the recipe's profile `gpuStack`, so that the two cannot differ.
   * Ubuntu's EKS images carry no driver.
   *
   * @default "operator-managed" on Ubuntu, "ami-preinstalled" on Amazon Linux
   */
  readonly gpuStack?: GpuStackOf<OS>;
  /** Nodes for everything that needs no GPU. @default 3 × m7i.2xlarge */
  readonly system?: SystemPoolArgs<OS>;
  /** @default a private network of its own */
  readonly network?: NewNetwork | ExistingNetwork;
  /** Who reaches the API server, and who is administrator. @default a private endpoint, and the creator */
  readonly access?: AccessArgs;
  /** Key for what is at rest. @default a key of its own */
  readonly encryption?: EncryptionArgs;
  /** Control plane logs in CloudWatch. @default all of them, for 90 days */
  readonly logs?: LogArgs;
  /** Versions of EKS add-ons, such as `{ coredns: "v1.14.3-eksbuild.23" }`. @default the newest that this release of Cairn knows for the minor */
  readonly addons?: { readonly [name in EksAddon]?: string };
  /**
   * What happens after 14 months of a minor: EKS upgrades the control plane by itself (`standard`), or the hour costs more for 12 months
   * (`extended`), after which it upgrades anyway (Amazon EKS user guide, Kubernetes versions, 2026).
   *
   * @default "extended", EKS's own
   */
  readonly support?: "standard" | "extended";
  /** Name of the cluster in EKS. Another name is another cluster. @default `<stack>-<name>` */
  readonly clusterName?: string;
  /** On everything that takes tags. @default none but Cairn's own and `Name` */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * Pulumi's `protect` on cluster, GPU pool, network and keys, and EKS's deletion protection. Set it to false and run `up` once before
   * `destroy`.
   *
   * @default true
   */
  readonly protect?: boolean;
  /**
   * Lifts `protect` from these, for a change that replaces them. A cluster takes its GPU pool along: name both, and run `up` once before the
   * change, which also opens EKS's own deletion protection.
   *
   * @default none
   */
  readonly allowReplace?: readonly ReplaceablePart[];
  /** For the same region. @default one for the region, with the ambient credentials */
  readonly provider?: Provider;
  /**
   * The way out of every default: for each kind of child resource, arguments to lay over its own, or a function that changes arguments and
   * options of each resource of that kind.
   *
   * @default nothing
   * @example transform: { gpuTemplate: { ebsOptimized: "true" }, subnet: (args, opts, name) => { opts.protect = false; } }
   */
  readonly transform?: EksTransforms;
}

/** What `protect` holds, by the name that `allowReplace` uses. */
export type ReplaceablePart = "cluster" | "gpus" | "network" | "keys";

/** The GPU nodes: one managed node group in one zone. */
export interface GpuPoolArgs<A extends EksAccelerator = EksAccelerator, OS extends EksOs = EksOs> {
  readonly accelerator: A;
  /** From 1 to 450, EKS's quota for a node group; at most 64 in a Capacity Block, where it is the most once the pool is made. */
  readonly nodes: number;
  /** @default the usual one of the accelerator, such as p5.48xlarge for h100 */
  readonly instanceType?: InstanceTypeOf<A>;
  /** @default on-demand instances in a placement group of their own */
  readonly capacity?: Capacity;
  /**
   * Zone by name or ID, or a Local Zone: `us-west-2b`, `usw2-az2`, `us-east-1-dfw-2a`. A single reservation is read from AWS at preview:
   * its instance type, its size, and its zone where the one here is a name.
   *
   * @default the reservation's; else the first of `network.zones`
   */
  readonly zone?: string;
  /**
   * Network interfaces of a node: a layout of the instance type by name, or every interface by hand.
   *
   * @default "recommended"
   */
  readonly interfaces?: LayoutName | Layout;
  /**
   * What pins the image.
   *
   * @default on Ubuntu Canonical's newest 24.04 for the minor, looked up when the pool is made and then kept; on Amazon Linux EKS's newest
   * for the minor when the pool is made, kept likewise
   */
  readonly image?: ImageOf<OS>;
  /** Added to Cairn's own. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** @default nvidia.com/gpu=present:NoSchedule */
  readonly taints?: readonly Taint[];
  /** Pods on a node, from 16 to 250. Addresses are set aside for as many. @default 110 */
  readonly maxPods?: number;
  /** Of the root volume (gp3, encrypted), in GiB. @default 200 */
  readonly diskSize?: number;
  /** What becomes of local NVMe disks: one RAID 0 below containers and pods, or nothing. @default "raid0" */
  readonly localDisks?: "raid0" | "none";
  /** @default the image's */
  readonly kubelet?: KubeletSettings;
  /** Whether EKS replaces or reboots nodes that its monitoring agent finds unhealthy. @default true */
  readonly repair?: boolean;
}

/** Settings of the kubelet that concern placement inside a node, as Kubernetes names them. */
export interface KubeletSettings {
  /** `static` gives pods with whole CPUs cores of their own. @default "none" */
  readonly cpuManagerPolicy?: "none" | "static";
  /** How strictly GPUs, CPUs and network cards of a pod have to be of one NUMA node. @default "none" */
  readonly topologyManagerPolicy?: "none" | "best-effort" | "restricted" | "single-numa-node";
}

/** Nodes for everything that needs no GPU. */
export interface SystemPoolArgs<OS extends EksOs = EksOs> {
  /** From 2 to 100. @default 3 */
  readonly nodes?: number;
  /** Any type without accelerators. @default "m7i.2xlarge" */
  readonly instanceType?: string;
  /** As `gpus.image`, for this pool's architecture. @default as there */
  readonly image?: ImageOf<OS>;
  /** Of the root volume (gp3, encrypted), in GiB. @default 100 */
  readonly diskSize?: number;
}

/** A network that the target makes: private subnets for nodes, public ones for NAT gateways and public load balancers. */
export interface NewNetwork {
  readonly vpcId?: undefined;
  /** From /16 to /20. Half of it is for GPU nodes unless `gpuCidr` is set. @default "10.0.0.0/16" */
  readonly cidr?: string;
  /** A second block of the network, all of it for GPU nodes, such as `100.64.0.0/16`. @default the upper half of `cidr` */
  readonly gpuCidr?: string;
  /** Of Kubernetes Services. Another one is another cluster. @default "172.20.0.0/16" */
  readonly serviceCidr?: string;
  /**
   * Two or three zones for control plane and system nodes, all by name or all by ID. EKS moves no control plane to others (Amazon EKS user
   * guide, networking requirements, 2026).
   *
   * @default the first two of the region, by ID
   */
  readonly zones?: readonly string[];
  /**
   * How nodes reach what is outside: one NAT gateway, one in each zone, or none at all but endpoints of AWS services, for clusters whose
   * images and charts are in ECR.
   *
   * @default "nat"
   */
  readonly egress?: "nat" | "nat-per-zone" | "endpoints";
}

/** A network of your own. Its subnets need a way out, and enough addresses: nothing here can check that. */
export interface ExistingNetwork {
  readonly vpcId: pulumi.Input<string>;
  /** Private subnets in two zones or more, none a Local Zone. They take the control plane's interfaces too. */
  readonly systemSubnetIds: readonly pulumi.Input<string>[];
  /** One private subnet; it decides the zone of the GPU nodes. */
  readonly gpuSubnetId: pulumi.Input<string>;
  /** @default "172.20.0.0/16" */
  readonly serviceCidr?: string;
}

/** Who reaches the API server, and who is administrator. */
export interface AccessArgs {
  /**
   * `private`: from the network and what is connected to it, which has to include the machine that runs Pulumi. Or also from these public
   * ranges.
   *
   * @default "private"
   * @example endpoint: { publicRanges: ["203.0.113.0/24"] }
   */
  readonly endpoint?: "private" | { readonly publicRanges: readonly string[] };
  /**
   * ARNs of IAM roles or users that become administrators, beside the creator. Not the creator's own: EKS refuses a second entry.
   *
   * @default none
   */
  readonly admins?: readonly string[];
  /**
   * Whether the identity that creates the cluster becomes its administrator for good. It installs the stack, so without it one of `admins`
   * must. Another value is another cluster.
   *
   * @default true
   */
  readonly creatorIsAdmin?: boolean;
  /**
   * Whether pods reach the metadata service of their node, and through it what the node may do, in AWS and in Kubernetes. Topograph asks it
   * where a node is, so recipes for Kueue need this (NVIDIA/topograph, AWS provider, 2026).
   *
   * @default false
   */
  readonly podMetadata?: boolean;
}

/** Encryption at rest: Kubernetes Secrets, root volumes and control plane logs. */
export interface EncryptionArgs {
  /**
   * ARN of a KMS key. Its policy has to let EC2 Auto Scaling and CloudWatch Logs use it.
   *
   * @default a key of its own, rotated every year
   */
  readonly key?: pulumi.Input<string>;
}

/** Kinds of control plane logs. */
export type LogType = "api" | "audit" | "authenticator" | "controllerManager" | "scheduler";

/** Control plane logs in CloudWatch. */
export interface LogArgs {
  /** @default all */
  readonly types?: readonly LogType[];
  /** One of the periods that CloudWatch Logs has. @default 90 */
  readonly retentionDays?: number;
}

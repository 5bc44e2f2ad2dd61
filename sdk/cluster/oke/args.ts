import type { Provider } from "@pulumi/oci/provider";
import type * as pulumi from "@pulumi/pulumi";
import { type Taint } from "../types";
import { type OkeAccelerator, type OkePoolKind, type OkeShape } from "./shapes";
import { type OkeTransforms } from "./transforms";

/** Operating system of the nodes. Oracle's images for RDMA are Ubuntu's; `ol` is Oracle Linux. */
export type OkeOs = "ubuntu" | "ol";

/**
 * Who owns driver, container toolkit and device plugin. One setting decides the add-on, the label of the nodes and the values of the charts.
 *
 * - `oci-managed`: the image brings driver and toolkit, the add-on `NvidiaGpuPlugin` advertises the devices.
 * - `operator-managed`: an image of one's own without a driver; the GPU Operator installs all three, the add-on is absent.
 *
 * Source: NVIDIA/aicr `docs/integrator/oke-gpu-setup.md` 3bf4791, 2026-10.
 */
export type OkeGpuStack = "oci-managed" | "operator-managed";

/** Settings of {@link oke}. */
export interface OkeArgs<Accelerator extends OkeAccelerator = OkeAccelerator, OS extends OkeOs = OkeOs> {
  /** Region of the cluster, such as `us-ashburn-1`. */
  readonly region: string;
  /** Compartment of everything that is made. */
  readonly compartmentId: string;
  /** The GPU pool. */
  readonly gpus: OkeGpus<Accelerator>;
  /**
   * Minor or patch release, `1.36` or `1.36.1`. OKE upgrades one minor at a time.
   *
   * @default "1.36"
   */
  readonly kubernetesVersion?: string;
  /** Operating system of the nodes, as recipes name it. @default "ubuntu" */
  readonly os?: OS;
  /** Who owns driver, container toolkit and device plugin. @default "oci-managed" */
  readonly gpuStack?: OkeGpuStack;
  /** Nodes for everything that needs no GPU. @default three `VM.Standard.E5.Flex` of four cores */
  readonly system?: OkeSystemPool;
  /** A network to make, or one that is there ({@link existingNetwork}). @default a private one in 10.0.0.0/16 */
  readonly network?: OkeNetwork;
  /** How the Kubernetes API is reached, and by whom. @default private endpoint, reached from the network */
  readonly access?: OkeAccess;
  /** Whose key encrypts Secrets, boot volumes and volumes. @default a new HSM key in a vault of its own */
  readonly encryption?: OkeEncryption;
  /** Days that logs of the control plane are kept: 30, 60, … 180. OCI Audit records its API calls anyway. @default 30 */
  readonly logDays?: number;
  /** Only images signed with these keys may run. Every image of a recipe must then be mirrored to OCIR and signed. @default any image */
  readonly imagePolicy?: {
    /** Keys of OCI's vaults, of the cluster's region. */
    readonly keys: readonly pulumi.Input<string>[];
  };
  /** What service accounts may do in OCI, by workload identity: no secret, no right of the node. @default nothing */
  readonly workloads?: readonly OkeWorkload[];
  /** Tenancy; needed for machines that join by themselves (cluster network, GPU memory cluster), whose dynamic group lives there. @default none */
  readonly tenancyId?: string;
  /** Region where policies are written. @default that of the cluster */
  readonly homeRegion?: string;
  /** Free-form tags of everything that is made. @default none */
  readonly tags?: Readonly<Record<string, string>>;
  /** Refuses to delete or replace cluster, GPU pool, network and keys. @default true */
  readonly protect?: boolean;
  /** What this change may replace all the same. @default nothing */
  readonly allowReplace?: readonly OkeProtected[];
  /** Oracle's provider, for all that is made in the region. @default one for the region, with the ambient credentials */
  readonly provider?: Provider;
  /** Writes policies and dynamic groups. @default `provider` where the home region is the cluster's, else one for the home region */
  readonly homeProvider?: Provider;
  /** Other arguments or options of a child resource. @default none */
  readonly transform?: OkeTransforms;
}

/** What `protect` guards. */
export type OkeProtected = "cluster" | "gpus" | "network" | "keys";

/** The one GPU pool of the cluster. */
export interface OkeGpus<Accelerator extends OkeAccelerator = OkeAccelerator> {
  /** GPUs, as recipes name them. */
  readonly accelerator: Accelerator;
  /** Machines, not devices. */
  readonly nodes: number;
  /** Full name, such as `Uocm:US-ASHBURN-AD-1`; its prefix is the tenancy's own. */
  readonly availabilityDomain: string;
  /**
   * Image by its OCID. Oracle publishes GPU images for import into a tenancy; there is no shared one. It is pinned: nothing is looked up.
   *
   * Source: oracle-quickstart/oci-hpc-oke `docs/worker-node-images.md` 61d210a, 2026-08-20.
   */
  readonly image: pulumi.Input<string>;
  /** Shape of the machines. @default the accelerator's usual shape, such as `BM.GPU.H100.8` */
  readonly shape?: OkeShape;
  /** How the machines come about. @default the shape's usual way: a compute cluster, or a GPU memory cluster for Grace */
  readonly pool?: OkePool;
  /** Where the machines come from: a capacity reservation or a host group. @default on demand */
  readonly capacity?: OkeCapacity;
  /**
   * Holds the nodes back while the control plane goes ahead, by at most three minors, and never ahead of it. What the shape needs at least
   * they need too.
   *
   * @default that of the cluster
   */
  readonly kubernetesVersion?: string;
  /**
   * Labels of the nodes, for the recipe's selectors too.
   *
   * @default only `cairn.dev/pool: gpu`
   */
  readonly labels?: Readonly<Record<string, string>>;
  /** Taints beside `nvidia.com/gpu:NoSchedule`, which OKE puts on GPU nodes. @default none */
  readonly taints?: readonly Taint[];
  /** Size of the boot volume in GB. @default 512 */
  readonly bootVolumeGb?: number;
  /** Pods per node, each with an address of the pods' subnet; at most 110. @default 64 */
  readonly maxPods?: number;
  /** What becomes of local NVMe: one fast volume for images, logs and scratch, which dies with the node. @default "raid0" */
  readonly localDisks?: "raid0" | "untouched";
  /**
   * What a new version or image does. `cycle` replaces the boot volume of one node after the other and keeps the machine, so that capacity is never
   * needed twice; `new-nodes` leaves running nodes as they are. Machines that join by themselves know only the latter.
   *
   * @default "new-nodes"
   */
  readonly upgrade?: "cycle" | "new-nodes";
}

/** How GPU machines come about. */
export type OkePool =
  | { readonly kind: Exclude<OkePoolKind, "gpu-memory-cluster"> }
  | {
      readonly kind: "gpu-memory-cluster";
      /** GPU memory fabrics by their OCIDs, each with an equal share of the nodes. @default one, which Oracle chooses */
      readonly fabrics?: readonly string[];
    };

/** Where capacity comes from, by its OCID. */
export type OkeCapacity =
  { readonly kind: "reservation"; readonly id: string } | { readonly kind: "host-group"; readonly id: string };

/** Nodes for system components. */
export interface OkeSystemPool {
  /** Machines. @default 3 */
  readonly nodes?: number;
  /** A flexible shape. @default "VM.Standard.E5.Flex" */
  readonly shape?: string;
  /** Cores, of two threads each on x86. They also decide how many pods fit. @default 4 */
  readonly ocpus?: number;
  /** Memory of each in GB: 1 to 64 for a core. @default 64 */
  readonly memoryGb?: number;
  /** Image by its OCID. @default that of the GPU pool; needed where the GPU nodes have another processor architecture */
  readonly image?: pulumi.Input<string>;
  /** Size of the boot volume in GB. @default 128 */
  readonly bootVolumeGb?: number;
  /** Availability domains that the machines are spread over, by full name. @default that of the GPU pool only */
  readonly availabilityDomains?: readonly string[];
}

/** A network of one's own. Ranges are cut by fixed shares, so that more nodes never move a subnet. */
export interface OkeNewNetwork {
  /** Block of the VCN, /16 to /22. Half of it is for pods, an eighth for nodes. Another one is another network. @default "10.0.0.0/16" */
  readonly cidr?: string;
  /**
   * A second block for pods, where half of the first is too small. Better said when the cluster is made: later it replaces the pods' subnet,
   * which `allowReplace` has to name, and nodes hold addresses of the old one until they are replaced.
   *
   * @default none
   */
  readonly podsCidr?: string;
  /** Addresses of Services. @default "10.96.0.0/16" */
  readonly servicesCidr?: string;
  /** `oracle-services`: no way to the internet, only to Oracle's services; every image must be mirrored. @default "nat" */
  readonly egress?: "nat" | "oracle-services";
  /** Whether load balancers get public addresses. Internal ones need the annotation `oci-load-balancer-internal`. @default "internal" */
  readonly loadBalancers?: "internal" | "public";
  readonly existing?: never;
  readonly vcnId?: never;
  readonly subnets?: never;
}

/** A network that is there. Security groups are made in it; routes and gateways are its own. */
export interface OkeExistingNetwork {
  /** Tells it from a network that is made; {@link existingNetwork} says it. */
  readonly existing: true;
  /** The VCN by its OCID. */
  readonly vcnId: pulumi.Input<string>;
  /** Block of the VCN, for rules and for the check against the Services' block. */
  readonly cidr: string;
  /** Subnets by their OCIDs, each for one purpose. */
  readonly subnets: {
    /** For the API's endpoint; a /28 will do. */
    readonly controlPlane: pulumi.Input<string>;
    /** For nodes. */
    readonly workers: pulumi.Input<string>;
    /** For pods: `gpus.maxPods` addresses for each GPU node. */
    readonly pods: pulumi.Input<string>;
    /** For load balancers of Services. */
    readonly loadBalancers: pulumi.Input<string>;
  };
  /** Addresses of Services. @default "10.96.0.0/16" */
  readonly servicesCidr?: string;
  readonly podsCidr?: never;
  readonly egress?: never;
  readonly loadBalancers?: never;
}

/** The network of a cluster. */
export type OkeNetwork = OkeNewNetwork | OkeExistingNetwork;

/** How the Kubernetes API is reached. */
export type OkeAccess = {
  /** IAM groups with all rights in the cluster, by their OCIDs. @default none: whoever may manage the cluster in OCI */
  readonly admins?: readonly string[];
} & (
  | {
      /** Where the API answers. @default "private" */
      readonly endpoint?: "private";
      /** Blocks that may reach it beside the VCN, such as that of a VPN. @default none */
      readonly from?: readonly string[];
    }
  | {
      /** Where the API answers. */
      readonly endpoint: "public";
      /** Blocks of the internet that may reach it, none wider than a /16. */
      readonly from: readonly [string, ...string[]];
    }
);

/** Whose key encrypts Secrets, boot volumes and volumes of the default storage class. */
export interface OkeEncryption {
  /** A key that is there. @default a new HSM key in a vault of its own */
  readonly key?: pulumi.Input<string>;
  /** Its compartment. @default that of the cluster */
  readonly keyCompartmentId?: string;
}

/** A service account and what it may do. */
export interface OkeWorkload {
  /** Where its service account is. */
  readonly namespace: string;
  /** Whose pods may do it. */
  readonly serviceAccount: string;
  /** Verb and resource of policy statements: `read objects`. */
  readonly allow: readonly string[];
  /** Compartment that it is allowed in. @default that of the cluster */
  readonly compartmentId?: string;
}

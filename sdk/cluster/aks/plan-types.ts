import { type ClusterFacts } from "../types";
import {
  type AksAccessArgs,
  type AksArgs,
  type AksCapacity,
  type AksExistingKey,
  type AksIdentityArgs,
  type AksMaintenanceWindow,
  type AksPart,
  type AksPrincipal,
  type ResourceId,
  type Zone,
} from "./args";
import { type AksAccelerator, type AksVmSizeName } from "./vm-sizes";

/** Everything about a cluster that is decided before the first resource is registered. Checked: what is here can be made. */
export interface AksPlan<A extends AksAccelerator = AksAccelerator> {
  readonly location: string;
  readonly kubernetesVersion: string;
  readonly osSku: "Ubuntu2404";
  readonly facts: ClusterFacts<"aks", A, "ubuntu">;
  readonly system: SystemPoolPlan;
  readonly gpus: GpuPoolPlan;
  readonly network: NetworkPlan;
  readonly access: AccessPlan;
  readonly encryption: { readonly key?: AksExistingKey; readonly atHost: boolean };
  readonly logs: LogsPlan;
  readonly upgrades: UpgradesPlan;
  readonly sku: {
    readonly tier: "Standard" | "Premium";
    readonly supportPlan: "KubernetesOfficial" | "AKSLongTermSupport";
  };
  /** Features to register, by the end of the child's name. */
  readonly features: readonly FeaturePlan[];
  readonly resourceGroup?: string;
  readonly registries: Readonly<Record<string, ResourceId>>;
  readonly identities: Readonly<Record<string, AksIdentityArgs>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Pulumi's `protect`, by part. */
  readonly protect: Readonly<Record<AksPart, boolean>>;
}

/** An agent pool, in the words of Azure's API. */
export interface PoolPlan {
  readonly name: string;
  readonly nodes: number;
  readonly vmSize: string;
  readonly zones: readonly Zone[];
  readonly labels: Readonly<Record<string, string>>;
  /** `key=value:Effect` */
  readonly taints: readonly string[];
  readonly maxPods: number;
  readonly disk: { readonly sizeGiB: number; readonly type: "Ephemeral" | "Managed" };
}

export type SystemPoolPlan = PoolPlan;

export interface GpuPoolPlan extends PoolPlan {
  readonly vmSize: AksVmSizeName;
  readonly driver: "Install" | "None";
  readonly capacity: AksCapacity;
  /** `undefined` for a Spot pool, which takes none. */
  readonly upgrade?: { readonly maxSurge: string; readonly maxUnavailable: string };
  readonly snapshot?: ResourceId;
}

/** Where the cluster's addresses come from. */
export type NetworkPlan = {
  readonly podCidr: string;
  readonly serviceCidr: string;
  readonly dnsServiceIp: string;
  readonly outboundType: "userAssignedNATGateway" | "userDefinedRouting";
} & (
  | { readonly kind: "own"; readonly cidr: string; readonly nodeCidr: string; readonly apiServerCidr: string }
  | { readonly kind: "existing"; readonly nodeSubnet: ResourceId; readonly apiServerSubnet: ResourceId }
);

export interface AccessPlan {
  readonly private: boolean;
  /** Blocks, as Azure returns them. */
  readonly authorizedRanges: readonly string[];
  /** `undefined` for whoever runs the first `up`. */
  readonly admins?: readonly AksPrincipal[];
  readonly login: NonNullable<AksAccessArgs["login"]>;
}

export interface LogsPlan {
  readonly categories: readonly string[];
  readonly workspace?: ResourceId;
  readonly retentionDays: number;
}

export interface UpgradesPlan {
  readonly channel: "none" | "patch";
  readonly nodeImageChannel: "None" | "SecurityPatch" | "NodeImage";
  /** Needed by the channels that are on. */
  readonly window?: Required<AksMaintenanceWindow>;
}

export interface FeaturePlan {
  readonly child: string;
  readonly namespace: string;
  readonly feature: string;
}

/** Arguments as a check sees them: of whichever accelerator. */
export type AnyAksArgs = AksArgs<AksAccelerator>;

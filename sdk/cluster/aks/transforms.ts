import { type RoleAssignmentArgs } from "@pulumi/azure-native/authorization";
import {
  type CapacityReservationArgs,
  type CapacityReservationGroupArgs,
  type DiskEncryptionSetArgs,
} from "@pulumi/azure-native/compute";
import {
  type AgentPoolArgs,
  type MaintenanceConfigurationArgs,
  type ManagedClusterArgs,
} from "@pulumi/azure-native/containerservice";
import { type SubscriptionFeatureRegistrationArgs } from "@pulumi/azure-native/features";
import { type KeyArgs, type VaultArgs } from "@pulumi/azure-native/keyvault";
import {
  type FederatedIdentityCredentialArgs,
  type UserAssignedIdentityArgs,
} from "@pulumi/azure-native/managedidentity";
import { type DiagnosticSettingArgs } from "@pulumi/azure-native/monitor";
import {
  type NatGatewayArgs,
  type PublicIPAddressArgs,
  type SubnetArgs,
  type VirtualNetworkArgs,
} from "@pulumi/azure-native/network";
import { type WorkspaceArgs } from "@pulumi/azure-native/operationalinsights";
import { type ResourceGroupArgs } from "@pulumi/azure-native/resources";
import { type Transform } from "../cloud/child";
import { type Manifest } from "../cloud/object";

/** A way out for each child resource; what is left out stays as it is. Where there are several of a kind, a function tells them apart by their name. */
export interface AksTransforms {
  readonly resourceGroup?: Transform<ResourceGroupArgs>;
  /** The control plane's, and those of `identities`. */
  readonly identity?: Transform<UserAssignedIdentityArgs>;
  readonly federatedCredential?: Transform<FederatedIdentityCredentialArgs>;
  readonly roleAssignment?: Transform<RoleAssignmentArgs>;
  readonly virtualNetwork?: Transform<VirtualNetworkArgs>;
  /** `…-nodes` and `…-apiserver`. */
  readonly subnet?: Transform<SubnetArgs>;
  readonly natGateway?: Transform<NatGatewayArgs>;
  readonly publicIp?: Transform<PublicIPAddressArgs>;
  readonly vault?: Transform<VaultArgs>;
  readonly key?: Transform<KeyArgs>;
  readonly diskEncryptionSet?: Transform<DiskEncryptionSetArgs>;
  /** `…-infiniband` and `…-encryption-at-host`. */
  readonly feature?: Transform<SubscriptionFeatureRegistrationArgs>;
  readonly capacityReservationGroup?: Transform<CapacityReservationGroupArgs>;
  readonly capacityReservation?: Transform<CapacityReservationArgs>;
  readonly cluster?: Transform<ManagedClusterArgs>;
  readonly gpuPool?: Transform<AgentPoolArgs>;
  readonly maintenanceWindow?: Transform<MaintenanceConfigurationArgs>;
  readonly workspace?: Transform<WorkspaceArgs>;
  /** `…-audit` and `…-vault-audit`. */
  readonly diagnosticSetting?: Transform<DiagnosticSettingArgs>;
  readonly storageClass?: Transform<Manifest>;
}

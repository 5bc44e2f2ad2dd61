import type { AddonArgs } from "@pulumi/oci/containerengine/addon";
import type { ClusterArgs } from "@pulumi/oci/containerengine/cluster";
import type { NodePoolArgs } from "@pulumi/oci/containerengine/nodePool";
import type { ClusterNetworkArgs } from "@pulumi/oci/core/clusterNetwork";
import type { ComputeClusterArgs } from "@pulumi/oci/core/computeCluster";
import type { ComputeGpuMemoryClusterArgs } from "@pulumi/oci/core/computeGpuMemoryCluster";
import type { DefaultSecurityListArgs } from "@pulumi/oci/core/defaultSecurityList";
import type { InstanceConfigurationArgs } from "@pulumi/oci/core/instanceConfiguration";
import type { InternetGatewayArgs } from "@pulumi/oci/core/internetGateway";
import type { NatGatewayArgs } from "@pulumi/oci/core/natGateway";
import type { NetworkSecurityGroupArgs } from "@pulumi/oci/core/networkSecurityGroup";
import type { NetworkSecurityGroupSecurityRuleArgs } from "@pulumi/oci/core/networkSecurityGroupSecurityRule";
import type { RouteTableArgs } from "@pulumi/oci/core/routeTable";
import type { ServiceGatewayArgs } from "@pulumi/oci/core/serviceGateway";
import type { SubnetArgs } from "@pulumi/oci/core/subnet";
import type { VcnArgs } from "@pulumi/oci/core/vcn";
import type { DynamicGroupArgs } from "@pulumi/oci/identity/dynamicGroup";
import type { PolicyArgs } from "@pulumi/oci/identity/policy";
import type { KeyArgs } from "@pulumi/oci/kms/key";
import type { VaultArgs } from "@pulumi/oci/kms/vault";
import type { LogArgs } from "@pulumi/oci/logging/log";
import type { LogGroupArgs } from "@pulumi/oci/logging/logGroup";
import { type Transform } from "../cloud/child";
import { type Manifest } from "../cloud/object";

/**
 * A way out for each kind of child resource; what is left out stays as it is. What there are several of is told apart by the name, a function's third parameter. Options are
 * reached too: `opts.import` takes over what is there already, `opts.aliases` what had another name.
 */
export interface OkeTransforms {
  readonly vault?: Transform<VaultArgs>;
  readonly key?: Transform<KeyArgs>;
  readonly policy?: Transform<PolicyArgs>;
  readonly dynamicGroup?: Transform<DynamicGroupArgs>;
  readonly vcn?: Transform<VcnArgs>;
  readonly natGateway?: Transform<NatGatewayArgs>;
  readonly serviceGateway?: Transform<ServiceGatewayArgs>;
  readonly internetGateway?: Transform<InternetGatewayArgs>;
  readonly routeTable?: Transform<RouteTableArgs>;
  readonly securityList?: Transform<DefaultSecurityListArgs>;
  readonly subnet?: Transform<SubnetArgs>;
  readonly securityGroup?: Transform<NetworkSecurityGroupArgs>;
  readonly securityRule?: Transform<NetworkSecurityGroupSecurityRuleArgs>;
  readonly cluster?: Transform<ClusterArgs>;
  readonly addon?: Transform<AddonArgs>;
  readonly logGroup?: Transform<LogGroupArgs>;
  readonly log?: Transform<LogArgs>;
  readonly systemPool?: Transform<NodePoolArgs>;
  readonly gpuPool?: Transform<NodePoolArgs>;
  readonly computeCluster?: Transform<ComputeClusterArgs>;
  readonly instanceConfiguration?: Transform<InstanceConfigurationArgs>;
  readonly clusterNetwork?: Transform<ClusterNetworkArgs>;
  readonly gpuMemoryCluster?: Transform<ComputeGpuMemoryClusterArgs>;
  readonly storageClass?: Transform<Manifest>;
  /** The ClusterRoleBinding of `access.admins`. */
  readonly adminBinding?: Transform<Manifest>;
}

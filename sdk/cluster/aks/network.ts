import { NatGateway, PublicIPAddress, Subnet, VirtualNetwork } from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";
import { child } from "../cloud/child";
import { type ResourceId } from "./args";
import { type Context, grant, optionsOf, placeOf } from "./context";
import { type NetworkPlan } from "./plan-types";
import { REWRITTEN, TIMEOUTS } from "./rewritten";
import { ROLES } from "./roles";

/** The subnets of a cluster, and what has to be there before it. */
export interface Network {
  readonly nodeSubnet: ResourceId;
  readonly apiServerSubnet: ResourceId;
  /** Of the target's own network. */
  readonly virtualNetwork?: VirtualNetwork;
  readonly ready: readonly pulumi.Resource[];
}

/** @param identity - Principal of the control plane, which joins both subnets. */
export function network(context: Context, identity: pulumi.Input<string>): Network {
  const { network: plan } = context.plan;
  const made = plan.kind === "own" ? ownNetwork(context, plan) : { ...plan, ready: [] };
  const joins = { nodes: made.nodeSubnet, apiserver: made.apiServerSubnet };
  const roles = Object.entries(joins).map(([end, scope]) =>
    grant(context, { child: `${end}-subnet`, principalId: identity, role: ROLES.networkContributor, scope }),
  );
  return { ...made, ready: [...made.ready, ...roles] };
}

type OwnNetwork = Extract<NetworkPlan, { readonly kind: "own" }>;

/** Azure takes no range from under what is in it, so another one is another network: said at preview, and not half-way through an `up`. */
const SUBNET_RANGE = ["addressPrefix"];

function ownNetwork(context: Context, plan: OwnNetwork) {
  const { name, transform } = context;
  const place = placeOf(context);
  const options = optionsOf(context, { protect: context.plan.protect.network, customTimeouts: TIMEOUTS.network });
  const virtualNetwork = child(
    VirtualNetwork,
    `${name}-vnet`,
    { ...place, addressSpace: { addressPrefixes: [plan.cidr] } },
    { ...options, ignoreChanges: [...REWRITTEN.virtualNetwork], replaceOnChanges: ["addressSpace"] },
    transform.virtualNetwork,
  );
  const address = child(
    PublicIPAddress,
    `${name}-nat-ip`,
    {
      ...place,
      sku: { name: "Standard", tier: "Regional" },
      publicIPAllocationMethod: "Static",
      publicIPAddressVersion: "IPv4",
    },
    options,
    transform.publicIp,
  );
  const nat = child(
    NatGateway,
    `${name}-nat`,
    { ...place, sku: { name: "Standard" }, idleTimeoutInMinutes: 4, publicIpAddresses: [{ id: address.id }] },
    options,
    transform.natGateway,
  );
  const within = { resourceGroupName: context.resourceGroup, virtualNetworkName: virtualNetwork.name };
  const nodes = child(
    Subnet,
    `${name}-nodes`,
    { ...within, addressPrefix: plan.nodeCidr, natGateway: { id: nat.id }, defaultOutboundAccess: false },
    { ...options, replaceOnChanges: SUBNET_RANGE },
    transform.subnet,
  );
  const apiServer = child(
    Subnet,
    `${name}-apiserver`,
    {
      ...within,
      addressPrefix: plan.apiServerCidr,
      delegations: [{ name: "aks", serviceName: "Microsoft.ContainerService/managedClusters" }],
      defaultOutboundAccess: false,
    },
    // A network takes one change at a time.
    { ...options, replaceOnChanges: SUBNET_RANGE, dependsOn: [nodes] },
    transform.subnet,
  );
  return { virtualNetwork, nodeSubnet: nodes.id, apiServerSubnet: apiServer.id, ready: [nodes, apiServer] };
}

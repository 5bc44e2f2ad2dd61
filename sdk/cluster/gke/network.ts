import { Firewall } from "@pulumi/gcp/compute/firewall";
import { Network } from "@pulumi/gcp/compute/network";
import { Router } from "@pulumi/gcp/compute/router";
import { RouterNat } from "@pulumi/gcp/compute/routerNat";
import { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import type * as pulumi from "@pulumi/pulumi";
import { child } from "../cloud/child";
import { options, TIMEOUTS, type Context } from "./context";
import { type FabricNetworkPlan, type FabricSubnetPlan, type RangesPlan } from "./plan-network";

/** Where nodes live, and names of the secondary ranges. */
export interface ClusterNetwork {
  readonly network: pulumi.Input<string>;
  readonly subnetwork: pulumi.Input<string>;
  readonly podRange: pulumi.Input<string>;
  readonly serviceRange: pulumi.Input<string>;
  /** What nodes need before they start, and what may go only after them. */
  readonly ready: readonly pulumi.Resource[];
}

/** The network that is there, or one with a subnet and Cloud NAT. */
export function clusterNetwork(context: Context): ClusterNetwork {
  const { args, plan } = context;
  const { own } = plan.network;
  const given = args.network;
  if (given?.network !== undefined) return { ...given, ready: [] };
  if (own === undefined) throw new Error("a plan without a network of its own has one that is there");
  const network = vpc(context, own.mtu);
  const subnetwork = nodeSubnet(context, network, own.ranges);
  return {
    network: network.id,
    subnetwork: subnetwork.id,
    podRange: "pods",
    serviceRange: "services",
    ready: own.nat ? [nat(context, network)] : [],
  };
}

function vpc(context: Context, mtu: number): Network {
  const { name, args, plan } = context;
  return child(
    Network,
    `${name}-vpc`,
    { project: plan.project, autoCreateSubnetworks: false, routingMode: "REGIONAL", mtu },
    options(context, { part: "network", customTimeouts: TIMEOUTS.network }),
    args.transform?.network,
  );
}

function nodeSubnet(context: Context, network: Network, ranges: RangesPlan): Subnetwork {
  const { name, args, plan } = context;
  return child(
    Subnetwork,
    `${name}-nodes`,
    {
      project: plan.project,
      region: plan.region,
      network: network.id,
      ipCidrRange: ranges.nodes,
      secondaryIpRanges: [
        { rangeName: "pods", ipCidrRange: ranges.pods },
        { rangeName: "services", ipCidrRange: ranges.services },
      ],
      privateIpGoogleAccess: true,
      stackType: "IPV4_ONLY",
    },
    options(context, { part: "network", customTimeouts: TIMEOUTS.network }),
    args.transform?.subnetwork,
  );
}

function nat(context: Context, network: Network): RouterNat {
  const { name, args, plan } = context;
  const { project, region } = plan;
  const router = child(
    Router,
    `${name}-router`,
    { project, region, network: network.id },
    options(context),
    args.transform?.router,
  );
  return child(
    RouterNat,
    `${name}-nat`,
    {
      project,
      region,
      router: router.name,
      natIpAllocateOption: "AUTO_ONLY",
      sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
      // A node that pulls images wants more ports at once than the 64 that are usual.
      enableDynamicPortAllocation: true,
      enableEndpointIndependentMapping: false,
      minPortsPerVm: 128,
      maxPortsPerVm: 4096,
      logConfig: { enable: true, filter: "ERRORS_ONLY" },
    },
    options(context),
    args.transform?.nat,
  );
}

/** A further interface of GPU nodes: what the node pool attaches and what pods call it. */
export interface FabricInterface {
  readonly plan: FabricSubnetPlan;
  readonly network: Network;
  readonly subnetwork: Subnetwork;
  readonly ready: readonly pulumi.Resource[];
}

/** The networks of further interfaces, in the order in which the node pool attaches them. */
export function fabricInterfaces(context: Context): readonly FabricInterface[] {
  return context.plan.network.fabric.flatMap((plan) => fabricNetwork(context, plan));
}

function fabricNetwork(context: Context, plan: FabricNetworkPlan): readonly FabricInterface[] {
  const { name, args } = context;
  const { project } = context.plan;
  const network = child(
    Network,
    `${name}-${plan.name}`,
    {
      project,
      autoCreateSubnetworks: false,
      routingMode: "REGIONAL",
      mtu: plan.mtu,
      ...(plan.profile !== undefined && {
        networkProfile: `projects/${project}/global/networkProfiles/${plan.profile}`,
      }),
    },
    options(context, { part: "network", customTimeouts: TIMEOUTS.network }),
    args.transform?.fabricNetwork,
  );
  const ready = plan.profile === undefined ? [fabricFirewall(context, plan, network)] : [];
  return plan.subnets.map((subnet) => {
    const subnetwork = child(
      Subnetwork,
      `${name}-${subnet.name}-subnet`,
      { project, region: context.plan.region, network: network.id, ipCidrRange: subnet.cidr },
      options(context, { part: "network", customTimeouts: TIMEOUTS.network }),
      args.transform?.fabricSubnetwork,
    );
    return { plan: subnet, network, subnetwork, ready };
  });
}

/** A VPC lets nothing in by itself. */
function fabricFirewall(context: Context, plan: FabricNetworkPlan, network: Network): Firewall {
  const { name, args } = context;
  return child(
    Firewall,
    `${name}-${plan.name}-internal`,
    {
      project: context.plan.project,
      network: network.id,
      direction: "INGRESS",
      sourceRanges: plan.subnets.map(({ cidr }) => cidr),
      allows: [{ protocol: "tcp" }, { protocol: "udp" }, { protocol: "icmp" }],
    },
    options(context, { customTimeouts: TIMEOUTS.network }),
    args.transform?.fabricFirewall,
  );
}

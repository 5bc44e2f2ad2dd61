import { type EndpointPlan } from "./plan-access";
import { type NetworkPlan, type SubnetName } from "./plan-network";

/** One rule of a security group. */
export interface SecurityRule {
  /** Of the group, and part of the resource's name for ever. */
  readonly group: SubnetName;
  readonly name: string;
  readonly direction: "INGRESS" | "EGRESS";
  readonly peer: Peer;
  readonly traffic: Traffic;
}

/** A security group of the cluster, a block of addresses, or Oracle's services in the region. */
export type Peer = { readonly group: SubnetName } | { readonly cidr: string } | { readonly services: true };

/** `all` protocols; TCP and UDP on all ports unless a range is given; ICMP for path discovery only. */
export interface Traffic {
  readonly protocol: "all" | "tcp" | "udp" | "icmp";
  readonly ports?: readonly [first: number, last: number];
}

const ANYWHERE = "0.0.0.0/0";

const ALL: Traffic = { protocol: "all" };
const TCP: Traffic = { protocol: "tcp" };
const ICMP: Traffic = { protocol: "icmp" };
const port = (first: number, last = first): Traffic => ({ protocol: "tcp", ports: [first, last] });

const API = port(6443);
const OKE = port(12250);
const KUBELET = port(10250);
const HEALTH = port(10256);
const NODE_PORTS = port(30000, 32767);
const NODE_PORTS_UDP: Traffic = { protocol: "udp", ports: [30000, 32767] };

/**
 * Who talks to whom: each line makes a rule at both ends. Ports and groups are those of the HPC quick start (terraform-oci-oke
 * `modules/network` 25ef9a0, 2026-04-29), without SSH.
 */
const FLOWS: readonly (readonly [from: SubnetName, to: SubnetName, what: string, traffic: Traffic])[] = [
  ["workers", "control-plane", "api", API],
  ["workers", "control-plane", "oke", OKE],
  ["workers", "control-plane", "path", ICMP],
  ["pods", "control-plane", "api", API],
  ["pods", "control-plane", "oke", OKE],
  ["control-plane", "control-plane", "api", API],
  ["control-plane", "workers", "kubelet", KUBELET],
  ["control-plane", "workers", "oke", OKE],
  ["control-plane", "workers", "path", ICMP],
  // Webhooks listen on ports of their own.
  ["control-plane", "pods", "webhooks", TCP],
  ["workers", "workers", "all", ALL],
  ["workers", "pods", "all", ALL],
  ["pods", "workers", "all", ALL],
  ["pods", "pods", "all", ALL],
  ["load-balancers", "workers", "node-ports", NODE_PORTS],
  ["load-balancers", "workers", "node-ports-udp", NODE_PORTS_UDP],
  ["load-balancers", "workers", "health", HEALTH],
  ["load-balancers", "workers", "path", ICMP],
  ["load-balancers", "pods", "all", TCP],
  ["pods", "load-balancers", "all", TCP],
];

/** All rules of a cluster's security groups. */
export function securityRules(network: NetworkPlan, endpoint: EndpointPlan): readonly SecurityRule[] {
  return [
    ...FLOWS.flatMap(([from, to, what, traffic]): SecurityRule[] => [
      { group: from, direction: "EGRESS", name: `to-${to}-${what}`, peer: { group: to }, traffic },
      { group: to, direction: "INGRESS", name: `from-${from}-${what}`, peer: { group: from }, traffic },
    ]),
    { group: "control-plane", direction: "EGRESS", name: "to-services", peer: { services: true }, traffic: TCP },
    ...outward(network),
    ...endpoint.from.map((cidr): SecurityRule => ({
      group: "control-plane",
      direction: "INGRESS",
      name: `from-${cidr.replace("/", "-")}`,
      peer: { cidr },
      traffic: API,
    })),
    ...toLoadBalancers(network),
  ];
}

function outward({ egress }: NetworkPlan): readonly SecurityRule[] {
  return (["workers", "pods"] as const).flatMap((group): SecurityRule[] => [
    egress === "nat"
      ? { group, direction: "EGRESS", name: "to-anywhere", peer: { cidr: ANYWHERE }, traffic: ALL }
      : { group, direction: "EGRESS", name: "to-services", peer: { services: true }, traffic: TCP },
    { group, direction: "INGRESS", name: "path", peer: { cidr: ANYWHERE }, traffic: ICMP },
  ]);
}

function toLoadBalancers({ publicLoadBalancers, cidr }: NetworkPlan): readonly SecurityRule[] {
  const rule = (name: string, from: string, traffic: Traffic): SecurityRule => ({
    group: "load-balancers",
    direction: "INGRESS",
    name,
    peer: { cidr: from },
    traffic,
  });
  return publicLoadBalancers
    ? [rule("http", ANYWHERE, port(80)), rule("https", ANYWHERE, port(443))]
    : [rule("network", cidr, TCP)];
}

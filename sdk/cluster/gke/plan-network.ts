import { cut, formatBlock, parseBlock, prefixFor, type Block, PRIVATE_RANGES, privateRangeOf } from "../cloud/cidr";
import { type Findings } from "../cloud/findings";
import { type GkeExistingNetwork, type GkeNewNetwork, type GkeSettings } from "./args";
import { type NetworkLayout } from "./machines";

/** A subnet of a network for further interfaces, and the name that pods know it by. */
export interface FabricSubnetPlan {
  /** Name of the `Network` and `GKENetworkParamSet` objects: recipes and workloads name them. */
  readonly name: string;
  readonly cidr: string;
  readonly deviceMode: "NetDevice" | "RDMA";
}

/** A VPC for further interfaces of GPU nodes. */
export interface FabricNetworkPlan {
  /** Ending of its resource's name. */
  readonly name: string;
  readonly mtu: number;
  /** Such as `us-central1-a-vpc-roce`. Such a network has its own rules and takes no firewall. */
  readonly profile?: string;
  readonly subnets: readonly FabricSubnetPlan[];
}

/** Ranges of a network of the cluster's own. */
export interface RangesPlan {
  readonly nodes: string;
  readonly pods: string;
  readonly services: string;
}

/** The networks of a cluster. */
export interface NetworkPlan {
  /** Missing where the network is there already. */
  readonly own?: { readonly ranges: RangesPlan; readonly mtu: number; readonly nat: boolean };
  readonly podsPerNode: number;
  readonly fabric: readonly FabricNetworkPlan[];
}

const DEFAULT_CIDR = "10.0.0.0/10";
const DEFAULT_FABRIC_CIDR = "10.64.0.0/12";
/** Nodes for which ranges are made at least, so that a cluster can grow without another network. */
const ROOM = 256;
/** Largest packet of every VPC but those of GPUDirect-TCPX and -TCPXO. Source: cluster-toolkit 1.95.0, 2026-06-25. */
const DEFAULT_MTU = 8896;
/** Addresses that Google keeps of every subnet. */
const RESERVED = 4;
const SERVICES_PREFIX = 20;

interface Needs {
  /** Nodes of both pools at their largest. */
  readonly nodes: number;
  readonly zone: string;
  readonly layout: NetworkLayout;
}

/** Networks with ranges for so many nodes, or `undefined` when a finding says why there are none. */
export function planNetwork(
  { network = {} }: GkeSettings,
  { nodes, zone, layout }: Needs,
  findings: Findings,
): NetworkPlan | undefined {
  const own = network.network === undefined;
  const { podsPerNode = 110, maxNodes = roomFor(nodes) } = network;
  const cidr = network.cidr ?? (own ? DEFAULT_CIDR : DEFAULT_FABRIC_CIDR);
  checkExisting(network, findings);
  const counted = [checkRoom(maxNodes, nodes, findings), checkPods(podsPerNode, findings)].every(Boolean);
  const block = privateBlock(cidr, "network.cidr", findings);
  if (!counted || block === undefined) return undefined;

  const fabric = fabricOf(layout, zone);
  const interfaces = fabric.flatMap(({ subnets }) => subnets).map(() => prefixFor(maxNodes + RESERVED));
  // GKE gives each node a range twice as large as its pods, so that addresses are not used again at once.
  const pods = prefixFor(maxNodes) - (32 - prefixFor(2 * podsPerNode));
  const wanted = own ? [pods, prefixFor(maxNodes + RESERVED), SERVICES_PREFIX, ...interfaces] : interfaces;
  const ranges = cut(block, wanted)?.map(formatBlock);
  if (ranges === undefined) {
    const enough = [...Array(block.prefix).keys()].reverse().find((prefix) => cut({ first: 0, prefix }, wanted));
    const message = `${cidr} is too small for ${maxNodes} nodes with ${podsPerNode} pods each`;
    findings.add("network.cidr", message, `take a /${enough ?? 8}, or lower network.maxNodes or network.podsPerNode`);
    return undefined;
  }
  const [podRange = "", nodeRange = "", serviceRange = ""] = ranges;
  const nat = own && network.nat !== undefined ? network.nat : true;
  const mtu = layout.kind === "gpu-nics" ? layout.mtu : DEFAULT_MTU;
  return {
    ...(own && { own: { ranges: { nodes: nodeRange, pods: podRange, services: serviceRange }, mtu, nat } }),
    podsPerNode,
    fabric: addressed(fabric, ranges.slice(own ? 3 : 0)),
  };
}

/** A network that is there is named with its subnet and ranges: the compiler sees to it, a configuration does not. */
function checkExisting(network: GkeNewNetwork | GkeExistingNetwork, findings: Findings): void {
  if (network.network === undefined) return;
  const named: Readonly<Partial<GkeExistingNetwork>> = network;
  for (const part of ["subnetwork", "podRange", "serviceRange"] as const)
    findings.check(
      named[part] !== undefined,
      `network.${part}`,
      "is missing, but network.network names one that is there",
      "name its subnet in the region and the subnet's two secondary ranges",
    );
}

function checkRoom(maxNodes: number, nodes: number, findings: Findings): boolean {
  if (!findings.wholeNumber(maxNodes, "network.maxNodes", 1, 5000)) return false;
  const message = `is ${maxNodes}, but the pools may have ${nodes} nodes together`;
  return findings.check(maxNodes >= nodes, "network.maxNodes", message, "leave it out, or count both pools");
}

function checkPods(podsPerNode: number, findings: Findings): boolean {
  return findings.wholeNumber(podsPerNode, "network.podsPerNode", 8, 256);
}

function roomFor(nodes: number): number {
  return Math.max(ROOM, 2 ** Math.ceil(Math.log2(Math.max(1, nodes))));
}

interface UnaddressedNetwork extends Omit<FabricNetworkPlan, "subnets"> {
  readonly subnets: readonly Omit<FabricSubnetPlan, "cidr">[];
}

/** Names are those that recipes and Google's samples use: `gpu-nic-0` on A3 Mega, `gvnic-1` and `rdma-0` on RDMA machines. */
function fabricOf(layout: NetworkLayout, zone: string): readonly UnaddressedNetwork[] {
  switch (layout.kind) {
    case "none":
    case "automatic":
      return [];
    case "gpu-nics":
      return numbered("gpu-nic", layout.count).map((name) => ({
        name,
        mtu: layout.mtu,
        subnets: [{ name, deviceMode: "NetDevice" }],
      }));
    case "rdma":
      return [
        { name: "gvnic-1", mtu: layout.mtu, subnets: [{ name: "gvnic-1", deviceMode: "NetDevice" }] },
        {
          name: "rdma",
          mtu: layout.mtu,
          profile: `${zone}-vpc-roce`,
          subnets: numbered("rdma", layout.subnets).map((name) => ({ name, deviceMode: "RDMA" })),
        },
      ];
  }
}

function numbered(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

function addressed(fabric: readonly UnaddressedNetwork[], ranges: readonly string[]): readonly FabricNetworkPlan[] {
  const rest = [...ranges];
  return fabric.map((network) => ({
    ...network,
    subnets: network.subnets.map((subnet) => ({ ...subnet, cidr: rest.shift() ?? "" })),
  }));
}

function privateBlock(cidr: string, path: string, findings: Findings): Block | undefined {
  const block = parseBlock(cidr);
  if (block === undefined) {
    findings.add(path, `${JSON.stringify(cidr)} is no IPv4 range`, "write it from its first address: 10.0.0.0/10");
    return undefined;
  }
  const ok = privateRangeOf(block) !== undefined;
  findings.check(ok, path, `${cidr} is no private range`, `take one within ${PRIVATE_RANGES.join(", ")}`);
  return ok ? block : undefined;
}

import {
  type Block,
  contains,
  cut,
  formatBlock,
  overlap,
  parseBlock,
  PRIVATE_RANGES,
  privateRangeOf,
} from "../cloud/cidr";
import { type Findings } from "../cloud/findings";
import { type EksArgs, type ExistingNetwork, type NewNetwork } from "./args";
import { isBound } from "./capacity";
import { addressCount } from "./interfaces";
import { type GpuPoolPlan, type PoolPlan } from "./plan";
import {
  type AwsRegion,
  PARENT_ZONES,
  type Partition,
  PARTITIONS,
  REGIONS,
  usualZones,
  zoneOf,
  ZONES_WITHOUT_CONTROL_PLANE,
} from "./regions";

/** A subnet that the target makes. */
export interface SubnetPlan {
  readonly cidr: string;
  /** By name or ID. @default the reservation's */
  readonly zone?: string;
}

interface AnyNetworkPlan {
  readonly serviceCidr: string;
  /** Of the cluster's DNS service: the tenth of `serviceCidr`. */
  readonly dnsAddress: string;
}

/** A network that the target makes. */
export interface NewNetworkPlan extends AnyNetworkPlan {
  readonly kind: "new";
  readonly cidr: string;
  /** A second block of the network. */
  readonly gpuCidr?: string;
  readonly egress: NonNullable<NewNetwork["egress"]>;
  /** One for each zone, in the order of zones. */
  readonly publicSubnets: readonly SubnetPlan[];
  readonly systemSubnets: readonly SubnetPlan[];
  readonly gpuSubnet: SubnetPlan;
}

/** A network that was given. Its IDs may be known to AWS only. */
export interface ExistingNetworkPlan extends AnyNetworkPlan {
  readonly kind: "existing";
  readonly given: ExistingNetwork;
}

export type NetworkPlan = NewNetworkPlan | ExistingNetworkPlan;

/** What AWS lets every network add (Amazon VPC user guide, VPC CIDR blocks, 2026). */
const SHARED: Block = parseBlock("100.64.0.0/10")!;

/** EC2 keeps five addresses of each subnet. */
const RESERVED = 5;
/** For the control plane's interfaces and VPC endpoints. */
const SHARED_USE = 24;
/** Nodes that EKS adds while it replaces others: twice the number of zones (Amazon EKS user guide, managed node updates, 2026). */
const SURGE = 2;
/** Pods get their addresses in blocks of this size, and one block is kept ready (VPC CNI, prefix delegation). */
const PREFIX_SIZE = 16;

/** Addresses that a node with so many pods takes. */
export function addressesPerNode(maxPods: number, own: number): number {
  return own + PREFIX_SIZE * (Math.ceil(maxPods / PREFIX_SIZE) + 1);
}

export function planNetwork(
  { network = {}, region }: EksArgs,
  gpus: GpuPoolPlan,
  system: PoolPlan,
  out: Findings,
): NetworkPlan {
  const services = planServices(network.serviceCidr, out);
  if (network.vpcId !== undefined) {
    checkExisting(network, gpus, out);
    return { kind: "existing", given: network, ...services.plan };
  }
  const { cidr = "10.0.0.0/16", egress = "nat" } = network;
  checkEgress(egress, region, out);
  const zones = planZones(network, region, out);
  if (gpus.zone !== undefined) checkParent(gpus.zone, zones, out);
  const block = privateBlock(cidr, "network.cidr", 16, 20, out);
  const gpuBlock =
    network.gpuCidr === undefined ? undefined : privateBlock(network.gpuCidr, "network.gpuCidr", 16, 24, out);
  if (block !== undefined && gpuBlock !== undefined) checkSecond(block, gpuBlock, out);
  for (const [path, one] of [
    ["network.cidr", block],
    ["network.gpuCidr", gpuBlock],
  ] as const)
    if (one !== undefined && services.block !== undefined)
      out.check(
        !overlap(one, services.block),
        path,
        `overlaps the addresses of Services, ${services.plan.serviceCidr}`,
        "set network.serviceCidr to another private block",
      );
  const subnets = divide(block ?? { first: 0, prefix: 16 }, zones);
  const gpuSubnet = gpuBlock ?? subnets.gpu;
  if (block !== undefined) {
    checkSystemSize(subnets.system, system, out);
    checkGpuSize(gpuSubnet, network.gpuCidr === undefined ? "network.cidr" : "network.gpuCidr", gpus, out);
  }
  const zone = gpus.zone ?? ("reservation" in gpus.capacity ? undefined : zones[0]);
  return {
    kind: "new",
    ...services.plan,
    cidr,
    ...(network.gpuCidr !== undefined && { gpuCidr: network.gpuCidr }),
    egress,
    publicSubnets: subnets.public,
    systemSubnets: subnets.system,
    gpuSubnet: { cidr: formatBlock(gpuSubnet), ...(zone !== undefined && { zone }) },
  };
}

/**
 * The lower half for system nodes and for what is public, the upper one for GPU nodes. The cut depends on the block alone, so that more
 * nodes never move a subnet.
 */
function divide(block: Block, zones: readonly string[]) {
  const { prefix } = block;
  const [lower, gpu] = cut(block, [prefix + 1, prefix + 1]) as [Block, Block];
  const quarters = cut(lower, Array<number>(4).fill(prefix + 3)) ?? [];
  const small = cut(quarters[3] ?? lower, Array<number>(4).fill(prefix + 5)) ?? [];
  const subnets = (blocks: readonly Block[]): readonly SubnetPlan[] =>
    zones.slice(0, 3).flatMap((zone, i) => {
      const one = blocks[i];
      return one === undefined ? [] : [{ cidr: formatBlock(one), zone }];
    });
  return { gpu, system: subnets(quarters), public: subnets(small) };
}

function checkSystemSize(subnets: readonly SubnetPlan[], { nodes, maxPods }: PoolPlan, out: Findings): void {
  const inOneZone = Math.ceil(nodes / Math.max(1, subnets.length)) + SURGE;
  const needed = inOneZone * addressesPerNode(maxPods, 1) + SHARED_USE + RESERVED;
  const cidr = subnets[0]?.cidr ?? "";
  const size = sizeOf(parseBlock(cidr));
  const message = `${nodes} system nodes need ${needed} addresses in a zone, ${cidr} has ${size}`;
  out.check(subnets.length === 0 || needed <= size, "network.cidr", message, "take a larger block or fewer nodes");
}

function checkGpuSize(block: Block, path: string, gpus: GpuPoolPlan, out: Findings): void {
  const { nodes, maxPods, interfaces, capacity } = gpus;
  const total = nodes + (isBound(capacity) ? 0 : SURGE);
  const needed = total * addressesPerNode(maxPods, addressCount(interfaces)) + RESERVED;
  out.check(
    needed <= sizeOf(block),
    path,
    `${nodes} GPU nodes with ${maxPods} pods each need ${needed} addresses, ${formatBlock(block)} has ${sizeOf(block)}`,
    'give them a block of their own, such as network.gpuCidr: "100.64.0.0/16", or lower gpus.maxPods',
  );
}

const sizeOf = (block: Block | undefined): number => (block === undefined ? 0 : 2 ** (32 - block.prefix));

/** A block for private use within these sizes. */
function privateBlock(text: string, path: string, largest: number, smallest: number, out: Findings): Block | undefined {
  const block = parseBlock(text);
  const hint = `it looks like 10.0.0.0/${largest}`;
  if (!out.check(block !== undefined, path, `${JSON.stringify(text)} is not a block of IPv4 addresses`, hint)) return;
  if (block === undefined) return;
  const inSize = block.prefix >= largest && block.prefix <= smallest;
  const size = `is a /${block.prefix}, it has to be from /${largest} to /${smallest}`;
  if (!out.check(inSize, path, size)) return;
  const known = privateRangeOf(block) !== undefined;
  out.check(known, path, `${text} is not for private use`, `take it from ${PRIVATE_RANGES.join(", ")}`);
  return known ? block : undefined;
}

/** What a network may add to its first block (Amazon VPC user guide, CIDR block association restrictions, 2026). */
function checkSecond(block: Block, second: Block, out: Findings): void {
  const path = "network.gpuCidr";
  if (!out.check(!overlap(block, second), path, `overlaps network.cidr, ${formatBlock(block)}`)) return;
  const allowed = contains(SHARED, second) || privateRangeOf(block) === privateRangeOf(second);
  const message = `a network at ${formatBlock(block)} cannot add ${formatBlock(second)}`;
  out.check(allowed, path, message, "take it from 100.64.0.0/10 or from the private range of network.cidr");
}

function planServices(serviceCidr = "172.20.0.0/16", out: Findings) {
  const path = "network.serviceCidr";
  const block = privateBlock(serviceCidr, path, 12, 24, out);
  if (block !== undefined)
    out.check(!contains(SHARED, block), path, "EKS takes no Services from 100.64.0.0/10", 'use "172.20.0.0/16"');
  const dnsAddress = block === undefined ? "" : formatBlock({ first: block.first + 10, prefix: 32 }).replace("/32", "");
  return { block, plan: { serviceCidr, dnsAddress } };
}

function checkEgress(egress: string, region: AwsRegion, out: Findings): void {
  const path = "network.egress";
  if (!out.oneOf(egress, path, ["nat", "nat-per-zone", "endpoints"])) return;
  const { endpoints }: Partition = PARTITIONS[REGIONS[region].partition];
  const message = `the names of endpoint services in ${region} are not known to Cairn`;
  out.check(egress !== "endpoints" || endpoints !== undefined, path, message, 'use "nat", or a network of your own');
}

function planZones({ zones }: NewNetwork, region: AwsRegion, out: Findings): readonly string[] {
  const path = "network.zones";
  const chosen = zones ?? usualZones(region);
  if (zones === undefined) {
    out.check(chosen.length > 0, path, `the zone IDs of ${region} are not known to Cairn`, `name two: "${region}a"`);
    return chosen;
  }
  out.check(zones.length >= 2 && zones.length <= 3, path, `has ${zones.length} zones, a control plane needs 2 or 3`);
  out.check(new Set(zones).size === zones.length, path, "names a zone twice");
  const kinds = zones.map((zone, i) => {
    const kind = checkZone(zone, `${path}[${i}]`, region, out);
    if (kind !== undefined) {
      const hint = "put GPU nodes there with gpus.zone";
      out.check(!kind.local, `${path}[${i}]`, `${zone} is a Local Zone, where no control plane can be`, hint);
      const refused = ZONES_WITHOUT_CONTROL_PLANE.includes(zone);
      out.check(!refused, `${path}[${i}]`, `EKS puts no control plane in ${zone}`, "name another zone");
    }
    return kind?.by;
  });
  out.check(new Set(kinds.filter(Boolean)).size <= 1, path, "mixes names and IDs, which may be the same zone twice");
  return zones;
}

/** A Local Zone's parent has to be among the control plane's zones; IDs do not tell which one that is. */
export function checkParent(zone: string, zones: readonly string[], out: Findings): void {
  const parent = Object.hasOwn(PARENT_ZONES, zone) ? PARENT_ZONES[zone] : undefined;
  out.check(
    parent === undefined || zones.includes(parent),
    "network.zones",
    `${zones.join(", ")} do not name the parent of the Local Zone ${zone}`,
    `name ${parent} and another zone of the region, by name`,
  );
}

/** Checks that a zone is one of the region. */
export function checkZone(zone: string, path: string, region: AwsRegion, out: Findings) {
  const kind = zoneOf(zone, region);
  const [example = `${region}a`] = usualZones(region);
  const hint = `it looks like "${region}a" or "${example}"`;
  out.check(kind !== undefined, path, `${JSON.stringify(zone)} is no zone of ${region}`, hint);
  return kind;
}

function checkExisting(
  { vpcId, systemSubnetIds, gpuSubnetId }: ExistingNetwork,
  gpus: GpuPoolPlan,
  out: Findings,
): void {
  const ids = [
    ["network.vpcId", vpcId, "vpc-"],
    ["network.gpuSubnetId", gpuSubnetId, "subnet-"],
    ...systemSubnetIds.map((id, i) => [`network.systemSubnetIds[${i}]`, id, "subnet-"] as const),
  ] as const;
  for (const [path, id, start] of ids)
    if (typeof id === "string")
      out.check(
        id.startsWith(start),
        path,
        `${JSON.stringify(id)} is not an ID`,
        `it looks like ${start}0123456789abcdef0`,
      );
  const count = systemSubnetIds.length;
  const hint = "name subnets in two zones or more";
  const distinct = new Set(systemSubnetIds.map((id) => (typeof id === "string" ? id : {}))).size;
  out.check(distinct === count, "network.systemSubnetIds", "names a subnet twice", hint);
  out.check(count >= 2, "network.systemSubnetIds", `has ${count} subnets, a control plane needs two zones`, hint);
  out.check(gpus.zone === undefined, "gpus.zone", "is decided by network.gpuSubnetId", "leave one of them out");
}

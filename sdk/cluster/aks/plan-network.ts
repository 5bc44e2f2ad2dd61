import { type Block, cut, formatBlock, overlap, parseBlock, PRIVATE_RANGES, privateRangeOf } from "../cloud/cidr";
import { type Findings } from "../cloud/findings";
import { type ResourceId } from "./args";
import { type AnyAksArgs, type NetworkPlan } from "./plan-types";
import { WITHOUT_VNET_INTEGRATION } from "./regions";
import { checkId } from "./resource-id";

/** What AKS clusters use for themselves (azure-aks-docs concepts-network-cni-overview.md fb060ab, 2026-08). */
const RESERVED = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];

const DEFAULTS = { cidr: "10.224.0.0/16", podCidr: "10.244.0.0/14", serviceCidr: "10.0.0.0/16" } as const;

/** Azure keeps the first four addresses of a subnet and the last. */
const RESERVED_PER_SUBNET = 5;

/** For internal load balancers, which stand in the nodes' subnet. */
const LOAD_BALANCERS = 16;

/** Least for an API server, of which AKS takes nine (azure-aks-docs api-server-vnet-integration.md, 2026-04-15). */
const API_SERVER_PREFIX = 28;

/** In the overlay each node gets a /24 (azure-aks-docs concepts-network-azure-cni-overlay.md fb060ab, 2026-08). */
const POD_PREFIX_PER_NODE = 24;

/** Ranges that every recipe's cluster needs, and whether they hold so many nodes, those of an upgrade included. */
export function planNetwork(args: AnyAksArgs, nodes: number, findings: Findings): NetworkPlan {
  findings.check(
    !WITHOUT_VNET_INTEGRATION.has(args.location),
    "location",
    `in ${args.location} an API server cannot join the network, which a private key vault needs`,
    "choose another region",
  );
  const { network = {} } = args;
  const { podCidr = DEFAULTS.podCidr, serviceCidr = DEFAULTS.serviceCidr } = network;
  const pods = rangeOf(podCidr, "network.podCidr", findings);
  const services = rangeOf(serviceCidr, "network.serviceCidr", findings);
  checkPods(pods, nodes, findings);
  checkServices(services, findings);
  const common = {
    podCidr,
    serviceCidr,
    dnsServiceIp: services ? addressIn(services, 10) : "",
  };
  if (network.nodeSubnet !== undefined) {
    const { nodeSubnet, apiServerSubnet, outbound = "nat-gateway" } = network;
    findings.check(
      network.cidr === undefined,
      "network.cidr",
      "is for a network of the cluster's own, and there is one with nodeSubnet",
      "leave one of them out",
    );
    for (const [path, id] of Object.entries({ nodeSubnet, apiServerSubnet }))
      checkId(
        findings,
        id,
        `network.${path}`,
        "Microsoft.Network/virtualNetworks/subnets",
        "virtualNetworks/…/subnets/…",
      );
    findings.check(
      lower(nodeSubnet) !== lower(apiServerSubnet),
      "network.apiServerSubnet",
      "is the nodes' subnet; the API server needs its own",
    );
    findings.oneOf(outbound, "network.outbound", Object.keys(OUTBOUND) as (keyof typeof OUTBOUND)[]);
    checkApart({ podCidr: pods, serviceCidr: services }, findings);
    return { ...common, kind: "existing", nodeSubnet, apiServerSubnet, outboundType: OUTBOUND[outbound] };
  }
  for (const name of ["apiServerSubnet", "outbound"] as const)
    findings.check(
      network[name] === undefined,
      `network.${name}`,
      "is for a network that is there, and network.nodeSubnet names none",
      "name both subnets, or leave it out",
    );
  const { cidr = DEFAULTS.cidr } = network;
  const block = rangeOf(cidr, "network.cidr", findings);
  checkApart({ cidr: block, podCidr: pods, serviceCidr: services }, findings);
  return {
    ...common,
    kind: "own",
    cidr,
    ...subnetsOf(block, nodes, findings),
    outboundType: OUTBOUND["nat-gateway"],
  };
}

/** Azure tells no upper case from lower case in identifiers. */
const lower = (id: ResourceId): unknown => (typeof id === "string" ? id.toLowerCase() : id);

const OUTBOUND = { "nat-gateway": "userAssignedNATGateway", route: "userDefinedRouting" } as const;

function rangeOf(text: string, path: string, findings: Findings): Block | undefined {
  const block = parseBlock(text);
  if (block === undefined) {
    findings.add(
      path,
      `${JSON.stringify(text)} is no IPv4 block`,
      "an address at its own boundary and a length: 10.224.0.0/16",
    );
    return undefined;
  }
  findings.check(
    privateRangeOf(block) !== undefined,
    path,
    `${text} is not private`,
    `choose one within ${PRIVATE_RANGES.join(", ")}`,
  );
  const taken = blocksOf(RESERVED).find((reserved) => overlap(reserved, block));
  if (taken)
    findings.add(path, `${text} overlaps ${formatBlock(taken)}, which AKS keeps for itself`, "choose another range");
  return block;
}

/** The subnets do not depend on the number of nodes: Azure cannot change one that is in use. */
function subnetsOf(cidr: Block | undefined, nodes: number, findings: Findings) {
  if (cidr === undefined) return { nodeCidr: "", apiServerCidr: "" };
  const [nodeBlock, apiServer] = cut(cidr, [cidr.prefix + 1, API_SERVER_PREFIX]) ?? [];
  const room = 2 ** (31 - cidr.prefix) - RESERVED_PER_SUBNET - LOAD_BALANCERS;
  findings.check(
    apiServer !== undefined && room >= nodes,
    "network.cidr",
    `half of ${formatBlock(cidr)} has ${Math.max(0, Math.floor(room))} addresses for nodes, and ${nodes} are needed during an upgrade`,
    `make it a /${31 - Math.ceil(Math.log2(nodes + RESERVED_PER_SUBNET + LOAD_BALANCERS))} or larger`,
  );
  return { nodeCidr: nodeBlock ? formatBlock(nodeBlock) : "", apiServerCidr: apiServer ? formatBlock(apiServer) : "" };
}

function checkPods(pods: Block | undefined, nodes: number, findings: Findings): void {
  if (pods === undefined) return;
  const room = Math.floor(2 ** (POD_PREFIX_PER_NODE - pods.prefix));
  findings.check(
    room >= nodes,
    "network.podCidr",
    `${formatBlock(pods)} is enough for ${room} nodes of a /24 each, and ${nodes} are needed during an upgrade`,
    `make it a /${POD_PREFIX_PER_NODE - Math.ceil(Math.log2(nodes))} or larger`,
  );
}

function checkServices(services: Block | undefined, findings: Findings): void {
  if (services === undefined) return;
  const ok = services.prefix > 12 && services.prefix <= 24;
  findings.check(ok, "network.serviceCidr", `a /${services.prefix} is no range for Services`, "from /13 to /24");
}

function checkApart(ranges: Readonly<Record<string, Block | undefined>>, findings: Findings): void {
  const known = Object.entries(ranges).flatMap(([name, block]) => (block ? [{ name, block }] : []));
  known.forEach((one, i) => {
    for (const other of known.slice(0, i))
      findings.check(
        !overlap(one.block, other.block),
        `network.${one.name}`,
        `${formatBlock(one.block)} overlaps ${formatBlock(other.block)} of network.${other.name}`,
        "choose ranges that are apart",
      );
  });
}

const blocksOf = (texts: readonly string[]): readonly Block[] => texts.flatMap((text) => parseBlock(text) ?? []);

function addressIn({ first }: Block, offset: number): string {
  return formatBlock({ first: first + offset, prefix: 32 }).replace("/32", "");
}

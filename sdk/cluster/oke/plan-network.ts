import { cut, formatBlock, overlap, parseBlock, type Block } from "../cloud/cidr";
import { type Findings } from "../cloud/findings";
import { type OkeArgs, type OkeExistingNetwork, type OkeNetwork, type OkeNewNetwork } from "./args";
import { checkOcid } from "./ocid";
import { podsOf } from "./plan-system";

/** A network with every default filled in. */
export type NetworkPlan = (
  NewNetworkPlan | ({ readonly existing: true } & Pick<OkeExistingNetwork, "vcnId" | "subnets">)
) & {
  /** Block of the VCN. */
  readonly cidr: string;
  readonly servicesCidr: string;
  /** Whether nodes and pods may go anywhere, or to Oracle's services only. A network that is there decides by its routes. */
  readonly egress: "nat" | "oracle-services";
  readonly publicLoadBalancers: boolean;
};

interface NewNetworkPlan {
  readonly existing: false;
  readonly cidrs: readonly string[];
  readonly subnets: Readonly<Record<SubnetName, string>>;
}

export type SubnetName = "control-plane" | "workers" | "pods" | "load-balancers";

export const DEFAULT_CIDR = "10.0.0.0/16";
const DEFAULT_SERVICES = "10.96.0.0/16";

/** OCI takes VCN blocks from /16 to /30; below /22 the shares are too small to be of use. */
const [LARGEST, SMALLEST] = [16, 22];
/** OCI keeps the first two addresses of a subnet and the last. */
const RESERVED = 3;

/** What the compiler asks for, and only a setting of the other kind of network has. */
const ONLY_NEW = ["podsCidr", "egress", "loadBalancers"] as const;
const ONLY_EXISTING = ["vcnId", "subnets"] as const;
const EXISTING_SUBNETS = ["controlPlane", "workers", "pods", "loadBalancers"] as const;

const isExisting = (network: OkeNetwork): network is OkeExistingNetwork => network.existing === true;

export function planNetwork(network: OkeNetwork = {}): NetworkPlan {
  const servicesCidr = network.servicesCidr ?? DEFAULT_SERVICES;
  if (isExisting(network)) {
    const { vcnId, cidr, subnets } = network;
    return { existing: true, vcnId, cidr, subnets, servicesCidr, egress: "nat", publicLoadBalancers: false };
  }
  const { cidr = DEFAULT_CIDR, podsCidr, egress = "nat", loadBalancers = "internal" } = network;
  return {
    existing: false,
    cidr,
    cidrs: podsCidr === undefined ? [cidr] : [cidr, podsCidr],
    subnets: subnetsOf(network),
    servicesCidr,
    egress,
    publicLoadBalancers: loadBalancers === "public",
  };
}

/** Shares of the block, the same for every number of nodes. */
function subnetsOf({ cidr = DEFAULT_CIDR, podsCidr }: OkeNewNetwork): Readonly<Record<SubnetName, string>> {
  const block = parseBlock(cidr) ?? { first: 0, prefix: LARGEST };
  const { prefix } = block;
  const parts = cut(block, [prefix + 1, prefix + 3, Math.max(24, prefix + 5), 28]) ?? [];
  const [pods = "", workers = "", loadBalancers = "", controlPlane = ""] = parts.map(formatBlock);
  return { pods: podsCidr ?? pods, workers, "load-balancers": loadBalancers, "control-plane": controlPlane };
}

export function checkNetwork(args: OkeArgs, findings: Findings): void {
  const { network = {} } = args;
  const block = isExisting(network)
    ? checkExistingBlock(network, findings)
    : checkBlock(network.cidr ?? DEFAULT_CIDR, "network.cidr", findings);
  const services = checkBlock(network.servicesCidr ?? DEFAULT_SERVICES, "network.servicesCidr", findings);
  if (block !== undefined && services !== undefined) checkApart(block, services, "network.servicesCidr", findings);
  if (isExisting(network)) checkExisting(network, args.region, findings);
  else checkNew(args, network, block, services, findings);
}

function checkBlock(text: string, path: string, findings: Findings): Block | undefined {
  const block = parseBlock(text);
  findings.check(block !== undefined, path, `${JSON.stringify(text)} is no IPv4 block such as ${DEFAULT_CIDR}`);
  return block;
}

function checkApart(one: Block, other: Block, path: string, findings: Findings): void {
  const message = `${formatBlock(other)} overlaps ${formatBlock(one)}`;
  findings.check(!overlap(one, other), path, message, "choose a block outside of it");
}

function checkExistingBlock({ cidr }: OkeExistingNetwork, findings: Findings): Block | undefined {
  const isThere = findings.present(
    cidr,
    "network.cidr",
    "the block of the VCN, which rules and ranges are compared with",
  );
  return isThere ? checkBlock(cidr, "network.cidr", findings) : undefined;
}

function checkExisting(network: OkeExistingNetwork, region: string, findings: Findings): void {
  for (const name of ONLY_NEW)
    findings.check(
      network[name] === undefined,
      `network.${name}`,
      "is for a network that is made, and this one is there",
      "leave it out: the routes and subnets of the network decide",
    );
  findings.present(network.vcnId, "network.vcnId", "ocid1.vcn.…");
  checkOcid(network.vcnId, "network.vcnId", ["vcn"], findings, region);
  const hint = `{ ${EXISTING_SUBNETS.join(", ")} }`;
  if (!findings.present(network.subnets, "network.subnets", hint)) return;
  for (const [index, name] of EXISTING_SUBNETS.entries()) {
    const path = `network.subnets.${name}`;
    const id = network.subnets[name];
    findings.present(id, path, "ocid1.subnet.…");
    checkOcid(id, path, ["subnet"], findings, region);
    const twin = EXISTING_SUBNETS.slice(0, index).find((other) => network.subnets[other] === id);
    if (twin !== undefined && typeof id === "string")
      findings.add(path, `is the subnet of network.subnets.${twin}`, "name one subnet for each");
  }
}

/** What is there already would be left aside without a word, and another network made. */
function checkKind(network: OkeNewNetwork, findings: Findings): void {
  const named = ONLY_EXISTING.find((name) => network[name] !== undefined);
  const { existing } = network;
  if (named !== undefined || existing !== undefined)
    findings.add(
      "network.existing",
      named === undefined
        ? `${JSON.stringify(existing)} says nothing of a network`
        : `is not true, and network.${named} is of a network that is there`,
      "existingNetwork({ vcnId, cidr, subnets }), or leave them out",
    );
}

function checkNew(
  { gpus, system }: OkeArgs,
  network: OkeNewNetwork,
  block: Block | undefined,
  services: Block | undefined,
  findings: Findings,
): void {
  checkKind(network, findings);
  findings.oneOf(network.egress ?? "nat", "network.egress", ["nat", "oracle-services"]);
  findings.oneOf(network.loadBalancers ?? "internal", "network.loadBalancers", ["internal", "public"]);
  const inRange = ({ prefix }: Block) => prefix >= LARGEST && prefix <= SMALLEST;
  const range = `must be a block from /${LARGEST} to /${SMALLEST}`;
  if (block === undefined || !findings.check(inRange(block), "network.cidr", range)) return;
  const pods = network.podsCidr === undefined ? undefined : checkBlock(network.podsCidr, "network.podsCidr", findings);
  if (network.podsCidr !== undefined) {
    if (pods === undefined || !findings.check(inRange(pods), "network.podsCidr", range)) return;
    checkApart(block, pods, "network.podsCidr", findings);
    if (services !== undefined) checkApart(pods, services, "network.servicesCidr", findings);
  }
  const systemNodes = system?.nodes ?? 3;
  const nodes = gpus.nodes + systemNodes;
  const podAddresses = gpus.nodes * (gpus.maxPods ?? 64) + systemNodes * podsOf(system?.ocpus ?? 4);
  const subnets = subnetsOf(network);
  // While nodes are replaced there is one system node more.
  checkRoom(subnets.workers, nodes + 1, "network.cidr", "nodes", "take a larger block", findings);
  const [path, hint] =
    pods === undefined
      ? (["network.cidr", "take a larger block, name a second one in network.podsCidr, or lower gpus.maxPods"] as const)
      : (["network.podsCidr", "take a larger block, or lower gpus.maxPods"] as const);
  checkRoom(subnets.pods, podAddresses, path, "pods", hint, findings);
}

function checkRoom(cidr: string, wanted: number, path: string, of: string, hint: string, findings: Findings): void {
  const block = parseBlock(cidr);
  if (block === undefined) return;
  const room = 2 ** (32 - block.prefix) - RESERVED;
  findings.check(wanted <= room, path, `leaves ${room} addresses for ${of} (${cidr}), ${wanted} are needed`, hint);
}

import { NetworkSecurityGroup } from "@pulumi/oci/core/networkSecurityGroup";
import {
  NetworkSecurityGroupSecurityRule,
  type NetworkSecurityGroupSecurityRuleArgs,
} from "@pulumi/oci/core/networkSecurityGroupSecurityRule";
import type * as pulumi from "@pulumi/pulumi";
import { type SubnetName } from "./plan-network";
import { securityRules, type Peer, type SecurityRule, type Traffic } from "./rules";
import { make, placed, type Site } from "./site";

export interface SecurityGroups {
  readonly ids: Readonly<Record<SubnetName, pulumi.Output<string>>>;
  readonly rules: readonly pulumi.Resource[];
}

type Groups = Readonly<Record<SubnetName, NetworkSecurityGroup>>;

/** One group for each kind of address, and the rules between them. */
export function securityGroups(
  site: Site,
  vcnId: pulumi.Input<string>,
  services: pulumi.Output<string>,
): SecurityGroups {
  const group = (name: SubnetName) =>
    make(
      site,
      NetworkSecurityGroup,
      `nsg-${name}`,
      { ...placed(site), vcnId, displayName: `${site.name}-${name}` },
      site.args.transform?.securityGroup,
    );
  const groups: Groups = {
    "control-plane": group("control-plane"),
    workers: group("workers"),
    pods: group("pods"),
    "load-balancers": group("load-balancers"),
  };
  const rules = securityRules(site.plan.network, site.plan.endpoint).map((rule) => {
    return make(
      site,
      NetworkSecurityGroupSecurityRule,
      `nsg-${rule.group}-${rule.name}`,
      ruleArgs(rule, groups, services),
      site.args.transform?.securityRule,
      // Removed one by one before the groups: a group that another one's rule names may not be deletable.
      { ignoreChanges: [] },
    );
  });
  return {
    ids: {
      "control-plane": groups["control-plane"].id,
      workers: groups.workers.id,
      pods: groups.pods.id,
      "load-balancers": groups["load-balancers"].id,
    },
    rules,
  };
}

function ruleArgs(
  { group, direction, name, peer, traffic }: SecurityRule,
  groups: Groups,
  services: pulumi.Output<string>,
): NetworkSecurityGroupSecurityRuleArgs {
  const [address, type] = peerOf(peer, groups, services);
  return {
    networkSecurityGroupId: groups[group].id,
    direction,
    description: `${group}: ${name}`,
    stateless: false,
    ...(direction === "INGRESS"
      ? { source: address, sourceType: type }
      : { destination: address, destinationType: type }),
    ...trafficArgs(traffic),
  };
}

function peerOf(
  peer: Peer,
  groups: Groups,
  services: pulumi.Output<string>,
): readonly [address: pulumi.Input<string>, type: string] {
  if ("group" in peer) return [groups[peer.group].id, "NETWORK_SECURITY_GROUP"];
  if ("cidr" in peer) return [peer.cidr, "CIDR_BLOCK"];
  return [services, "SERVICE_CIDR_BLOCK"];
}

/** Numbers of IANA. */
const PROTOCOLS: Readonly<Record<Traffic["protocol"], string>> = { all: "all", icmp: "1", tcp: "6", udp: "17" };

function trafficArgs({ protocol, ports }: Traffic) {
  const range = ports === undefined ? undefined : { destinationPortRange: { min: ports[0], max: ports[1] } };
  return {
    protocol: PROTOCOLS[protocol],
    ...(protocol === "tcp" && range !== undefined && { tcpOptions: range }),
    ...(protocol === "udp" && range !== undefined && { udpOptions: range }),
    // "Fragmentation needed": how a sender learns the path's MTU.
    ...(protocol === "icmp" && { icmpOptions: { type: 3, code: 4 } }),
  };
}

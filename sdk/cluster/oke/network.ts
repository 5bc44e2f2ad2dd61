import { DefaultSecurityList } from "@pulumi/oci/core/defaultSecurityList";
import { getServicesOutput } from "@pulumi/oci/core/getServices";
import { InternetGateway } from "@pulumi/oci/core/internetGateway";
import { NatGateway } from "@pulumi/oci/core/natGateway";
import { RouteTable } from "@pulumi/oci/core/routeTable";
import { ServiceGateway } from "@pulumi/oci/core/serviceGateway";
import { Subnet } from "@pulumi/oci/core/subnet";
import { Vcn } from "@pulumi/oci/core/vcn";
import * as pulumi from "@pulumi/pulumi";
import { type NetworkPlan, type SubnetName } from "./plan-network";
import { securityGroups, type SecurityGroups } from "./security-groups";
import { make, placed, type Site } from "./site";

export interface Network {
  readonly vcnId: pulumi.Output<string>;
  readonly subnets: Readonly<Record<SubnetName, pulumi.Input<string>>>;
  readonly groups: SecurityGroups["ids"];
  /** What nodes need before they can reach anything. */
  readonly ready: readonly pulumi.Resource[];
}

type NewNetwork = Extract<NetworkPlan, { readonly existing: false }>;

export function network(site: Site): Network {
  const { network: plan } = site.plan;
  const services = oracleServices(site);
  if (plan.existing) {
    const { controlPlane, workers, pods, loadBalancers } = plan.subnets;
    const { ids, rules } = securityGroups(site, plan.vcnId, services.label);
    const subnets = { "control-plane": controlPlane, workers, pods, "load-balancers": loadBalancers };
    return { vcnId: pulumi.output(plan.vcnId), subnets, groups: ids, ready: rules };
  }
  const vcn = makeVcn(site, plan);
  const { ids, rules } = securityGroups(site, vcn.id, services.label);
  const routes = makeRoutes(site, plan, vcn, services);
  const subnets = makeSubnets(site, plan, vcn, routes);
  return { vcnId: vcn.id, subnets, groups: ids, ready: rules };
}

interface Services {
  readonly id: pulumi.Output<string>;
  /** Name of all their blocks in routes and rules. */
  readonly label: pulumi.Output<string>;
}

/** The one network of Oracle's services in the region. Its identifier never changes there, so asking for it at every run moves nothing. */
function oracleServices({ provider, parent }: Site): Services {
  const filters = [{ name: "name", values: ["All .* Services In Oracle Services Network"], regex: true }];
  const found = getServicesOutput({ filters }, { provider, parent });
  const read = (field: "id" | "cidrBlock") =>
    found.apply(({ services }) => {
      const value = services?.[0]?.[field];
      if (value !== undefined) return value;
      // A preview may run without the cloud.
      if (pulumi.runtime.isDryRun()) return pulumi.unknown as unknown as string;
      throw new pulumi.RunError("Oracle Cloud names no services network for this region; check the provider's region");
    });
  return { id: read("id"), label: read("cidrBlock") };
}

function makeVcn(site: Site, { cidrs }: NewNetwork): Vcn {
  const { args, plan, name } = site;
  const vcn = make(
    site,
    Vcn,
    "vcn",
    { ...placed(site), displayName: name, dnsLabel: "cairn", cidrBlocks: [...cidrs] },
    args.transform?.vcn,
    // OCI takes no block from under what is in it, so another one is another network; a second may be put behind the first.
    { protect: plan.protect.network, replaceOnChanges: ["cidrBlocks[0]"], customTimeouts: { delete: "30m" } },
  );
  // The list that comes with a VCN opens SSH to the world; groups say everything that may be said.
  make(
    site,
    DefaultSecurityList,
    "default-security-list",
    {
      ...placed(site),
      displayName: `${name}-default`,
      manageDefaultResourceId: vcn.defaultSecurityListId,
      ingressSecurityRules: [],
      egressSecurityRules: [],
    },
    args.transform?.securityList,
    { deletedWith: vcn },
  );
  return vcn;
}

interface Routes {
  readonly private: RouteTable;
  readonly public: RouteTable | undefined;
}

function makeRoutes(site: Site, { egress, publicLoadBalancers }: NewNetwork, vcn: Vcn, services: Services): Routes {
  const { args, plan, name } = site;
  const at = { ...placed(site), vcnId: vcn.id };
  const gateway = make(
    site,
    ServiceGateway,
    "services",
    { ...at, displayName: `${name}-services`, services: [{ serviceId: services.id }] },
    args.transform?.serviceGateway,
  );
  const nat =
    egress === "nat"
      ? make(site, NatGateway, "nat", { ...at, displayName: `${name}-nat` }, args.transform?.natGateway)
      : undefined;
  const table = (suffix: string, routeRules: RouteRule[]) =>
    make(site, RouteTable, suffix, { ...at, displayName: `${name}-${suffix}`, routeRules }, args.transform?.routeTable);
  const toServices = {
    destination: services.label,
    destinationType: "SERVICE_CIDR_BLOCK",
    networkEntityId: gateway.id,
  };
  const privateTable = table("private-routes", [...(nat === undefined ? [] : [toAnywhere(nat.id)]), toServices]);
  if (!publicLoadBalancers && !plan.endpoint.public) return { private: privateTable, public: undefined };
  const internet = make(
    site,
    InternetGateway,
    "internet",
    { ...at, displayName: `${name}-internet` },
    args.transform?.internetGateway,
  );
  return { private: privateTable, public: table("public-routes", [toAnywhere(internet.id)]) };
}

interface RouteRule {
  readonly destination: pulumi.Input<string>;
  readonly destinationType: string;
  readonly networkEntityId: pulumi.Input<string>;
}

const toAnywhere = (gateway: pulumi.Output<string>): RouteRule => ({
  destination: "0.0.0.0/0",
  destinationType: "CIDR_BLOCK",
  networkEntityId: gateway,
});

/** Labels of the VCN's own DNS: letters and digits, at most 15. */
const DNS: Readonly<Record<SubnetName, string>> = {
  "control-plane": "api",
  workers: "workers",
  pods: "pods",
  "load-balancers": "lb",
};

function makeSubnets(site: Site, { subnets, publicLoadBalancers }: NewNetwork, vcn: Vcn, routes: Routes) {
  const { args, plan, name } = site;
  const open: Readonly<Record<SubnetName, boolean>> = {
    "control-plane": plan.endpoint.public,
    workers: false,
    pods: false,
    "load-balancers": publicLoadBalancers,
  };
  const subnet = (which: SubnetName): pulumi.Output<string> =>
    make(
      site,
      Subnet,
      which,
      {
        ...placed(site),
        vcnId: vcn.id,
        displayName: `${name}-${which}`,
        dnsLabel: DNS[which],
        cidrBlock: subnets[which],
        routeTableId: open[which] && routes.public !== undefined ? routes.public.id : routes.private.id,
        securityListIds: [vcn.defaultSecurityListId],
        prohibitPublicIpOnVnic: !open[which],
      },
      args.transform?.subnet,
      // Interfaces of the control plane are given back some minutes after the cluster.
      { protect: plan.protect.network, replaceOnChanges: ["cidrBlock"], customTimeouts: { delete: "45m" } },
    ).id;
  return {
    "control-plane": subnet("control-plane"),
    workers: subnet("workers"),
    pods: subnet("pods"),
    "load-balancers": subnet("load-balancers"),
  };
}

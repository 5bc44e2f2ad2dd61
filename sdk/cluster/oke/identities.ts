import { DynamicGroup } from "@pulumi/oci/identity/dynamicGroup";
import { Policy } from "@pulumi/oci/identity/policy";
import * as pulumi from "@pulumi/pulumi";
import { SELF_MANAGED } from "./plan-gpus";
import { make, placed, type Site } from "./site";
import {
  clusterStatements,
  keyStatements,
  memoryClusterStatements,
  serviceStatements,
  workloadStatements,
} from "./statements";

/** Rights that must be there before the cluster is, and the group of machines that join by themselves. */
export interface Identities {
  readonly policies: readonly pulumi.Resource[];
  readonly nodes?: DynamicGroup;
}

export function serviceIdentities(site: Site, key: pulumi.Output<string>): Identities {
  const { args, plan } = site;
  const nodes = nodeGroup(site);
  const keyCompartment = args.encryption?.keyCompartmentId ?? args.compartmentId;
  const keyStatementsOf = pulumi
    .all([key, nodes?.id])
    .apply(([id, group]) => keyStatements({ key: id, keyCompartment }, group));
  const services = pulumi.output(serviceStatements(plan, { compartment: args.compartmentId }));
  const policies = [
    policy(site, "key-policy", keyCompartment, `Who may use the key of ${site.name}`, keyStatementsOf),
    policy(site, "policy", args.compartmentId, `What the services behind ${site.name} may do`, services),
  ];
  if (nodes !== undefined && args.tenancyId !== undefined && plan.gpus.pool === "gpu-memory-cluster")
    policies.push(
      policy(
        site,
        "memory-policy",
        args.tenancyId,
        "What GPU memory clusters may do",
        nodes.id.apply(memoryClusterStatements),
      ),
    );
  return { policies, ...(nodes !== undefined && { nodes }) };
}

/** Dynamic groups live in the tenancy's root; who joins which cluster is said by the policy. */
function nodeGroup(site: Site): DynamicGroup | undefined {
  const { args, plan } = site;
  if (args.tenancyId === undefined || !SELF_MANAGED.includes(plan.gpus.pool)) return undefined;
  return make(
    site,
    DynamicGroup,
    "nodes",
    {
      ...placed(site),
      compartmentId: args.tenancyId,
      name: `${site.name}-nodes`,
      description: `Machines that join the cluster ${site.name}`,
      matchingRule: `ALL {instance.compartment.id = '${args.compartmentId}'}`,
    },
    args.transform?.dynamicGroup,
    { home: true },
  );
}

/** Rights that name the cluster. */
export function clusterIdentities(
  site: Site,
  cluster: pulumi.Output<string>,
  nodes: DynamicGroup | undefined,
): readonly pulumi.Resource[] {
  const { args, plan } = site;
  const { compartmentId, workloads = [] } = args;
  const needed = nodes !== undefined || plan.endpoint.admins.length > 0 || args.imagePolicy !== undefined;
  const statements = pulumi.all([cluster, nodes?.id]).apply(([id, group]) =>
    clusterStatements(plan, args, {
      compartment: compartmentId,
      cluster: id,
      ...(group !== undefined && { nodes: group }),
    }),
  );
  return [
    ...(needed ? [policy(site, "access", compartmentId, `Who may join and use ${site.name}`, statements)] : []),
    ...workloads.map((workload) => {
      const compartment = workload.compartmentId ?? compartmentId;
      const suffix = `workload-${workload.namespace}-${workload.serviceAccount}`;
      const description = `What ${workload.serviceAccount} in ${workload.namespace} may do`;
      const allowed = cluster.apply((id) => workloadStatements(workload, { compartment, cluster: id }));
      return policy(site, suffix, compartment, description, allowed);
    }),
  ];
}

function policy(
  site: Site,
  suffix: string,
  compartmentId: string,
  description: string,
  statements: pulumi.Output<readonly string[]>,
): Policy {
  return make(
    site,
    Policy,
    suffix,
    {
      ...placed(site),
      compartmentId,
      name: `${site.name}-${suffix}`,
      description,
      statements: statements.apply((list) => [...list]),
    },
    site.args.transform?.policy,
    { home: true },
  );
}

import { type OkeArgs, type OkeWorkload } from "./args";
import { type OkePlan } from "./plan";
import { SELF_MANAGED } from "./plan-gpus";

/**
 * Statements of IAM policies, each with the narrowest subject and place that Oracle's documentation gives. Sources: Oracle documentation
 * "Policy configuration" and "Encrypting Kubernetes Secrets" (2025); oracle-quickstart/oci-hpc-oke `iam.tf` 61d210a (2026-08-20).
 */
export interface KeyIds {
  readonly key: string;
  /** A policy reaches down only from where it is, so this is where its statements are written. */
  readonly keyCompartment: string;
}

interface Place {
  readonly compartment: string;
}

/** What must be allowed before the cluster is made. */
export function serviceStatements(plan: OkePlan, ids: Place): readonly string[] {
  return [...networkStatements(ids), ...capacityStatements(plan, ids)];
}

/** Secrets in etcd, boot volumes, volumes of claims. `nodes` is the group of machines that join by themselves. */
export function keyStatements({ key, keyCompartment }: KeyIds, nodes?: string): readonly string[] {
  const [place, target] = [`compartment id ${keyCompartment}`, `target.key.id = '${key}'`];
  const by = (principal: string) => `ALL {request.principal.type = '${principal}', ${target}}`;
  return [
    `Allow any-user to use keys in ${place} where ${by("cluster")}`,
    `Allow service blockstorage to use keys in ${place} where ${target}`,
    `Allow any-user to use key-delegates in ${place} where ${by("nodepool")}`,
    `Allow any-user to use key-delegates in ${place} where ${by("cluster")}`,
    ...(nodes === undefined
      ? []
      : [`Allow dynamic-group id ${nodes} to use key-delegates in ${place} where ${target}`]),
  ];
}

/** The cloud controller opens node ports to its load balancers in the workers' group. */
function networkStatements({ compartment }: Place): readonly string[] {
  return [
    `Allow any-user to manage network-security-groups in compartment id ${compartment} where request.principal.type = 'cluster'`,
  ];
}

function capacityStatements({ gpus }: OkePlan, { compartment }: Place): readonly string[] {
  const place = `compartment id ${compartment}`;
  const pool = "request.principal.type = 'nodepool'";
  const { capacity } = gpus;
  return [
    ...(gpus.pool === "compute-cluster"
      ? [`Allow any-user to {COMPUTE_CLUSTER_LAUNCH_INSTANCE} in ${place} where ${pool}`]
      : []),
    ...(capacity?.kind === "host-group"
      ? [
          `Allow any-user to {HOST_GROUP_LAUNCH_INSTANCE} in ${place} where ALL {${pool}, target.resource.id = '${capacity.id}'}`,
        ]
      : []),
    ...(capacity?.kind === "reservation" && !SELF_MANAGED.includes(gpus.pool)
      ? [
          `Allow service oke to use compute-capacity-reservations in ${place}`,
          `Allow any-user to use compute-capacity-reservations in ${place} where ${pool}`,
        ]
      : []),
  ];
}

/** What only makes sense for this one cluster: who may join it, use it and check signatures for it. */
export function clusterStatements(
  { endpoint }: OkePlan,
  { imagePolicy }: Pick<OkeArgs, "imagePolicy">,
  ids: { readonly compartment: string; readonly cluster: string; readonly nodes?: string },
): readonly string[] {
  const { compartment, cluster, nodes } = ids;
  const here = `compartment id ${compartment} where target.cluster.id = '${cluster}'`;
  const signed = `compartment id ${compartment} where request.user.id = '${cluster}'`;
  return [
    ...(nodes === undefined ? [] : [`Allow dynamic-group id ${nodes} to {CLUSTER_JOIN} in ${here}`]),
    ...endpoint.admins.map((group) => `Allow group id ${group} to use clusters in ${here}`),
    ...(imagePolicy === undefined
      ? []
      : [`Allow any-user to use keys in ${signed}`, `Allow any-user to read repos in ${signed}`]),
  ];
}

/** GPU memory clusters start machines themselves. Oracle documents these rights for the tenancy only. */
export function memoryClusterStatements(nodes: string): readonly string[] {
  const by = "where all {request.principal.type = 'compute-gpu-memory-clusters'}";
  return [
    `Allow dynamic-group id ${nodes} to read compute-gpu-memory-fabrics in tenancy`,
    ...[
      "manage instance-family",
      "use virtual-network-family",
      "read compute-management-family",
      "use volume-family",
      "use tag-namespaces",
    ].map((permission) => `Allow any-user to ${permission} in tenancy ${by}`),
  ];
}

/** What a service account may do: workload identity of enhanced clusters. */
export function workloadStatements(
  { namespace, serviceAccount, allow }: OkeWorkload,
  ids: { readonly compartment: string; readonly cluster: string },
): readonly string[] {
  const principal = [
    "request.principal.type = 'workload'",
    `request.principal.namespace = '${namespace}'`,
    `request.principal.service_account = '${serviceAccount}'`,
    `request.principal.cluster_id = '${ids.cluster}'`,
  ].join(", ");
  return allow.map(
    (permission) => `Allow any-user to ${permission} in compartment id ${ids.compartment} where all {${principal}}`,
  );
}

import type * as pulumi from "@pulumi/pulumi";
import { type Findings } from "../cloud/findings";
import { type Taint } from "../types";
import { type OkeArgs, type OkeCapacity, type OkeGpus, type OkePool } from "./args";
import { checkLabels, checkTaints } from "./labels";
import { checkAvailabilityDomain, checkOcid } from "./ocid";
import { DEFAULT_SHAPE, FABRIC_NODES, hasShape, OKE_SHAPES, shapeOf, type OkePoolKind, type OkeShape } from "./shapes";
import { DEFAULT_MINOR, exactVersion, lagOf, MAXIMUM_LAG, patchOf } from "./versions";

/** The GPU pool with every default filled in. */
export interface GpuPlan {
  readonly shape: OkeShape;
  readonly architecture: "amd64" | "arm64";
  readonly nodes: number;
  /** Devices per node. */
  readonly gpus: number;
  readonly fabric?: "roce" | "none";
  readonly pool: OkePoolKind;
  /** Of a pool of GPU memory clusters: one cluster each. */
  readonly memoryClusters: readonly MemoryClusterPlan[];
  readonly availabilityDomain: string;
  readonly image: pulumi.Input<string>;
  readonly capacity?: OkeCapacity;
  readonly kubernetesVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** What the kubelet registers itself; empty when OKE's own taint is all. */
  readonly registeredTaints: readonly Taint[];
  readonly bootVolumeGb: number;
  readonly maxPods: number;
  readonly raid: boolean;
  readonly cycle: boolean;
}

/** One NVLink domain's worth of machines. */
export interface MemoryClusterPlan {
  /** Stays the same when the list of fabrics changes around it. */
  readonly key: string;
  readonly fabric?: string;
  readonly nodes: number;
}

/** Pools whose machines join by themselves, by the cluster's endpoint and a dynamic group. */
export const SELF_MANAGED: readonly OkePoolKind[] = ["cluster-network", "gpu-memory-cluster"];

/** Types of OCIDs, and pools that take them. */
const CAPACITY: Readonly<
  Record<OkeCapacity["kind"], { readonly type: string; readonly pools: readonly OkePoolKind[]; readonly hint: string }>
> = {
  reservation: {
    type: "capacityreservation",
    pools: ["node-pool", "compute-cluster", "cluster-network"],
    hint: "a GPU memory fabric is the capacity: gpuMemoryCluster({ fabrics })",
  },
  "host-group": {
    type: "computehostgroup",
    pools: ["node-pool", "compute-cluster"],
    hint: "only managed pools are placed by host group",
  },
};

/** OKE puts it on GPU nodes; whatever its value is there, a toleration without one fits. */
const OKE_TAINT: Taint = { key: "nvidia.com/gpu", effect: "NoSchedule" };

/** Largest size that one pool is planned for; OKE's own limit is a service limit of the tenancy. */
const MAXIMUM_NODES = 2000;

export function planGpus(
  gpus: OkeGpus,
  clusterVersion: string,
  stackLabels: Readonly<Record<string, string>>,
): GpuPlan {
  const shape = gpus.shape ?? DEFAULT_SHAPE[gpus.accelerator];
  const row = shapeOf(shape);
  const pool: OkePool = gpus.pool ?? { kind: row.pools[0] };
  const fabric = pool.kind === "node-pool" && row.fabric !== undefined ? "none" : row.fabric;
  const own = gpus.taints ?? [];
  return {
    shape,
    architecture: row.architecture,
    nodes: gpus.nodes,
    gpus: row.gpus,
    ...(fabric !== undefined && { fabric }),
    pool: pool.kind,
    memoryClusters: pool.kind === "gpu-memory-cluster" ? memoryClusters(pool.fabrics, gpus.nodes) : [],
    availabilityDomain: gpus.availabilityDomain,
    image: gpus.image,
    ...(gpus.capacity !== undefined && { capacity: gpus.capacity }),
    kubernetesVersion: exactVersion(gpus.kubernetesVersion ?? clusterVersion) ?? clusterVersion,
    labels: { "cairn.dev/pool": "gpu", ...stackLabels, ...gpus.labels },
    taints: [OKE_TAINT, ...own],
    // The kubelet's last list wins, so one of our own names OKE's taint too.
    registeredTaints: own.length === 0 ? [] : [{ ...OKE_TAINT, value: "present" }, ...own],
    bootVolumeGb: gpus.bootVolumeGb ?? 512,
    maxPods: gpus.maxPods ?? 64,
    raid: (gpus.localDisks ?? "raid0") === "raid0",
    cycle: gpus.upgrade === "cycle",
  };
}

function memoryClusters(fabrics: readonly string[] | undefined, nodes: number): readonly MemoryClusterPlan[] {
  if (fabrics === undefined || fabrics.length === 0) return [{ key: "any", nodes }];
  return fabrics.map((fabric) => ({ key: fabric.slice(-11), fabric, nodes: nodes / fabrics.length }));
}

export function checkGpus(args: OkeArgs, region: string | undefined, findings: Findings): void {
  const { gpus } = args;
  findings.wholeNumber(gpus.nodes, "gpus.nodes", 1, MAXIMUM_NODES);
  findings.wholeNumber(gpus.bootVolumeGb ?? 512, "gpus.bootVolumeGb", 50, 32768);
  findings.wholeNumber(gpus.maxPods ?? 64, "gpus.maxPods", 1, 110);
  findings.oneOf(gpus.localDisks ?? "raid0", "gpus.localDisks", ["raid0", "untouched"]);
  findings.oneOf(gpus.upgrade ?? "new-nodes", "gpus.upgrade", ["cycle", "new-nodes"]);
  if (region !== undefined)
    checkAvailabilityDomain(gpus.availabilityDomain, "gpus.availabilityDomain", region, findings);
  findings.present(gpus.image, "gpus.image", "the OCID of an image that you imported: ocid1.image.…");
  checkOcid(gpus.image, "gpus.image", ["image"], findings, region);
  checkLabels(gpus.labels ?? {}, "gpus.labels", findings);
  checkTaints(gpus.taints ?? [], "gpus.taints", findings);
  checkNodeVersion(args, findings);
  const shape = checkShape(gpus, findings);
  if (shape !== undefined) checkPool(args, shape, region, findings);
}

/** The shape of the pool, unless that is what is wrong. */
function checkShape({ accelerator, shape }: OkeGpus, findings: Findings): OkeShape | undefined {
  const accelerators = Object.keys(DEFAULT_SHAPE);
  if (!findings.oneOf(accelerator, "gpus.accelerator", accelerators)) return undefined;
  if (shape === undefined) return DEFAULT_SHAPE[accelerator];
  if (!hasShape(shape)) {
    findings.oneOf(shape, "gpus.shape", Object.keys(OKE_SHAPES));
    return undefined;
  }
  const has = shapeOf(shape).accelerator;
  const fitting = Object.keys(OKE_SHAPES).filter((each) => hasShape(each) && shapeOf(each).accelerator === accelerator);
  const hint = `use ${fitting.join(" or ")}, or accelerator ${has}`;
  return findings.check(has === accelerator, "gpus.shape", `${shape} has ${has}, not ${accelerator}`, hint)
    ? shape
    : undefined;
}

function checkPool(args: OkeArgs, shape: OkeShape, region: string | undefined, findings: Findings): void {
  const { gpus, os = "ubuntu", tenancyId, kubernetesVersion = DEFAULT_MINOR } = args;
  const row = shapeOf(shape);
  const { kind } = gpus.pool ?? { kind: row.pools[0] };
  const offered = row.pools.join(", ");
  if (!findings.check(row.pools.includes(kind), "gpus.pool", `${shape} comes as ${offered}, not as ${kind}`)) return;
  const selfManaged = SELF_MANAGED.includes(kind);
  findings.check(
    os !== "ol" || kind === "node-pool",
    "os",
    "Oracle has no Oracle Linux image for RDMA pools",
    'use os: "ubuntu" with an image from the list of oci-hpc-oke',
  );
  findings.check(
    !selfManaged || tenancyId !== undefined,
    "tenancyId",
    `is missing: machines of a ${kind} join through a dynamic group of the tenancy`,
    "`oci iam availability-domain list` shows it as compartment-id",
  );
  findings.check(
    !selfManaged || gpus.upgrade !== "cycle",
    "gpus.upgrade",
    `OKE cycles managed nodes only, not those of a ${kind}`,
    'leave it out; replace boot volumes with `oci compute instance update`, or use "new-nodes"',
  );
  const versions = { kubernetesVersion, "gpus.kubernetesVersion": gpus.kubernetesVersion };
  for (const [path, version] of Object.entries(versions))
    findings.check(
      version === undefined || exactVersion(version) === undefined || lagOf(version, row.minimumKubernetes) <= 0,
      path,
      `${shape} needs Kubernetes ${row.minimumKubernetes} or newer, not ${version}`,
    );
  if (kind === "gpu-memory-cluster") checkFabrics(gpus, region, findings);
  if (gpus.capacity !== undefined) checkCapacity(gpus.capacity, kind, region, findings);
}

function checkFabrics({ pool, nodes }: OkeGpus, region: string | undefined, findings: Findings): void {
  const fabrics = pool?.kind === "gpu-memory-cluster" ? (pool.fabrics ?? []) : [];
  const clusters = Math.max(1, fabrics.length);
  for (const [index, fabric] of fabrics.entries()) {
    const path = `gpus.pool.fabrics[${index}]`;
    checkOcid(fabric, path, ["computegpumemoryfabric"], findings, region);
    findings.check(fabrics.indexOf(fabric) === index, path, "is listed twice");
  }
  if (findings.check(nodes % clusters === 0, "gpus.nodes", `${nodes} nodes are no equal share for ${clusters} fabrics`))
    findings.check(
      nodes / clusters <= FABRIC_NODES,
      "gpus.nodes",
      `a GPU memory fabric has ${FABRIC_NODES} nodes, not ${nodes / clusters}`,
      "name more fabrics: gpuMemoryCluster({ fabrics })",
    );
}

function checkCapacity(
  { kind, id }: OkeCapacity,
  pool: OkePoolKind,
  region: string | undefined,
  findings: Findings,
): void {
  if (!findings.oneOf(kind, "gpus.capacity.kind", Object.keys(CAPACITY))) return;
  const { type, pools, hint } = CAPACITY[kind];
  if (!findings.check(pools.includes(pool), "gpus.capacity", `a ${pool} takes no ${kind}`, hint)) return;
  findings.present(id, "gpus.capacity.id", `ocid1.${type}.…`);
  checkOcid(id, "gpus.capacity.id", [type], findings, region);
}

/** Workers may lag, and never lead, not by a patch release either. */
function checkNodeVersion({ gpus, kubernetesVersion = DEFAULT_MINOR }: OkeArgs, findings: Findings): void {
  const { kubernetesVersion: given } = gpus;
  const cluster = exactVersion(kubernetesVersion);
  if (given === undefined || cluster === undefined) return;
  const path = "gpus.kubernetesVersion";
  const version = exactVersion(given);
  if (version === undefined) {
    findings.add(path, `${JSON.stringify(given)} is no version of OKE`, "write 1.35 or 1.35.2, without a v");
    return;
  }
  const lag = lagOf(version, cluster);
  const leads = lag < 0 || (lag === 0 && patchOf(version) > patchOf(cluster));
  const message = `nodes of ${version} would be ahead of the control plane, ${cluster}`;
  findings.check(!leads, path, message, "leave it out: nodes then have the version of the cluster");
  findings.check(lag <= MAXIMUM_LAG, path, `nodes may lag by ${MAXIMUM_LAG} minors, not by ${lag}`);
}

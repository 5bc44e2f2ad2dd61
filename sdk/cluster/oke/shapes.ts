/** How the machines of a GPU pool come about, and what joins them. */
export type OkePoolKind = "node-pool" | "compute-cluster" | "cluster-network" | "gpu-memory-cluster";

/** Accelerators that OKE has, by their name in recipe criteria. */
export type OkeAccelerator = "a100" | "h100" | "h200" | "b200" | "gb200" | "gb300" | "l40s" | "rtx-pro-6000";

/** One GPU shape. */
export interface OkeGpuShape {
  readonly accelerator: OkeAccelerator;
  /** Devices per node. */
  readonly gpus: number;
  /** Transport between nodes, as recipes name it. @default not known, because sources disagree */
  readonly fabric?: "roce";
  /** Ways to get such machines; the first is the default. */
  readonly pools: readonly [OkePoolKind, ...OkePoolKind[]];
  /** Network functions that take part in the RDMA fabric; 0 for none. Adapters with two ports count twice. */
  readonly rdmaDevices: number;
  /** SR-IOV functions that a pod may ask for. @default none: pods share the adapters or use the host's network */
  readonly virtualFunctions?: number;
  readonly architecture: "amd64" | "arm64";
  /** Lowest minor of Kubernetes that runs what these machines need. */
  readonly minimumKubernetes: string;
  /** Local NVMe as Oracle writes it. @default not published */
  readonly localDisks?: string;
  /** Document and date. */
  readonly source: string;
}

const QUICKSTART = "oracle-quickstart/oci-hpc-oke 61d210a, 2026-08-20";
const ONE_SOURCE = `${QUICKSTART}; one source only`;

/** x86 machines with eight GPUs on RoCE: a managed pool on a compute cluster is the quickstart's default. */
const hgx = {
  gpus: 8,
  fabric: "roce",
  pools: ["compute-cluster", "cluster-network"],
  architecture: "amd64",
  // Dynamic resource allocation works on OKE from here on.
  minimumKubernetes: "1.32",
  source: QUICKSTART,
} as const;

/** Arm machines with four GPUs in one NVLink domain: they come as GPU memory clusters only. */
const grace = {
  gpus: 4,
  fabric: "roce",
  pools: ["gpu-memory-cluster"],
  architecture: "arm64",
  // Compute domains need the stable API of dynamic resource allocation.
  minimumKubernetes: "1.34",
  source: QUICKSTART,
} as const;

/** What joins machines that are no part of an RDMA fabric: nothing. */
const single = {
  pools: ["node-pool"],
  architecture: "amd64",
  minimumKubernetes: "1.32",
  source: ONE_SOURCE,
} as const;

/**
 * GPU shapes of Oracle Cloud for OKE. Adapters, functions and pool kinds are Oracle's (the quickstart's SR-IOV policy, `oke-workers.tf` and
 * `validation.tf`); disks come from one third-party list (2026-09-10). `BM.GPU.B300.8` is missing because no recipe has a name for it.
 */
export const OKE_SHAPES = {
  "BM.GPU4.8": { ...hgx, accelerator: "a100", rdmaDevices: 16, virtualFunctions: 16, localDisks: "27.2 TB" },
  "BM.GPU.B4.8": { ...hgx, accelerator: "a100", rdmaDevices: 16, virtualFunctions: 16 },
  "BM.GPU.A100-v2.8": { ...hgx, accelerator: "a100", rdmaDevices: 16, virtualFunctions: 16, localDisks: "27.2 TB" },
  "BM.GPU.H100.8": { ...hgx, accelerator: "h100", rdmaDevices: 16, virtualFunctions: 16, localDisks: "16 x 3.84 TB" },
  "BM.GPU.H200.8": { ...hgx, accelerator: "h200", rdmaDevices: 8, virtualFunctions: 8, localDisks: "8 x 3.84 TB" },
  "BM.GPU.B200.8": { ...hgx, accelerator: "b200", rdmaDevices: 8, virtualFunctions: 8, localDisks: "8 x 3.84 TB" },
  "BM.GPU.GB200.4": { ...grace, accelerator: "gb200", rdmaDevices: 4, localDisks: "4 x 7.68 TB" },
  // Missing from Oracle's list of images: ask before using those of GB200.4.
  "BM.GPU.GB200-v2.4": { ...grace, accelerator: "gb200", rdmaDevices: 4, source: ONE_SOURCE },
  "BM.GPU.GB200-v3.4": { ...grace, accelerator: "gb200", rdmaDevices: 8 },
  "BM.GPU.GB300.4": { ...grace, accelerator: "gb300", rdmaDevices: 8, localDisks: "4 x 7.68 TB" },
  // The quickstart lists it without adapters (2026-08), AICR uses adapters (2026-09): its fabric is left open.
  "BM.GPU.L40S.4": { ...single, accelerator: "l40s", gpus: 4, rdmaDevices: 0, localDisks: "2 x 3.84 TB" },
  "BM.GPU.RTXPRO.8": {
    ...single,
    accelerator: "rtx-pro-6000",
    gpus: 8,
    fabric: "roce",
    pools: ["node-pool", "compute-cluster"],
    rdmaDevices: 8,
    localDisks: "8 x 7.68 TB",
  },
} as const satisfies Record<string, OkeGpuShape>;

/** A shape that {@link OKE_SHAPES} describes. */
export type OkeShape = keyof typeof OKE_SHAPES;

/** Shapes that have this accelerator. */
export type OkeShapeOf<Accelerator extends OkeAccelerator> = {
  [S in OkeShape]: (typeof OKE_SHAPES)[S]["accelerator"] extends Accelerator ? S : never;
}[OkeShape];

/** The shape of an accelerator when none is named: what the recipes of this catalogue are written for. */
export const DEFAULT_SHAPE: Readonly<Record<OkeAccelerator, OkeShape>> = {
  a100: "BM.GPU.A100-v2.8",
  h100: "BM.GPU.H100.8",
  h200: "BM.GPU.H200.8",
  b200: "BM.GPU.B200.8",
  gb200: "BM.GPU.GB200.4",
  gb300: "BM.GPU.GB300.4",
  l40s: "BM.GPU.L40S.4",
  "rtx-pro-6000": "BM.GPU.RTXPRO.8",
};

/** Nodes of one NVLink domain: 18 trays of four GPUs (quickstart's default target size, 2026-08-20). */
export const FABRIC_NODES = 18;

export const hasShape = (name: string): name is OkeShape => Object.hasOwn(OKE_SHAPES, name);

/** The row of a shape, as the interface says it. */
export const shapeOf = (name: OkeShape): OkeGpuShape => OKE_SHAPES[name];

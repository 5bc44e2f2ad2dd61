/** Transport between GPU nodes, in the recipes' words; GPUDirect-TCPX (A3 High) has no recipe of its own. */
export type GkeFabric = "none" | "tcpx" | "tcpxo" | "rdma";

/** Boot disks of GPU machines. */
export type GkeDiskType = "pd-balanced" | "pd-ssd" | "hyperdisk-balanced";

/**
 * Networks that a machine's further interfaces need, each a VPC of its own or a subnet of one.
 *
 * - `none`: one interface, on the cluster's own network.
 * - `gpu-nics`: one VPC with one subnet for each GPU interface, and no other, or a GPU goes without.
 * - `rdma`: one VPC for a second host interface, and one with the zone's RDMA profile that has a subnet for each RDMA interface.
 * - `automatic`: GKE makes them with the node pool, and DRANET hands them to pods.
 */
export type NetworkLayout =
  | { readonly kind: "none" }
  | { readonly kind: "gpu-nics"; readonly count: number; readonly mtu: number }
  | { readonly kind: "rdma"; readonly subnets: number; readonly mtu: number }
  | { readonly kind: "automatic" };

/** Where a fact comes from, and how old it is. */
export interface Source {
  readonly document: string;
  /** ISO date, or its beginning. */
  readonly date: string;
}

const TOOLKIT = "GoogleCloudPlatform/cluster-toolkit 1.95.0 (1047080)";
const AICR = "NVIDIA/aicr docs/integrator";

/** Where the facts of a row come from. */
export const SOURCES = {
  machines: {
    document: "https://docs.cloud.google.com/compute/docs/accelerator-optimized-machines",
    date: "2026-04-14",
  },
  toolkit: { document: `${TOOLKIT} examples/gke-*, modules/compute/gke-node-pool`, date: "2026-06-25" },
  "aicr-tcpxo": { document: `${AICR}/gke-tcpxo-networking.md (1387ce8)`, date: "2026" },
  "aicr-gb200": { document: `${AICR}/gke-gb200-networking.md (1c91707)`, date: "2026" },
  "aicr-a4xmax": { document: `${AICR}/gke-a4x-max-networking.md (9b6263c)`, date: "2026" },
  "gke-tcpx": {
    document: "https://docs.cloud.google.com/kubernetes-engine/docs/how-to/gpu-bandwidth-gpudirect-tcpx",
    date: "2026",
  },
  "gke-gpus": { document: "https://docs.cloud.google.com/kubernetes-engine/docs/how-to/gpus", date: "2026-04-08" },
  "gke-ai": { document: "AI Hypercomputer documentation, Create an AI-optimized GKE cluster", date: "2026-04-06" },
} as const satisfies Readonly<Record<string, Source>>;

/** A GPU machine type of Compute Engine as a node pool of GKE sees it. */
export interface GkeMachine {
  /** As recipes name it; l4 is our word for what no recipe names. */
  readonly accelerator: string;
  /** What the node pool and the label `cloud.google.com/gke-accelerator` call it. */
  readonly acceleratorType: string;
  /** Per machine, as the node offers them to pods: a slice of a GPU counts as one. */
  readonly gpus: number;
  readonly architecture: "amd64" | "arm64";
  readonly fabric: GkeFabric;
  /** Network interfaces, the first one included. */
  readonly nics: number;
  readonly networks: NetworkLayout;
  /** NVMe disks in the machine; `fixed` ones come with it whether they are asked for or not. */
  readonly localSsd: { readonly disks: number; readonly fixed: boolean; readonly gib: number };
  /** Boot disks it takes, the best one first. */
  readonly bootDisks: readonly GkeDiskType[];
  /** Whether it attaches Persistent Disks; else Hyperdisk only. */
  readonly persistentDisk: boolean;
  /** Ways to get one besides a reservation. */
  readonly offers: { readonly onDemand: boolean; readonly spot: boolean; readonly flexStart: boolean };
  /** Whether flex start and compact placement go together. */
  readonly compactWithFlex: boolean;
  /** Topology of the machines that share NVLink; a pool is one such domain. */
  readonly topology?: { readonly accelerators: string; readonly machines: number };
  readonly bareMetal: boolean;
  /** Least GKE version, one for each minor where it was brought to several. */
  readonly minimumGke: readonly string[];
  /** The driver that GKE installs when the program does not say which. */
  readonly driver: "DEFAULT" | "LATEST";
  readonly sources: readonly (keyof typeof SOURCES)[];
  /** Fields that are as commonly known, because no dated page was at hand. */
  readonly undated: readonly ("bootDisks" | "offers")[];
}

const ANY = { onDemand: true, spot: true, flexStart: true } as const;
/** Small A3 machines, which Google sells by Spot and flex start alone. */
const NOT_ON_DEMAND = { offers: { onDemand: false, spot: true, flexStart: true }, undated: [] } as const;
/** NVLink racks, which only a reservation holds together. */
const RESERVED = { onDemand: false, spot: false, flexStart: false } as const;

const NONE = { kind: "none" } as const;
const PD = ["pd-balanced", "pd-ssd", "hyperdisk-balanced"] as const;
const PD_ONLY = ["pd-balanced", "pd-ssd"] as const;
const HYPERDISK = ["hyperdisk-balanced"] as const;

/** What is usual; a row says what is different. */
const USUAL = {
  architecture: "amd64",
  fabric: "none",
  nics: 1,
  networks: NONE,
  bootDisks: PD,
  persistentDisk: true,
  offers: ANY,
  compactWithFlex: false,
  bareMetal: false,
  minimumGke: [],
  driver: "DEFAULT",
  sources: ["machines"],
  undated: ["offers"],
} as const;

/** Machines whose boot disks the page does not say. */
const OLDER = { ...USUAL, undated: ["bootDisks", "offers"] } as const;
const A100_40 = { ...OLDER, accelerator: "a100", acceleratorType: "nvidia-tesla-a100", bootDisks: PD_ONLY } as const;
const A100_80 = { ...A100_40, acceleratorType: "nvidia-a100-80gb" } as const;
const H100 = { ...USUAL, accelerator: "h100", acceleratorType: "nvidia-h100-80gb" } as const;
const L4 = { ...OLDER, accelerator: "l4", acceleratorType: "nvidia-l4", bootDisks: PD_ONLY } as const;
/**
 * The toolkit takes the latest driver, as an older default one may not know this GPU. It also adds a second VPC, which we do not: there is
 * no GPUDirect that would run over it, and all but the largest have one physical interface.
 */
const RTX = {
  ...OLDER,
  accelerator: "rtx-pro-6000",
  acceleratorType: "nvidia-rtx-pro-6000",
  bootDisks: HYPERDISK,
  persistentDisk: false,
  minimumGke: ["1.34.0-gke.1662000"],
  driver: "LATEST",
  sources: ["machines", "toolkit", "gke-gpus"],
} as const;
/** A slice of a GPU: GKE wants workloads that are prepared for it, and shares it no further. */
const SLICE_OF_RTX = {
  ...RTX,
  gpus: 1,
  minimumGke: ["1.34.5-gke.1153000", "1.35.2-gke.1485000"],
  sources: ["machines", "gke-gpus"],
} as const;
/** Disks of A2 machines with 40 GB GPUs, of G2 and of G4: up to so many, none unless asked for. */
const optional = <const Gib extends number>(gib: Gib) => ({ disks: 0, fixed: false, gib }) as const;
const RDMA_8 = { kind: "rdma", subnets: 8, mtu: 8896 } as const;
const ROCE = {
  ...USUAL,
  fabric: "rdma",
  gpus: 8,
  nics: 10,
  networks: RDMA_8,
  localSsd: { disks: 32, fixed: true, gib: 12000 },
  bootDisks: HYPERDISK,
  persistentDisk: false,
  compactWithFlex: true,
  sources: ["machines", "toolkit", "gke-ai"],
} as const;
const RACK = {
  ...USUAL,
  gpus: 4,
  architecture: "arm64",
  fabric: "rdma",
  nics: 6,
  localSsd: { disks: 4, fixed: true, gib: 12000 },
  bootDisks: HYPERDISK,
  persistentDisk: false,
  offers: RESERVED,
  undated: [],
  topology: { accelerators: "1x72", machines: 18 },
} as const;

/**
 * GPU machine types of the A and G series; their `-nolssd` variants, which a single source names, are not among them.
 *
 * What the toolkit's examples pin (1.35) is what they were tried with: the least version is what Google's pages say.
 */
export const MACHINES = {
  "a2-highgpu-1g": { ...A100_40, gpus: 1, localSsd: optional(3000) },
  "a2-highgpu-2g": { ...A100_40, gpus: 2, localSsd: optional(3000) },
  "a2-highgpu-4g": { ...A100_40, gpus: 4, localSsd: optional(3000) },
  "a2-highgpu-8g": { ...A100_40, gpus: 8, localSsd: optional(3000) },
  "a2-megagpu-16g": { ...A100_40, gpus: 16, localSsd: optional(3000) },
  "a2-ultragpu-1g": { ...A100_80, gpus: 1, localSsd: { disks: 1, fixed: true, gib: 375 } },
  "a2-ultragpu-2g": { ...A100_80, gpus: 2, localSsd: { disks: 2, fixed: true, gib: 750 } },
  "a2-ultragpu-4g": { ...A100_80, gpus: 4, localSsd: { disks: 4, fixed: true, gib: 1500 } },
  "a2-ultragpu-8g": { ...A100_80, gpus: 8, localSsd: { disks: 8, fixed: true, gib: 3000 } },
  "a3-highgpu-1g": { ...H100, gpus: 1, ...NOT_ON_DEMAND, localSsd: { disks: 2, fixed: true, gib: 750 } },
  "a3-highgpu-2g": { ...H100, gpus: 2, ...NOT_ON_DEMAND, localSsd: { disks: 4, fixed: true, gib: 1500 } },
  "a3-highgpu-4g": { ...H100, gpus: 4, ...NOT_ON_DEMAND, localSsd: { disks: 8, fixed: true, gib: 3000 } },
  "a3-highgpu-8g": {
    ...H100,
    gpus: 8,
    fabric: "tcpx",
    nics: 5,
    networks: { kind: "gpu-nics", count: 4, mtu: 8244 },
    localSsd: { disks: 16, fixed: true, gib: 6000 },
    minimumGke: ["1.27.16-gke.2874000", "1.28.15-gke.3163000", "1.29.15-gke.2467000"],
    sources: ["machines", "toolkit", "gke-tcpx"],
  },
  // Its four further interfaces could have a VPC each. There is no GPUDirect over them and no recipe that hands them to pods, so they have none.
  "a3-edgegpu-8g": { ...H100, gpus: 8, nics: 5, localSsd: { disks: 16, fixed: true, gib: 6000 } },
  "a3-megagpu-8g": {
    ...H100,
    acceleratorType: "nvidia-h100-mega-80gb",
    gpus: 8,
    fabric: "tcpxo",
    nics: 9,
    networks: { kind: "gpu-nics", count: 8, mtu: 8244 },
    localSsd: { disks: 16, fixed: true, gib: 6000 },
    minimumGke: [
      "1.28.15-gke.3163000",
      "1.29.15-gke.2467000",
      "1.30.14-gke.1922000",
      "1.31.14-gke.1243000",
      "1.32.11-gke.1174000",
    ],
    sources: ["machines", "toolkit", "aicr-tcpxo", "gke-tcpx"],
  },
  "a3-ultragpu-8g": {
    ...ROCE,
    accelerator: "h200",
    acceleratorType: "nvidia-h200-141gb",
    minimumGke: ["1.31.4-gke.1183000"],
  },
  "a4-highgpu-8g": {
    ...ROCE,
    accelerator: "b200",
    acceleratorType: "nvidia-b200",
    minimumGke: ["1.32.2-gke.1475000"],
  },
  "a4x-highgpu-4g": {
    ...RACK,
    accelerator: "gb200",
    acceleratorType: "nvidia-gb200",
    networks: { kind: "rdma", subnets: 4, mtu: 8896 },
    // GKE takes it from 1.32.8 on; NVIDIA's recipes want ComputeDomains, which came with 1.34.
    minimumGke: ["1.34"],
    sources: ["machines", "toolkit", "aicr-gb200", "gke-ai"],
  },
  // The toolkit takes a sub-block, which is one rack; Google's guide lets GKE find one anywhere in the reservation, so its name suffices here.
  "a4x-maxgpu-4g-metal": {
    ...RACK,
    accelerator: "gb300",
    acceleratorType: "nvidia-gb300",
    networks: { kind: "automatic" },
    bareMetal: true,
    minimumGke: ["1.34.3-gke.1318000", "1.35.0-gke.2745000"],
    sources: ["machines", "toolkit", "aicr-a4xmax", "gke-ai"],
  },
  "g2-standard-4": { ...L4, gpus: 1, localSsd: optional(375) },
  "g2-standard-8": { ...L4, gpus: 1, localSsd: optional(375) },
  "g2-standard-12": { ...L4, gpus: 1, localSsd: optional(375) },
  "g2-standard-16": { ...L4, gpus: 1, localSsd: optional(375) },
  "g2-standard-24": { ...L4, gpus: 2, localSsd: optional(750) },
  "g2-standard-32": { ...L4, gpus: 1, localSsd: optional(375) },
  "g2-standard-48": { ...L4, gpus: 4, localSsd: optional(1500) },
  "g2-standard-96": { ...L4, gpus: 8, localSsd: optional(3000) },
  "g4-standard-6": { ...SLICE_OF_RTX, localSsd: optional(0) },
  "g4-standard-12": { ...SLICE_OF_RTX, localSsd: optional(375) },
  "g4-standard-24": { ...SLICE_OF_RTX, localSsd: optional(750) },
  "g4-standard-48": { ...RTX, gpus: 1, localSsd: optional(1500) },
  "g4-standard-96": { ...RTX, gpus: 2, localSsd: optional(3000) },
  "g4-standard-192": { ...RTX, gpus: 4, localSsd: optional(6000) },
  "g4-standard-384": { ...RTX, gpus: 8, nics: 2, localSsd: optional(12000) },
} as const satisfies Readonly<Record<string, GkeMachine>>;

/** A machine type with GPUs, such as `a3-megagpu-8g`. */
export type GkeMachineType = keyof typeof MACHINES;

/** Accelerators that GKE has machines for, in the recipes' words. */
export type GkeAccelerator = (typeof MACHINES)[GkeMachineType]["accelerator"];

/** Machine types with that accelerator. */
export type GkeMachineTypeOf<Accelerator extends GkeAccelerator> = {
  [Type in GkeMachineType]: (typeof MACHINES)[Type]["accelerator"] extends Accelerator ? Type : never;
}[GkeMachineType];

/** The machine that the recipes of an accelerator are for: whole, and with the best fabric it comes with. */
export const USUAL_MACHINE = {
  a100: "a2-ultragpu-8g",
  h100: "a3-megagpu-8g",
  h200: "a3-ultragpu-8g",
  b200: "a4-highgpu-8g",
  gb200: "a4x-highgpu-4g",
  gb300: "a4x-maxgpu-4g-metal",
  l4: "g2-standard-96",
  "rtx-pro-6000": "g4-standard-384",
} as const satisfies { readonly [Accelerator in GkeAccelerator]: GkeMachineTypeOf<Accelerator> };

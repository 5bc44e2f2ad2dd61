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

/** A GPU machine type of Compute Engine as a node pool of GKE sees it. */
export interface GkeMachine {
  /** As recipes name it. */
  readonly accelerator: string;
  /** What the node pool and the label `cloud.google.com/gke-accelerator` call it. */
  readonly acceleratorType: string;
  /** Per machine. */
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
  readonly source: Source;
}

const MACHINES_PAGE: Source = {
  document: "https://docs.cloud.google.com/compute/docs/accelerator-optimized-machines",
  date: "2026-04-14",
};

// Boot disks of A2 and G4, and offers where no row says otherwise, are not on that page: as commonly known.
const ANY = { onDemand: true, spot: true, flexStart: true } as const;
/** Small A3 machines, which Google sells by Spot and flex start alone. */
const NOT_ON_DEMAND = { onDemand: false, spot: true, flexStart: true } as const;
/** NVLink racks, which only a reservation holds together. */
const RESERVED = { onDemand: false, spot: false, flexStart: false } as const;

const NONE = { kind: "none" } as const;
const PD = ["pd-balanced", "pd-ssd", "hyperdisk-balanced"] as const;
const PD_OF_A2 = ["pd-balanced", "pd-ssd"] as const;
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
  source: MACHINES_PAGE,
} as const;

const A100_40 = { ...USUAL, accelerator: "a100", acceleratorType: "nvidia-tesla-a100", bootDisks: PD_OF_A2 } as const;
const A100_80 = { ...A100_40, acceleratorType: "nvidia-a100-80gb" } as const;
const H100 = { ...USUAL, accelerator: "h100", acceleratorType: "nvidia-h100-80gb" } as const;
const RTX = {
  ...USUAL,
  accelerator: "rtx-pro-6000",
  acceleratorType: "nvidia-rtx-pro-6000",
  bootDisks: HYPERDISK,
  persistentDisk: false,
} as const;
/** Disks of A2 machines with 40 GB GPUs and of G4: up to so many, none unless asked for. */
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
  topology: { accelerators: "1x72", machines: 18 },
} as const;

/**
 * GPU machine types with an accelerator that recipes know. L4 machines (G2) are not among them.
 *
 * Interfaces, networks and their MTU: GoogleCloudPlatform/cluster-toolkit 1.95.0 (2026-06-25) and NVIDIA/aicr `docs/integrator` (2026).
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
  "a3-highgpu-1g": { ...H100, gpus: 1, offers: NOT_ON_DEMAND, localSsd: { disks: 2, fixed: true, gib: 750 } },
  "a3-highgpu-2g": { ...H100, gpus: 2, offers: NOT_ON_DEMAND, localSsd: { disks: 4, fixed: true, gib: 1500 } },
  "a3-highgpu-4g": { ...H100, gpus: 4, offers: NOT_ON_DEMAND, localSsd: { disks: 8, fixed: true, gib: 3000 } },
  "a3-highgpu-8g": {
    ...H100,
    gpus: 8,
    fabric: "tcpx",
    nics: 5,
    networks: { kind: "gpu-nics", count: 4, mtu: 8244 },
    localSsd: { disks: 16, fixed: true, gib: 6000 },
    minimumGke: ["1.27.16-gke.2874000", "1.28.15-gke.3163000", "1.29.15-gke.2467000"],
  },
  // Its four further interfaces are for hosts without GPUDirect; pods get the first.
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
  },
  "a3-ultragpu-8g": { ...ROCE, accelerator: "h200", acceleratorType: "nvidia-h200-141gb" },
  "a4-highgpu-8g": { ...ROCE, accelerator: "b200", acceleratorType: "nvidia-b200" },
  "a4x-highgpu-4g": {
    ...RACK,
    accelerator: "gb200",
    acceleratorType: "nvidia-gb200",
    networks: { kind: "rdma", subnets: 4, mtu: 8896 },
    minimumGke: ["1.34"],
  },
  "a4x-maxgpu-4g-metal": {
    ...RACK,
    accelerator: "gb300",
    acceleratorType: "nvidia-gb300",
    networks: { kind: "automatic" },
    bareMetal: true,
    minimumGke: ["1.34.3-gke.1318000", "1.35.0-gke.2745000"],
  },
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
  "rtx-pro-6000": "g4-standard-384",
} as const satisfies { readonly [Accelerator in GkeAccelerator]: GkeMachineTypeOf<Accelerator> };

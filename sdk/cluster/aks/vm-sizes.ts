/** Where a fact comes from, and of when that is. */
export interface Source {
  readonly document: string;
  readonly date: string;
}

/** What Azure says about a GPU machine. */
export interface VmSize {
  /** As recipes name it. */
  readonly accelerator: "a100" | "h100" | "h200" | "gb200" | "gb300" | "rtx-pro-6000";
  readonly product: string;
  /** Devices that Kubernetes sees on one node. */
  readonly devices: number;
  /** How much of a GPU one device is: less than 1 for a vGPU slice, which needs NVIDIA's GRID driver. */
  readonly share: number;
  /** As recipes name it: transport between nodes. */
  readonly fabric: "infiniband" | "none";
  /** Gbit/s of each InfiniBand link. */
  readonly infiniBand?: { readonly links: number; readonly gbps: number };
  /** Ethernet interfaces of the machine. `null` where Azure's page does not say; so below. */
  readonly nics: number | null;
  readonly architecture: "amd64" | "arm64";
  readonly vcpus: number;
  readonly memoryGiB: number | null;
  /** Temporary disk, on which an ephemeral OS disk lives. */
  readonly temporaryDiskGiB: number | null;
  /** NVMe disks that go with the machine. */
  readonly localDisks: { readonly disks: number; readonly totalGiB: number | null } | null;
  /** AICR's floor for every recipe on AKS (NVIDIA/aicr docs/integrator/aks-gpu-setup.md, 2026). */
  readonly minimumKubernetes: "1.34";
  readonly source: Source;
  /** What to ask Microsoft before planning with this size. */
  readonly caution?: string;
}

const ND_A100 = { document: "azure-compute-docs sizes/gpu-accelerated: ND A100 v4, NDm A100 v4", date: "2024-07" };
const ND_HOPPER = { document: "azure-compute-docs sizes/gpu-accelerated: ND H100 v5, ND H200 v5", date: "2025-09" };
const ND_GB200 = { document: "azure-compute-docs sizes/gpu-accelerated: ND GB200 v6, commit 2bc777f", date: "2026" };
const ND_GB300 = {
  document: "azure-compute-docs sizes/gpu-accelerated: ND GB300 v6, commit 0c72655",
  date: "2026-08-12",
};
const NC_H100 = { document: "azure-compute-docs sizes/gpu-accelerated: NCads H100 v5", date: "2024-07" };
const NC_A100 = { document: "azure-compute-docs sizes/gpu-accelerated: NC A100 v4", date: "2024-07-31" };
const NC_RTX = {
  document: "quantity table of NC RTX PRO 6000 BSE v6, and SKU list of Azure/AgentBaker",
  date: "2026-09-06",
};

const minimumKubernetes = "1.34";
/** Eight GPUs with an InfiniBand link each. */
const ND = {
  devices: 8,
  share: 1,
  fabric: "infiniband",
  nics: 8,
  architecture: "amd64",
  vcpus: 96,
  minimumKubernetes,
} as const;
const ND_A100_80 = {
  ...ND,
  accelerator: "a100",
  product: "NVIDIA A100 80GB",
  infiniBand: { links: 8, gbps: 200 },
  memoryGiB: 1900,
  temporaryDiskGiB: 6400,
  localDisks: null,
  source: ND_A100,
} as const;
const ND_H100 = {
  ...ND,
  accelerator: "h100",
  product: "NVIDIA H100 80GB",
  infiniBand: { links: 8, gbps: 400 },
  memoryGiB: 1900,
  temporaryDiskGiB: 1024,
  localDisks: { disks: 8, totalGiB: 28672 },
  source: ND_HOPPER,
} as const;
const ND_H200 = { ...ND_H100, accelerator: "h200", product: "NVIDIA H200", memoryGiB: 1850 } as const;
/** Four GPUs and a Grace processor; nodes of a rack share NVLink. */
const ND_GRACE = {
  devices: 4,
  share: 1,
  fabric: "infiniband",
  nics: 1,
  architecture: "arm64",
  vcpus: 128,
  temporaryDiskGiB: null,
  localDisks: { disks: 4, totalGiB: 14901 },
  minimumKubernetes,
} as const;
const ND_GRACE_300 = {
  ...ND_GRACE,
  accelerator: "gb300",
  product: "NVIDIA GB300",
  infiniBand: { links: 4, gbps: 800 },
  memoryGiB: 864,
  source: ND_GB300,
  caution: "no source confirms that AKS takes it",
} as const;
/** GPUs without a fabric between nodes: they cannot pass a full-node bandwidth check. */
const NC = { share: 1, fabric: "none", architecture: "amd64", minimumKubernetes } as const;
const NC_A100_80 = { ...NC, accelerator: "a100", product: "NVIDIA A100 80GB PCIe", localDisks: null } as const;
const NC_H100_94 = { ...NC, accelerator: "h100", product: "NVIDIA H100 NVL 94GB" } as const;
const NC_A100_CAUTION = "Azure deploys no new capacity for this series";
const NC_RTX_PRO = {
  ...NC,
  accelerator: "rtx-pro-6000",
  product: "NVIDIA RTX PRO 6000 Blackwell Server",
  nics: null,
  memoryGiB: null,
  temporaryDiskGiB: null,
  localDisks: null,
  source: NC_RTX,
  caution: "the size's name changed between preview and release; it needs GRID 20 (driver 595) or newer",
} as const;

/**
 * GPU machines that an agent pool can be made of. Capacities are those of Azure's pages; InfiniBand of the A100 sizes is general knowledge,
 * not on the page.
 */
export const VM_SIZES = {
  Standard_ND96asr_v4: {
    ...ND_A100_80,
    product: "NVIDIA A100 40GB",
    memoryGiB: 900,
    temporaryDiskGiB: 6000,
  },
  Standard_ND96amsr_A100_v4: ND_A100_80,
  Standard_ND96isr_H100_v5: ND_H100,
  Standard_ND96isrf_H100_v5: ND_H100,
  Standard_ND96isr_H200_v5: ND_H200,
  Standard_ND96isrf_H200_v5: ND_H200,
  Standard_ND128isr_NDR_GB200_v6: {
    ...ND_GRACE,
    accelerator: "gb200",
    product: "NVIDIA GB200",
    infiniBand: { links: 4, gbps: 400 },
    memoryGiB: 900,
    source: ND_GB200,
    caution:
      "AKS has an image for it, but not every list of AKS names it; the quota family must be checked in the subscription",
  },
  Standard_ND128isr_GB300_v6: ND_GRACE_300,
  Standard_ND128isrG5_GB300_v6: ND_GRACE_300,
  Standard_NC40ads_H100_v5: {
    ...NC_H100_94,
    devices: 1,
    nics: 2,
    vcpus: 40,
    memoryGiB: 320,
    temporaryDiskGiB: 3576,
    localDisks: { disks: 1, totalGiB: 3576 },
    source: NC_H100,
  },
  Standard_NC80adis_H100_v5: {
    ...NC_H100_94,
    devices: 2,
    nics: 4,
    vcpus: 80,
    memoryGiB: 640,
    temporaryDiskGiB: 7152,
    localDisks: { disks: 2, totalGiB: 7152 },
    source: NC_H100,
  },
  Standard_NC24ads_A100_v4: {
    ...NC_A100_80,
    devices: 1,
    nics: 2,
    vcpus: 24,
    memoryGiB: 220,
    temporaryDiskGiB: 64,
    source: NC_A100,
    caution: NC_A100_CAUTION,
  },
  Standard_NC48ads_A100_v4: {
    ...NC_A100_80,
    devices: 2,
    nics: 4,
    vcpus: 48,
    memoryGiB: 440,
    temporaryDiskGiB: 128,
    source: NC_A100,
    caution: NC_A100_CAUTION,
  },
  Standard_NC96ads_A100_v4: {
    ...NC_A100_80,
    devices: 4,
    nics: 8,
    vcpus: 96,
    memoryGiB: 880,
    temporaryDiskGiB: 256,
    source: NC_A100,
    caution: NC_A100_CAUTION,
  },
  Standard_NC36ds_xl_RTXPRO6000BSE_v6: { ...NC_RTX_PRO, devices: 1, share: 0.25, vcpus: 36 },
  Standard_NC72ds_xl_RTXPRO6000BSE_v6: { ...NC_RTX_PRO, devices: 1, share: 0.5, vcpus: 72 },
  Standard_NC144ds_xl_RTXPRO6000BSE_v6: { ...NC_RTX_PRO, devices: 1, vcpus: 144 },
  Standard_NC288ds_xl_RTXPRO6000BSE_v6: { ...NC_RTX_PRO, devices: 2, vcpus: 288 },
} as const satisfies Readonly<Record<string, VmSize>>;

/** A size of {@link VM_SIZES}. */
export type AksVmSizeName = keyof typeof VM_SIZES;

/** An accelerator of {@link VM_SIZES}, as recipes name it. */
export type AksAccelerator = (typeof VM_SIZES)[AksVmSizeName]["accelerator"];

/** The sizes that have an accelerator. */
export type AksVmSizeOf<A extends AksAccelerator> = {
  [Name in AksVmSizeName]: (typeof VM_SIZES)[Name]["accelerator"] extends A ? Name : never;
}[AksVmSizeName];

/** What is meant by an accelerator alone: the size that AICR's recipes are for, with the most memory. */
export const DEFAULT_VM_SIZES = {
  a100: "Standard_ND96amsr_A100_v4",
  h100: "Standard_ND96isr_H100_v5",
  h200: "Standard_ND96isr_H200_v5",
  gb200: "Standard_ND128isr_NDR_GB200_v6",
  gb300: "Standard_ND128isr_GB300_v6",
  "rtx-pro-6000": "Standard_NC288ds_xl_RTXPRO6000BSE_v6",
} as const satisfies { readonly [A in AksAccelerator]: AksVmSizeOf<A> };

import {
  cards,
  classic,
  COMBINED,
  efaOn,
  ETHERNET,
  type Layouts,
  type NetworkCard,
  type Networking,
  range,
  withEthernet,
} from "./interfaces";
import { type EksMinor } from "./versions";

/** Where the facts of a row come from: document and date. */
export const SOURCES = {
  "ec2-types": "instance type tables of aws/karpenter-provider-aws, generated from the EC2 API, 2026-08-21",
  "ec2-efa": "Amazon EC2 user guide, network cards and EFA of accelerated instance types, 2026",
  ultraserver: "Amazon EKS user guide, UltraServers of P6e-GB200, 2026",
  "aicr-gb300": "NVIDIA/aicr, public end-to-end configuration of GB300 on EKS, 2026-10",
} as const;

/** What an instance type is. */
export interface GpuInstance extends Networking {
  /** As recipes name it; a10g, l4 and b300 are our words for what no recipe names. */
  readonly accelerator: string;
  /** Per node. */
  readonly gpus: number;
  readonly architecture: "amd64" | "arm64";
  /** Transport between nodes, as recipes name it. */
  readonly fabric: "efa" | "none";
  /** Local NVMe, in GB, all disks together; 0 when it is not published. */
  readonly localDiskGB: number;
  /** Whether Capacity Blocks for ML offer it: `only` means that nothing else does, `unknown` that no document says. */
  readonly capacityBlock: "yes" | "only" | "no" | "unknown";
  /** First Kubernetes minor of EKS that runs it. @default any */
  readonly minimumKubernetes?: EksMinor;
  /** Date of the first of Amazon's images with a driver for it, such as `20251103`. @default any */
  readonly minimumImage?: string;
  readonly sources: readonly (keyof typeof SOURCES)[];
}

type Machine<A extends string> = Pick<GpuInstance, "gpus" | "localDiskGB"> & { readonly accelerator: A };

const machine = <const A extends string>(accelerator: A, gpus: number, localDiskGB: number): Machine<A> => ({
  accelerator,
  gpus,
  localDiskGB,
});

/** A type for training: its interfaces are in EC2's guide. */
const trainer = <const A extends string>(
  of: Machine<A>,
  cards: readonly NetworkCard[],
  layouts: Layouts,
): GpuInstance & Machine<A> => ({
  ...of,
  architecture: "amd64",
  fabric: "efa",
  cards,
  layouts,
  capacityBlock: "yes",
  sources: ["ec2-types", "ec2-efa"],
});

/** A type of the G families with so many EFA devices, one for each card. No document offers them in Capacity Blocks. */
const graphics = <const A extends string>(of: Machine<A>, slots: number, efa: number): GpuInstance & Machine<A> => ({
  ...of,
  architecture: "amd64",
  fabric: efa > 0 ? "efa" : "none",
  cards: cards(Math.max(1, efa), slots, efa > 0 ? "both" : "ena"),
  layouts:
    efa === 0
      ? { recommended: ETHERNET }
      : { recommended: efa === 1 ? COMBINED : efaOn(...range(0, efa - 1)), ...(efa === 1 && { combined: COMBINED }) },
  capacityBlock: "no",
  sources: ["ec2-types", "ec2-efa"],
});

const a100: Layouts = { recommended: efaOn(0, 1, 2, 3), classic: classic(4) };
/** Every fourth card takes an Ethernet interface more. */
const hopper: Layouts = {
  recommended: efaOn(...range(0, 31)),
  "full-ip-bandwidth": withEthernet(efaOn(...range(0, 31)), range(4, 28, 4)),
  classic: classic(32),
};
const b200 = efaOn(...range(0, 7));
const b300 = efaOn(...range(1, 16));

/** Cards of p6e-gb200: the first for Ethernet, odd ones for EFA at 400 Gb/s, even ones for either; each has one slot. */
const gb200Cards = range(0, 16).map((i): NetworkCard => ({
  slots: 1,
  carries: i === 0 ? "ena" : i % 2 ? "efa" : "both",
}));

/**
 * Every instance type that the target takes. The sources of each row are named in {@link SOURCES}; layouts follow the rules of EC2's guide
 * of 2026: EFA alone on device 0 of every card but the first, which superseded device 1.
 */
export const INSTANCES = {
  "p4d.24xlarge": trainer(machine("a100", 8, 8000), cards(4, 15, "both"), a100),
  "p4de.24xlarge": { ...trainer(machine("a100", 8, 8000), cards(4, 15, "both"), a100), capacityBlock: "unknown" },
  "p5.48xlarge": trainer(machine("h100", 8, 30400), cards(32, 2, "both"), hopper),
  "p5.4xlarge": {
    ...trainer(machine("h100", 1, 3800), cards(1, 4, "both"), { recommended: efaOn(0), combined: COMBINED }),
    capacityBlock: "unknown",
  },
  "p5e.48xlarge": trainer(machine("h200", 8, 30400), cards(32, 2, "both"), hopper),
  "p5en.48xlarge": trainer(machine("h200", 8, 30400), cards(16, 4, "both"), {
    recommended: efaOn(...range(0, 15)),
    classic: classic(16),
  }),
  "p6-b200.48xlarge": trainer(machine("b200", 8, 30400), cards(8, 4, "both"), {
    recommended: b200,
    "full-ip-bandwidth": withEthernet(b200, range(1, 7)),
  }),
  // Its first card carries no EFA, whatever one paragraph of the guide says: the card table and the commands beside it do not.
  "p6-b300.48xlarge": trainer(machine("b300", 8, 30400), [...cards(1, 4, "ena"), ...cards(16, 4, "both")], {
    recommended: b300,
    "full-ip-bandwidth": withEthernet(b300, range(1, 16)),
  }),
  "p6e-gb200.36xlarge": {
    ...trainer(machine("gb200", 4, 22500), gb200Cards, {
      recommended: efaOn(1, 5, 9, 13),
      "eight-efa": efaOn(...range(1, 15, 2)),
    }),
    architecture: "arm64",
    capacityBlock: "only",
    minimumKubernetes: "1.33",
    minimumImage: "20251103",
    sources: ["ultraserver", "ec2-efa"],
  },
  // The fast fabric is RoCE behind a DRA device class; EFA is on the first card only, and no other card can be used.
  "p6e-gb300r.36xlarge": {
    ...trainer(machine("gb300", 4, 0), [...cards(1, 2, "both"), ...cards(8, 0, "nothing")], { recommended: efaOn(0) }),
    architecture: "arm64",
    capacityBlock: "unknown",
    sources: ["aicr-gb300"],
  },
  "g5.xlarge": graphics(machine("a10g", 1, 250), 4, 0),
  "g5.2xlarge": graphics(machine("a10g", 1, 450), 4, 0),
  "g5.4xlarge": graphics(machine("a10g", 1, 600), 8, 0),
  "g5.8xlarge": graphics(machine("a10g", 1, 900), 8, 1),
  "g5.12xlarge": graphics(machine("a10g", 4, 3800), 15, 1),
  "g5.16xlarge": graphics(machine("a10g", 1, 1900), 8, 1),
  "g5.24xlarge": graphics(machine("a10g", 4, 3800), 15, 1),
  "g5.48xlarge": graphics(machine("a10g", 8, 7600), 7, 1),
  "g6.xlarge": graphics(machine("l4", 1, 250), 4, 0),
  "g6.2xlarge": graphics(machine("l4", 1, 450), 4, 0),
  "g6.4xlarge": graphics(machine("l4", 1, 600), 8, 0),
  "g6.8xlarge": graphics(machine("l4", 1, 900), 8, 1),
  "g6.12xlarge": graphics(machine("l4", 4, 3760), 8, 1),
  "g6.16xlarge": graphics(machine("l4", 1, 1880), 15, 1),
  "g6.24xlarge": graphics(machine("l4", 4, 3760), 15, 1),
  "g6.48xlarge": graphics(machine("l4", 8, 7520), 15, 1),
  "g6e.xlarge": graphics(machine("l40s", 1, 250), 4, 0),
  "g6e.2xlarge": graphics(machine("l40s", 1, 450), 4, 0),
  "g6e.4xlarge": graphics(machine("l40s", 1, 600), 8, 0),
  "g6e.8xlarge": graphics(machine("l40s", 1, 900), 8, 1),
  "g6e.12xlarge": graphics(machine("l40s", 4, 3800), 10, 1),
  "g6e.16xlarge": graphics(machine("l40s", 1, 1900), 15, 1),
  "g6e.24xlarge": graphics(machine("l40s", 4, 3800), 10, 2),
  "g6e.48xlarge": graphics(machine("l40s", 8, 7600), 10, 4),
  "g7e.2xlarge": graphics(machine("rtx-pro-6000", 1, 1900), 4, 0),
  "g7e.4xlarge": graphics(machine("rtx-pro-6000", 1, 1900), 8, 0),
  "g7e.8xlarge": graphics(machine("rtx-pro-6000", 1, 1900), 8, 1),
  "g7e.12xlarge": graphics(machine("rtx-pro-6000", 2, 3800), 10, 1),
  "g7e.24xlarge": graphics(machine("rtx-pro-6000", 4, 7600), 10, 2),
  "g7e.48xlarge": graphics(machine("rtx-pro-6000", 8, 15200), 10, 4),
} as const satisfies Readonly<Record<string, GpuInstance>>;

/** A GPU instance type that {@link INSTANCES} describes. */
export type EksInstanceType = keyof typeof INSTANCES;

/** An accelerator that EKS has instances for. Recipes cover `a100`, `b200`, `gb200`, `gb300`, `h100`, `h200` and `rtx-pro-6000`. */
export type EksAccelerator = (typeof INSTANCES)[EksInstanceType]["accelerator"];

/** The instance types that have one of these accelerators. */
export type InstanceTypeOf<A extends EksAccelerator> = {
  [T in EksInstanceType]: (typeof INSTANCES)[T]["accelerator"] extends A ? T : never;
}[EksInstanceType];

/** The instance type that an accelerator stands for: what its recipes were written for. */
export const USUAL_INSTANCE = {
  a100: "p4d.24xlarge",
  h100: "p5.48xlarge",
  h200: "p5en.48xlarge",
  b200: "p6-b200.48xlarge",
  b300: "p6-b300.48xlarge",
  gb200: "p6e-gb200.36xlarge",
  gb300: "p6e-gb300r.36xlarge",
  a10g: "g5.48xlarge",
  l4: "g6.48xlarge",
  l40s: "g6e.48xlarge",
  "rtx-pro-6000": "g7e.48xlarge",
} as const satisfies { readonly [A in EksAccelerator]: InstanceTypeOf<A> };

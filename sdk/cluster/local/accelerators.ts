/** What NVIDIA's GPU feature discovery and the driver report for one model. */
export interface AcceleratorModel {
  /** Label `nvidia.com/gpu.product`: the driver's product name with hyphens. */
  readonly product: string;
  readonly family: "ampere" | "ada-lovelace" | "hopper" | "blackwell";
  /** CUDA compute capability. */
  readonly compute: readonly [major: number, minor: number];
  /** MiB, as `nvidia-smi` shows it. */
  readonly memory: number;
  /** Devices in the usual node of this model. */
  readonly devicesPerNode: number;
  readonly mig: boolean;
  readonly architecture: "amd64" | "arm64";
}

/**
 * Models that a simulated node can carry, by their name in recipe criteria. Labels are those that gpu-feature-discovery writes (README in
 * NVIDIA/k8s-device-plugin, November 2026); products, memory and compute capabilities are what such nodes usually show, not read from
 * hardware here: they only make a simulated node look like one.
 */
export const ACCELERATORS = {
  a100: model("NVIDIA-A100-SXM4-80GB", "ampere", [8, 0], 81920, 8),
  h100: model("NVIDIA-H100-80GB-HBM3", "hopper", [9, 0], 81559, 8),
  h200: model("NVIDIA-H200", "hopper", [9, 0], 143771, 8),
  b200: model("NVIDIA-B200", "blackwell", [10, 0], 183359, 8),
  gb200: { ...model("NVIDIA-GB200", "blackwell", [10, 0], 189471, 4), architecture: "arm64" },
  l40: { ...model("NVIDIA-L40", "ada-lovelace", [8, 9], 46068, 8), mig: false },
} as const satisfies Record<string, AcceleratorModel>;

/** A model that {@link ACCELERATORS} describes. */
export type LocalAccelerator = keyof typeof ACCELERATORS;

function model(
  product: string,
  family: AcceleratorModel["family"],
  compute: AcceleratorModel["compute"],
  memory: number,
  devicesPerNode: number,
): AcceleratorModel {
  return { product, family, compute, memory, devicesPerNode, mig: true, architecture: "amd64" };
}

import { type V1Node } from "@kubernetes/client-node";

/**
 * Accelerators that recipes know, as they appear inside product names (`NVIDIA-H100-80GB-HBM3`, `NVIDIA GB200`). Sorted by length when
 * matched, so that `l40s` is not taken for `l4` nor `gh200` for `h200`.
 */
const ACCELERATORS = [
  "a10",
  "a100",
  "a10g",
  "b200",
  "b300",
  "gb200",
  "gb300",
  "gh200",
  "h100",
  "h200",
  "l4",
  "l40",
  "l40s",
  "rtx-pro-6000",
  "t4",
  "v100",
  "vr200",
].sort((a, b) => b.length - a.length);

/** `h100` for `NVIDIA-H100-80GB-HBM3`; undefined for a product that no recipe names. */
export function acceleratorOf(product: string): string | undefined {
  const words = product.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return ACCELERATORS.find((name) => new RegExp(`(^|-)${name}`).test(words));
}

/** Labels that carry the product name: NVIDIA and AMD device discovery, GKE's node pools. */
const PRODUCT_LABELS = ["nvidia.com/gpu.product", "amd.com/gpu.product-name", "cloud.google.com/gke-accelerator"];

/** The accelerator that a node's labels name. */
export function acceleratorOfNode(node: V1Node): string | undefined {
  const labels = node.metadata?.labels ?? {};
  return PRODUCT_LABELS.map((key) => acceleratorOf(labels[key] ?? "")).find((name) => name !== undefined);
}

/** Devices that a node offers as an extended resource (`nvidia.com/gpu: 8`). Those offered through DRA are in ResourceSlices. */
export function extendedGpus(node: V1Node): number {
  return Object.entries(node.status?.allocatable ?? {})
    .filter(([resource]) => resource.endsWith("/gpu"))
    .reduce((sum, [, amount]) => sum + Number(amount), 0);
}

/** A recipe's name for an operating system, and how the node's `osImage` starts. */
const SYSTEMS: readonly (readonly [os: string, image: RegExp])[] = [
  ["ubuntu", /^ubuntu/i],
  ["cos", /^container-optimized os/i],
  ["amazonlinux", /^amazon linux/i],
  ["rhel", /^red hat/i],
  ["ol", /^oracle linux/i],
  ["talos", /^talos/i],
  ["bottlerocket", /^bottlerocket/i],
  ["azurelinux", /^(azure linux|microsoft azure linux|cbl-mariner)/i],
];

/** `ubuntu` and `24.04` for `Ubuntu 24.04.1 LTS`. */
export function osOf(image: string): { readonly id?: string; readonly version?: string } {
  const id = SYSTEMS.find(([, pattern]) => pattern.test(image))?.[0];
  const version = /\d+(\.\d+)?/.exec(image)?.[0];
  return { ...(id !== undefined && { id }), ...(version !== undefined && { version }) };
}

/** The `ID` of `/etc/os-release`, for a recipe's name of an operating system. */
export const osReleaseId = (os: string | undefined): string | undefined => (os === "amazonlinux" ? "amzn" : os);

/** How the nodes' `providerID` starts on each service. */
const PROVIDERS: Readonly<Record<string, string>> = {
  "aws:": "eks",
  "gce:": "gke",
  "azure:": "aks",
  "oci:": "oke",
  "ocid1.": "oke",
  "kind:": "kind",
  "kwok:": "local",
};

/** The service that a node's `providerID` names. */
export function serviceOf(providerId: string): string | undefined {
  return Object.entries(PROVIDERS).find(([prefix]) => providerId.startsWith(prefix))?.[1];
}

import { type Findings } from "../cloud/findings";

/** Operating systems of the nodes, as recipes name them. */
export type EksOs = "ubuntu" | "amazonlinux";

/** A machine image by its ID. Made by {@link ami}. */
export interface ImageById {
  readonly type: "ami";
  readonly id: string;
}

/** A release of Amazon's EKS images. Made by {@link amiRelease}. */
export interface ImageRelease {
  readonly type: "release";
  readonly version: string;
}

/** What pins the image of nodes with an operating system. */
export type ImageOf<OS extends EksOs> = OS extends "amazonlinux" ? ImageById | ImageRelease : ImageById;

/**
 * A machine image by its ID, which is one region's and one architecture's.
 *
 * @example image: ami("ami-0123456789abcdef0")
 */
export function ami(id: string): ImageById {
  return { type: "ami", id };
}

/**
 * A release of Amazon's EKS images, as `aws eks describe-nodegroup` shows it.
 *
 * @example image: amiRelease("1.36.1-20261105")
 */
export function amiRelease(version: string): ImageRelease {
  return { type: "release", version };
}

/** Who installs driver and container toolkit, as the recipes' profile `gpuStack` has it. */
export type EksGpuStack = "operator-managed" | "ami-preinstalled";

/** Ubuntu's EKS images carry no driver; Amazon Linux has images with and without one. */
export type GpuStackOf<OS extends EksOs> = OS extends "amazonlinux" ? EksGpuStack : "operator-managed";

/** What an operating system's images are like. */
export interface OsFacts {
  /** The first is the default. */
  readonly gpuStacks: readonly EksGpuStack[];
  readonly rootDevice: string;
}

export const SYSTEMS: { readonly [os in EksOs]: OsFacts } = {
  ubuntu: { gpuStacks: ["operator-managed"], rootDevice: "/dev/sda1" },
  amazonlinux: { gpuStacks: ["ami-preinstalled", "operator-managed"], rootDevice: "/dev/xvda" },
};

/** Where a pool's image comes from. */
export type ImagePlan =
  | { readonly from: "id"; readonly id: string }
  /** Canonical's public parameter for its newest image of one Ubuntu release, Kubernetes minor and architecture. */
  | { readonly from: "parameter"; readonly parameter: string }
  /** EKS chooses, within a kind of image and, if stated, a release. */
  | { readonly from: "eks"; readonly amiType: string; readonly release?: string };

export interface ImageRequest {
  readonly os: EksOs;
  readonly image: ImageById | ImageRelease | undefined;
  readonly architecture: "amd64" | "arm64";
  readonly kubernetesVersion: string;
  /** Whether the image has to bring the driver. */
  readonly driver: boolean;
  /** Date of the first of EKS's images that run the instance type: `20251103`. @default any */
  readonly minimumImage?: string | undefined;
}

/**
 * Kinds of EKS images. Those with NVIDIA in their name bring driver and toolkit, so that the GPU Operator must not (Amazon EKS user guide,
 * 2026).
 */
const AMI_TYPES = {
  amd64: { driver: "AL2023_x86_64_NVIDIA", plain: "AL2023_x86_64_STANDARD" },
  arm64: { driver: "AL2023_ARM_64_NVIDIA", plain: "AL2023_ARM_64_STANDARD" },
} as const;

/** The image of a pool. `path` is that of its setting. */
export function planImage(request: ImageRequest, path: string, out: Findings): ImagePlan {
  const { os, image, architecture, kubernetesVersion, driver } = request;
  if (image?.type === "ami") {
    const hint = "it looks like ami-0123456789abcdef0";
    out.check(/^ami-[0-9a-f]+$/.test(image.id), path, `${JSON.stringify(image.id)} is not the ID of an image`, hint);
    return { from: "id", id: image.id };
  }
  if (os === "ubuntu") {
    out.check(image === undefined, path, "Ubuntu's images have no EKS release", 'pin one by its ID: ami("ami-…")');
    return { from: "parameter", parameter: ubuntuParameter(kubernetesVersion, architecture) };
  }
  if (image !== undefined) checkRelease(image.version, request, path, out);
  const amiType = AMI_TYPES[architecture][driver ? "driver" : "plain"];
  return { from: "eks", amiType, ...(image !== undefined && { release: image.version }) };
}

function checkRelease(version: string, request: ImageRequest, path: string, out: Findings): void {
  const { kubernetesVersion, driver, minimumImage = "" } = request;
  const [, date = ""] = /^\d+\.\d+\.\d+-(\d{8})$/.exec(version) ?? [];
  const example = `it looks like ${kubernetesVersion}.1-20261105`;
  if (!out.check(date !== "", path, `${JSON.stringify(version)} is no release of EKS's images`, example)) return;
  out.check(
    version.startsWith(`${kubernetesVersion}.`),
    path,
    `release ${version} is not for Kubernetes ${kubernetesVersion}`,
    "control plane and nodes have the same minor here",
  );
  const message = `release ${version} has no driver for these machines`;
  out.check(!driver || date >= minimumImage, path, message, `use one of ${minimumImage} or newer`);
}

/** Ubuntu on AWS documentation, "Find Ubuntu images", 2026. The release is part of the path, so the newest image stays a 24.04. */
function ubuntuParameter(kubernetesVersion: string, architecture: string): string {
  return `/aws/service/canonical/ubuntu/eks/24.04/${kubernetesVersion}/stable/current/${architecture}/hvm/ebs-gp3/ami-id`;
}

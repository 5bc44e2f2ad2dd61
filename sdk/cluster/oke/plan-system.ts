import type * as pulumi from "@pulumi/pulumi";
import { type Findings } from "../cloud/findings";
import { type OkeArgs } from "./args";
import { checkAvailabilityDomain, checkOcid } from "./ocid";
import { DEFAULT_SHAPE, hasShape, shapeOf } from "./shapes";

/** The system pool with every default filled in. */
export interface SystemPlan {
  readonly nodes: number;
  readonly shape: string;
  readonly ocpus: number;
  readonly memoryGb: number;
  readonly image: pulumi.Input<string>;
  readonly bootVolumeGb: number;
  readonly availabilityDomains: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly maxPods: number;
}

const DEFAULTS = { nodes: 3, shape: "VM.Standard.E5.Flex", ocpus: 4, memoryGb: 64, bootVolumeGb: 128 } as const;

/** Flexible shapes of Ampere processors: `VM.Standard.A1.Flex`. */
const ARM = /^VM\.Standard\.A\d\.Flex$/;
const FLEXIBLE = /^VM\.[\w.]+\.Flex$/;

/** Addresses for pods come with network interfaces, 31 each: one for every core beyond the first (quickstart, 2026-08-20). */
export const podsOf = (ocpus: number): number => Math.min(110, Math.max(31, (ocpus - 1) * 31));

export function planSystem({ system = {}, gpus }: OkeArgs): SystemPlan {
  const { nodes, shape, ocpus, memoryGb, bootVolumeGb } = { ...DEFAULTS, ...system };
  return {
    nodes,
    shape,
    ocpus,
    memoryGb,
    bootVolumeGb,
    image: system.image ?? gpus.image,
    availabilityDomains: system.availabilityDomains ?? [gpus.availabilityDomain],
    labels: { "cairn.dev/pool": "system" },
    maxPods: podsOf(ocpus),
  };
}

export function checkSystem({ system = {}, gpus }: OkeArgs, region: string | undefined, findings: Findings): void {
  const { nodes, shape, ocpus, memoryGb, bootVolumeGb } = { ...DEFAULTS, ...system };
  findings.wholeNumber(nodes, "system.nodes", 1, 1000);
  findings.wholeNumber(ocpus, "system.ocpus", 2, 114);
  findings.wholeNumber(bootVolumeGb, "system.bootVolumeGb", 50, 32768);
  // OCI refuses less than 1 GB and more than 64 GB for each core.
  const memory = memoryGb >= ocpus && memoryGb <= ocpus * 64;
  findings.check(
    memory,
    "system.memoryGb",
    `must be from ${ocpus} to ${ocpus * 64} for ${ocpus} cores, not ${memoryGb}`,
  );
  const hint = "such as VM.Standard.E5.Flex";
  findings.check(FLEXIBLE.test(shape), "system.shape", `${JSON.stringify(shape)} is no flexible shape`, hint);
  checkOcid(system.image, "system.image", ["image"], findings, region);
  for (const [index, domain] of (system.availabilityDomains ?? []).entries())
    if (region !== undefined) checkAvailabilityDomain(domain, `system.availabilityDomains[${index}]`, region, findings);
  findings.check(system.availabilityDomains?.length !== 0, "system.availabilityDomains", "is empty", "leave it out");
  checkArchitecture(shape, system.image !== undefined, gpus, findings);
}

/** One image cannot boot on two processors. */
function checkArchitecture(shape: string, ownImage: boolean, gpus: OkeArgs["gpus"], findings: Findings): void {
  const gpuShape =
    gpus.shape ?? (Object.hasOwn(DEFAULT_SHAPE, gpus.accelerator) ? DEFAULT_SHAPE[gpus.accelerator] : "");
  if (ownImage || !hasShape(gpuShape)) return;
  const [system, gpu] = [ARM.test(shape) ? "arm64" : "amd64", shapeOf(gpuShape).architecture];
  findings.check(
    system === gpu,
    "system.image",
    `is missing: ${shape} is ${system}, and the GPU pool's image is for ${gpu}`,
    `name an image of the same family for ${system}`,
  );
}

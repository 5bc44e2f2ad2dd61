import { type Findings } from "../cloud/findings";
import { type Taint } from "../types";
import { type AksCapacity, type AksDiskArgs, type AksGpuStack, type AksPoolUpgrade, type Zone } from "./args";
import { type AnyAksArgs, type GpuPoolPlan, type SystemPoolPlan } from "./plan-types";
import { checkId } from "./resource-id";
import { WITHOUT_ZONES } from "./regions";
import { DEFAULT_VM_SIZES, VM_SIZES, type AksVmSizeName, type VmSize } from "./vm-sizes";

const ZONES: readonly Zone[] = ["1", "2", "3"];

/** The label by which the stack finds a pool's nodes. */
const POOL_LABEL = "cairn.dev/pool";

/** AICR's taint for GPU pools (NVIDIA/aicr docs/integrator/aks-gpu-setup.md, 2026). */
const GPU_TAINT: Taint = { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" };

/** What AKS puts on Spot nodes: unsaid, it shows as a change at every refresh (azure-aks-docs spot-node-pool.md, 2025-04-06). */
const SPOT = "kubernetes.azure.com/scalesetpriority";

/** Who owns the driver, as Azure says it: the field is fixed when the pool is made, and unset it is filled in. */
export const DRIVERS = { "azure-managed": "Install", "operator-managed": "None" } as const satisfies {
  readonly [Stack in AksGpuStack]: "Install" | "None";
};

/** A pool and its taints as Kubernetes has them. */
export interface PlannedGpuPool {
  readonly pool: GpuPoolPlan;
  readonly taints: readonly Taint[];
  readonly size: VmSize;
  /** Nodes that an upgrade makes on top. */
  readonly surge: number;
}

export function planGpuPool(args: AnyAksArgs, gpuStack: AksGpuStack, findings: Findings): PlannedGpuPool {
  const { gpus } = args;
  findings.wholeNumber(gpus.nodes, "gpus.nodes", 1, 1000);
  const vmSize = sizeOf(args, findings);
  const size: VmSize = VM_SIZES[vmSize];
  findings.check(
    gpuStack === "azure-managed" || size.share === 1,
    "gpuStack",
    `${vmSize} has parts of a GPU, and only Azure's GRID driver drives those`,
    "take azure-managed, or a size with whole GPUs",
  );
  const capacity = capacityOf(args, findings);
  const zone = checkZone(args, capacity, findings);
  const upgrade = planUpgrade(gpus.upgrade, capacity, gpus.nodes, findings);
  const isSpot = capacity.kind === "spot";
  const taints = [GPU_TAINT, ...(isSpot ? [spotTaint] : []), ...(gpus.taints ?? [])];
  checkLabels(gpus.labels ?? {}, findings);
  checkTaints(gpus.taints ?? [], findings);
  if (gpus.image)
    checkId(findings, gpus.image.snapshot, "gpus.image", "Microsoft.ContainerService/snapshots", "snapshots/…");
  const pool: GpuPoolPlan = {
    name: "gpus",
    nodes: gpus.nodes,
    vmSize,
    zones: zone === undefined ? [] : [zone],
    labels: { [POOL_LABEL]: "gpu", ...(isSpot && { [SPOT]: "spot" }), ...gpus.labels },
    taints: taints.map(taintText),
    maxPods: checkMaxPods(gpus.maxPods ?? 110, findings),
    disk: planDisk(gpus.disk ?? {}, size, findings),
    driver: DRIVERS[gpuStack],
    capacity,
    ...(!isSpot && { upgrade: { maxSurge: `${upgrade.surge}`, maxUnavailable: `${upgrade.unavailable}` } }),
    ...(gpus.image && { snapshot: gpus.image.snapshot }),
  };
  return { pool, taints, size, surge: upgrade.surge };
}

const KINDS = ["on-demand", "reservation-group", "new-reservation", "spot"] as const;

/** Of what is not known, machines on demand, so that the rest can be checked too. */
function capacityOf({ gpus }: AnyAksArgs, findings: Findings): AksCapacity {
  const { capacity = { kind: "on-demand" } } = gpus;
  return findings.oneOf(capacity.kind, "gpus.capacity.kind", KINDS) ? capacity : { kind: "on-demand" };
}

const spotTaint: Taint = { key: SPOT, value: "spot", effect: "NoSchedule" };

/** Of what is not known, the usual size, so that the rest can be checked too. */
function sizeOf({ gpus }: AnyAksArgs, findings: Findings): AksVmSizeName {
  const accelerators = Object.keys(DEFAULT_VM_SIZES) as (keyof typeof DEFAULT_VM_SIZES)[];
  if (!findings.oneOf(gpus.accelerator, "gpus.accelerator", accelerators)) return DEFAULT_VM_SIZES.h100;
  const vmSize = gpus.vmSize ?? DEFAULT_VM_SIZES[gpus.accelerator];
  const fitting = Object.entries(VM_SIZES).flatMap(([name, row]) =>
    row.accelerator === gpus.accelerator ? [name] : [],
  );
  if (!Object.hasOwn(VM_SIZES, vmSize)) {
    findings.add(
      "gpus.vmSize",
      `no ${JSON.stringify(vmSize)} is known`,
      `with ${gpus.accelerator}: ${fitting.join(", ")}`,
    );
    return DEFAULT_VM_SIZES[gpus.accelerator];
  }
  findings.check(
    fitting.includes(vmSize),
    "gpus.vmSize",
    `${vmSize} has ${VM_SIZES[vmSize].accelerator}, not ${gpus.accelerator}`,
    `choose one of ${fitting.join(", ")}`,
  );
  return vmSize;
}

function checkZone({ gpus, location }: AnyAksArgs, capacity: AksCapacity, findings: Findings): Zone | undefined {
  const reserved = capacity.kind === "reservation-group" ? capacity.zone : undefined;
  if (capacity.kind === "reservation-group")
    checkId(
      findings,
      capacity.group,
      "gpus.capacity",
      "Microsoft.Compute/capacityReservationGroups",
      "capacityReservationGroups/…",
    );
  if (capacity.kind === "spot") checkPrice(capacity.maxPrice, findings);
  const zone = gpus.zone ?? reserved;
  if (zone === undefined) return undefined;
  findings.check(
    reserved === undefined || reserved === zone,
    "gpus.zone",
    `is ${zone}, and the reservation is in zone ${reserved}`,
    "leave it out",
  );
  const path = gpus.zone === undefined ? "gpus.capacity.zone" : "gpus.zone";
  findings.oneOf(zone, path, ZONES);
  checkRegionHasZones(location, path, findings);
  return zone;
}

function checkPrice(price: number, findings: Findings): void {
  const ok = price === -1 || (price > 0 && Math.abs(price * 1e5 - Math.round(price * 1e5)) < 1e-6);
  findings.check(ok, "gpus.capacity.maxPrice", `${price} is no price`, "-1, or more than 0 with at most five decimals");
}

function checkRegionHasZones(location: string, path: string, findings: Findings): void {
  findings.check(!WITHOUT_ZONES.has(location), path, `${location} has no availability zones`, "leave it out, or move");
}

/** A pool bound to a reservation never needs machines beyond it, and no pool has a node in two places unless it says so. */
function planUpgrade(upgrade: AksPoolUpgrade | undefined, capacity: AksCapacity, nodes: number, findings: Findings) {
  const { surge, unavailable } = upgrade ?? { unavailable: 1 };
  if (upgrade && capacity.kind === "spot")
    findings.add("gpus.upgrade", "AKS takes no upgrade settings for a Spot pool", "leave it out");
  if (surge !== undefined && unavailable !== undefined)
    findings.add("gpus.upgrade", "has both surge and unavailable", "leave one out");
  if (surge !== undefined && capacity.kind === "reservation-group")
    findings.add("gpus.upgrade.surge", "surge nodes would not be in the reservation", "use { unavailable: 1 }");
  if (surge !== undefined && capacity.kind === "new-reservation")
    findings.add("gpus.upgrade.surge", "the reservation is for gpus.nodes machines", "use { unavailable: 1 }");
  const path = surge === undefined ? "gpus.upgrade.unavailable" : "gpus.upgrade.surge";
  findings.wholeNumber(surge ?? unavailable ?? 0, path, 1, Math.max(1, nodes));
  return { surge: surge ?? 0, unavailable: surge === undefined ? (unavailable ?? 0) : 0 };
}

function planDisk({ sizeGiB = 512, type }: AksDiskArgs, size: VmSize, findings: Findings): GpuPoolPlan["disk"] {
  findings.wholeNumber(sizeGiB, "gpus.disk.sizeGiB", 30, 2048);
  const temporary = size.temporaryDiskGiB ?? 0;
  if (type !== undefined) findings.oneOf(type, "gpus.disk.type", ["ephemeral", "managed"]);
  findings.check(
    type !== "ephemeral" || temporary >= sizeGiB,
    "gpus.disk.type",
    `the machine's temporary disk has ${temporary} GiB, less than ${sizeGiB}`,
    "make the disk smaller, or take managed",
  );
  // Where the temporary disk is the NVMe disk itself, no source says that an OS disk goes there.
  const fits = temporary >= sizeGiB && temporary !== size.localDisks?.totalGiB;
  return { sizeGiB, type: (type ?? (fits ? "ephemeral" : "managed")) === "ephemeral" ? "Ephemeral" : "Managed" };
}

function checkMaxPods(maxPods: number, findings: Findings): number {
  findings.wholeNumber(maxPods, "gpus.maxPods", 10, 250);
  return maxPods;
}

/** Prefixes that AKS keeps for itself (azure-aks-docs use-labels.md fb060ab, 2026-08). */
const RESERVED_PREFIX = /^(?:[^/]*\.)?(?:kubernetes\.azure\.com|kubernetes\.io)\//;
const LABEL_KEY = /^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

function checkLabels(labels: Readonly<Record<string, string>>, findings: Findings): void {
  for (const [key, value] of Object.entries(labels)) {
    const path = `gpus.labels[${JSON.stringify(key)}]`;
    checkKey(key, path, findings);
    findings.check(LABEL_VALUE.test(value), path, `${JSON.stringify(value)} is no label value`);
    findings.check(key !== POOL_LABEL, path, "is how the stack finds the pool", "choose another label");
  }
}

function checkTaints(taints: readonly Taint[], findings: Findings): void {
  taints.forEach(({ key, value = "", effect }, i) => {
    const isFirst = taints.findIndex((other) => other.key === key && other.effect === effect) === i;
    findings.check(isFirst, `gpus.taints[${i}]`, `${key}:${effect} is there already`, "leave one out");
    checkKey(key, `gpus.taints[${i}].key`, findings);
    findings.check(LABEL_VALUE.test(value), `gpus.taints[${i}].value`, `${JSON.stringify(value)} is no taint value`);
    findings.check(
      key !== GPU_TAINT.key,
      `gpus.taints[${i}].key`,
      `the pool has ${taintText(GPU_TAINT)} already`,
      "leave it out",
    );
    findings.oneOf(effect, `gpus.taints[${i}].effect`, ["NoSchedule", "PreferNoSchedule", "NoExecute"]);
  });
}

function checkKey(key: string, path: string, findings: Findings): void {
  findings.check(LABEL_KEY.test(key), path, `${JSON.stringify(key)} is no key of a label or taint`);
  findings.check(
    !RESERVED_PREFIX.test(key),
    path,
    `${key} has a prefix that AKS keeps for itself`,
    "choose another prefix",
  );
}

const taintText = ({ key, value, effect }: Taint): string =>
  value === undefined || value === "" ? `${key}:${effect}` : `${key}=${value}:${effect}`;

export function planSystemPool({ system = {}, location }: AnyAksArgs, findings: Findings): SystemPoolPlan {
  const { nodes = 3, vmSize = "Standard_D8ds_v5" } = system;
  findings.wholeNumber(nodes, "system.nodes", 1, 100);
  findings.check(
    /^Standard_[A-Za-z0-9_-]+$/.test(vmSize),
    "system.vmSize",
    `${JSON.stringify(vmSize)} is no size`,
    "such as Standard_D8ds_v5",
  );
  findings.check(
    !/^Standard_N/.test(vmSize),
    "system.vmSize",
    `${vmSize} has GPUs, and the stack's own components would fill them`,
    "choose a size without GPUs, such as Standard_D8ds_v5",
  );
  if (system.zones) {
    checkRegionHasZones(location, "system.zones", findings);
    system.zones.forEach((zone, i) => findings.oneOf(zone, `system.zones[${i}]`, ZONES));
  }
  return {
    name: "system",
    nodes,
    vmSize,
    zones: system.zones ?? (WITHOUT_ZONES.has(location) ? [] : ZONES),
    labels: { [POOL_LABEL]: "system" },
    taints: [],
    maxPods: 110,
    disk: { sizeGiB: 128, type: "Managed" },
  };
}

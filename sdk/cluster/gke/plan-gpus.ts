import { type Findings } from "../cloud/findings";
import { type Taint } from "../types";
import { type GkeSettings } from "./args";
import { parseReservation, LONGEST_RUN, type Capacity, type Reservation, type Upgrade } from "./capacity";
import { MACHINES, USUAL_MACHINE, type GkeAccelerator, type GkeDiskType, type GkeMachine } from "./machines";

/** What a node pool of GPUs is made from. */
export interface GpuPoolPlan {
  readonly machineType: string;
  readonly machine: GkeMachine;
  readonly zone: string;
  readonly nodes: number;
  /** Of the cluster autoscaler; missing where the size is fixed. */
  readonly autoscaling?: { readonly min: number; readonly max: number };
  readonly capacity: Capacity;
  /** How the node pool writes the reservation. */
  readonly reservation?: string;
  /** `own` is a policy that the target makes, for machines that share NVLink. */
  readonly placement?: "compact" | "own" | { readonly policy: string };
  readonly upgrade: Upgrade;
  readonly disk: { readonly type: GkeDiskType; readonly sizeGb: number };
  readonly driver: "DEFAULT" | "LATEST" | "INSTALLATION_DISABLED";
  /** Those that the pool is made with. GKE adds more. */
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
}

/** Labels by which GKE's own device plug-in stays away. Source: NVIDIA/aicr `docs/integrator/gke-gpu-setup.md`, 2026. */
export const NO_GKE_PLUGIN = "gke-no-default-nvidia-gpu-device-plugin";

const GPU_TAINT: Taint = { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" };

/** Whether nodes come when pods wait for them, and not before. */
export const startsEmpty = ({ kind }: Capacity): boolean => kind === "flex-start" || kind === "queued";

/** Which `offers` of a machine a capacity needs. */
const OFFER = {
  "on-demand": "onDemand",
  spot: "spot",
  "flex-start": "flexStart",
  queued: "flexStart",
} as const satisfies Partial<Record<Capacity["kind"], keyof GkeMachine["offers"]>>;

/** The driver that a pool is made with, by `gpuStack`. */
function driverOf({ gpuStack = "gke-default" }: GkeSettings, machine: GkeMachine): GpuPoolPlan["driver"] {
  const stack = typeof gpuStack === "string" ? { owner: gpuStack } : gpuStack;
  if (stack.owner === "bundle-installer") return "INSTALLATION_DISABLED";
  if (!("driver" in stack)) return machine.driver;
  return stack.driver === "latest" ? "LATEST" : "DEFAULT";
}

/** The GPU pool with everything filled in, or `undefined` when its machine is not known. */
export function planGpus(args: GkeSettings, findings: Findings): GpuPoolPlan | undefined {
  const { gpus } = args;
  checkNodes(args, findings);
  checkLabels(args, findings);
  const machineType = machineOf(args, findings);
  if (machineType === undefined) return undefined;
  const machine: GkeMachine = MACHINES[machineType];
  const { capacity = { kind: "on-demand" }, upgrade = { kind: "in-place", unavailable: 1 } } = gpus;
  const disk = { type: gpus.disk?.type ?? machine.bootDisks[0] ?? "pd-balanced", sizeGb: gpus.disk?.sizeGb ?? 200 };
  const placement = machine.topology !== undefined ? ("own" as const) : gpus.placement;

  checkDomain(args, machineType, machine, findings);
  checkCapacity(args, machineType, machine, capacity, findings);
  checkPlacement(args, machineType, machine, capacity, findings);
  checkUpgrade(upgrade, capacity, placement, findings);
  findings.check(
    machine.bootDisks.includes(disk.type),
    "gpus.disk.type",
    `${machineType} does not boot from ${disk.type}`,
    `take ${machine.bootDisks.join(" or ")}, or leave it out`,
  );
  findings.wholeNumber(disk.sizeGb, "gpus.disk.sizeGb", 50, 65_536);

  const driver = driverOf(args, machine);
  const reservation = capacity.kind === "reservation" ? reservationValue(capacity, args, findings) : undefined;
  const max = gpus.maxNodes ?? gpus.nodes;
  return {
    machineType,
    machine,
    zone: gpus.zone,
    nodes: gpus.nodes,
    ...(startsEmpty(capacity) && { autoscaling: { min: 0, max } }),
    ...(!startsEmpty(capacity) && gpus.maxNodes !== undefined && { autoscaling: { min: gpus.nodes, max } }),
    capacity,
    ...(reservation !== undefined && { reservation }),
    ...(placement !== undefined && { placement }),
    upgrade,
    disk,
    driver,
    labels: { ...gpus.labels, ...ownLabels(machine, capacity, driver) },
    taints: [GPU_TAINT, ...(gpus.taints ?? [])],
  };
}

/** Sources: cluster-toolkit 1.95.0 `examples/gke-a4x-max-bm` and `modules/compute/gke-node-pool`, 2026-06-25; `NO_GKE_PLUGIN` as above. */
function ownLabels(
  { networks }: GkeMachine,
  capacity: Capacity,
  driver: GpuPoolPlan["driver"],
): Readonly<Record<string, string>> {
  return {
    "cairn.dev/pool": "gpus",
    ...(driver === "INSTALLATION_DISABLED" && { [NO_GKE_PLUGIN]: "true" }),
    ...(networks.kind === "automatic" && {
      "cloud.google.com/gke-networking-dra-driver": "true",
      "cloud.google.com/gke-dpv2-unified-cni": "cni-migration",
    }),
    // GKE sets the taint of queued pools by itself, but not the label that workloads select.
    ...(capacity.kind === "queued" && { "cloud.google.com/gke-queued": "true" }),
  };
}

function machineOf({ gpus }: GkeSettings, findings: Findings): keyof typeof MACHINES | undefined {
  const known = findings.oneOf(gpus.accelerator, "gpus.accelerator", Object.keys(USUAL_MACHINE) as GkeAccelerator[]);
  const asked: string | undefined = gpus.machineType;
  if (asked === undefined) return known ? USUAL_MACHINE[gpus.accelerator] : undefined;
  if (!findings.oneOf(asked, "gpus.machineType", Object.keys(MACHINES) as (keyof typeof MACHINES)[])) return undefined;
  const { accelerator } = MACHINES[asked];
  if (known)
    findings.check(
      accelerator === gpus.accelerator,
      "gpus.machineType",
      `${asked} has ${accelerator}, not ${gpus.accelerator}`,
      `leave it out for ${USUAL_MACHINE[gpus.accelerator]}, or set gpus.accelerator to ${accelerator}`,
    );
  return asked;
}

function checkNodes({ gpus: { nodes, maxNodes, capacity } }: GkeSettings, findings: Findings): void {
  const counted = findings.wholeNumber(nodes, "gpus.nodes", 1, 1000);
  if (maxNodes === undefined || !findings.wholeNumber(maxNodes, "gpus.maxNodes", 1, 1000)) return;
  if (counted)
    findings.check(maxNodes >= nodes, "gpus.maxNodes", `is ${maxNodes}, less than gpus.nodes, which is ${nodes}`);
  findings.check(
    capacity === undefined || !startsEmpty(capacity),
    "gpus.maxNodes",
    "is set, but with flex start gpus.nodes is the most already",
    "leave it out",
  );
}

function checkDomain({ gpus }: GkeSettings, type: string, { topology }: GkeMachine, findings: Findings): void {
  if (topology === undefined) return;
  const { nodes, maxNodes = nodes } = gpus;
  findings.check(
    Math.max(nodes, maxNodes) <= topology.machines,
    nodes > topology.machines ? "gpus.nodes" : "gpus.maxNodes",
    `a pool of ${type} is one NVLink domain, which has ${topology.machines} machines`,
    `take at most ${topology.machines}`,
  );
}

function checkCapacity(
  { gpus }: GkeSettings,
  type: string,
  { offers }: GkeMachine,
  capacity: Capacity,
  findings: Findings,
): void {
  if (capacity.kind === "reservation") return;
  const ways = [...new Set(Object.values(OFFER))].filter((way) => offers[way]);
  findings.check(
    offers[OFFER[capacity.kind]],
    "gpus.capacity",
    `${type} is not to be had ${gpus.capacity === undefined ? "on demand, which is the default" : `as ${capacity.kind}`}`,
    ways.length === 0 ? "name a specific reservation: reservation(…)" : `take ${ways.join(" or ")}`,
  );
  if (capacity.kind === "flex-start" || capacity.kind === "queued")
    findings.wholeNumber(capacity.maxRunSeconds, "gpus.capacity.maxRunSeconds", 600, LONGEST_RUN);
}

/** Source of the rules: cluster-toolkit 1.95.0 `modules/compute/gke-node-pool`, 2026-06-25. */
function checkPlacement(
  { gpus: { placement } }: GkeSettings,
  type: string,
  machine: GkeMachine,
  capacity: Capacity,
  findings: Findings,
): void {
  if (placement === undefined) return;
  const path = "gpus.placement";
  findings.check(machine.topology === undefined, path, `${type} gets its policy by itself`, "leave it out");
  findings.check(
    capacity.kind !== "queued",
    path,
    "queued machines cannot be placed compactly",
    "leave it out, or take flexStart() on a machine that goes with it",
  );
  findings.check(
    capacity.kind !== "flex-start" || machine.compactWithFlex,
    path,
    `flex start of ${type} cannot be placed compactly`,
    "leave it out; of GPU machines only a3-ultragpu-8g and a4-highgpu-8g can",
  );
  if (typeof placement === "string") {
    findings.oneOf(placement, path, ["compact"]);
    findings.check(
      capacity.kind !== "reservation",
      path,
      "a reservation has placed its machines already",
      "leave it out, or name the reservation's own policy: { policy }",
    );
  } else
    findings.check(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(placement.policy), `${path}.policy`, "is no policy's name");
}

function checkUpgrade(
  upgrade: Upgrade,
  capacity: Capacity,
  placement: GpuPoolPlan["placement"],
  findings: Findings,
): void {
  const path = "gpus.upgrade";
  if (upgrade.kind === "in-place") findings.wholeNumber(upgrade.unavailable, `${path}.unavailable`, 1, 20);
  if (upgrade.kind === "surge") findings.wholeNumber(upgrade.nodes, `${path}.nodes`, 1, 20);
  if (upgrade.kind === "blue-green") findings.wholeNumber(upgrade.soakSeconds, `${path}.soakSeconds`, 0, 604_800);
  if (upgrade.kind === "in-place") return;
  const held = capacity.kind === "reservation" || startsEmpty(capacity) ? capacity.kind : placement && "placement";
  findings.check(
    held === undefined,
    path,
    `${upgrade.kind} wants more machines than there are, as the pool is bound to its ${held}`,
    "leave it out: nodes are replaced in place",
  );
}

const RESERVED_KEY = /^(?:[a-z0-9.-]+\.)?(?:kubernetes\.io|k8s\.io|google\.com|gke\.io|nvidia\.com|cairn\.dev)\//;
const KEY = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const VALUE = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;

function checkLabels({ gpus: { labels = {}, taints = [] } }: GkeSettings, findings: Findings): void {
  for (const [key, value] of Object.entries(labels)) {
    const path = `gpus.labels["${key}"]`;
    findings.check(key !== NO_GKE_PLUGIN, path, "says who advertises GPUs", 'set gpuStack: "bundle-installer" instead');
    findings.check(!RESERVED_KEY.test(key), path, "belongs to Kubernetes, Google, NVIDIA or Cairn", "take your own");
    findings.check(KEY.test(key) && VALUE.test(value), path, "is no label of Kubernetes");
  }
  taints.forEach((taint, index) => checkTaint(taint, `gpus.taints[${index}]`, taints.slice(0, index), findings));
}

/** Those that GKE sets where they belong. Kubernetes tells taints apart by key and effect. */
const BY_GKE: readonly string[] = ["kubernetes.io/arch", "cloud.google.com/gke-queued"];

function checkTaint(
  { key, value = "", effect }: Taint,
  path: string,
  before: readonly Taint[],
  findings: Findings,
): void {
  findings.check(key !== GPU_TAINT.key, path, `${GPU_TAINT.key} is on every GPU pool already`, "leave it out");
  findings.check(!BY_GKE.includes(key), path, `${key} is what GKE sets by itself where it belongs`, "leave it out");
  findings.check(KEY.test(key) && VALUE.test(value), path, "is no taint of Kubernetes");
  findings.oneOf(effect, `${path}.effect`, ["NoSchedule", "PreferNoSchedule", "NoExecute"]);
  const twice = before.some((other) => other.key === key && other.effect === effect);
  findings.check(!twice, path, `${key}:${effect} is there twice`, "Kubernetes takes one value of each: leave one out");
}

/** Only a shared reservation carries its project. Source: cluster-toolkit 1.95.0 `modules/compute/gke-node-pool`, 2026-06-25. */
function reservationValue({ name }: Reservation, args: GkeSettings, findings: Findings): string | undefined {
  const path = "gpus.capacity.name";
  const parsed = parseReservation(name);
  if (parsed === undefined) {
    findings.add(
      path,
      `${JSON.stringify(name)} names no reservation`,
      "write NAME or projects/PROJECT/reservations/NAME",
    );
    return undefined;
  }
  findings.check(
    parsed.zone === undefined || parsed.zone === args.gpus.zone,
    path,
    `the reservation is in ${parsed.zone}, the pool in ${args.gpus.zone}`,
    "set gpus.zone to the reservation's",
  );
  const own = parsed.project === undefined || parsed.project === args.project;
  return `${own ? "" : `projects/${parsed.project}/reservations/`}${parsed.name}${parsed.blocks}`;
}

import { Findings } from "../cloud/findings";
import { checkShapes } from "../cloud/shape";
import { type ClusterFacts, type NodePool, type Taint } from "../types";
import { dnsEndpoint, type GkeEndpoint, type GkeLog, type GkePart, type GkeSettings } from "./args";
import { type GkeAccelerator } from "./machines";
import { checkAccess } from "./plan-access";
import { planNetwork, type NetworkPlan } from "./plan-network";
import { checkKey, checkPlace } from "./plan-place";
import { NO_GKE_PLUGIN, planGpus, type GpuPoolPlan } from "./plan-gpus";
import { GKE_SHAPE } from "./settings-shape";
import { CHANNELS, DEFAULT_MINOR, parseVersion, reaches, type ReleaseChannel } from "./versions";

/** Everything about a cluster that is decided before anything is registered. Plain data. */
export interface GkePlan<Accelerator extends string = string> {
  readonly project: string;
  readonly region: string;
  readonly version: VersionPlan;
  readonly gpus: GpuPoolPlan;
  readonly system: SystemPoolPlan;
  readonly network: NetworkPlan;
  readonly endpoint: GkeEndpoint;
  readonly logs: readonly GkeLog[];
  readonly maintenanceWindow: string;
  readonly resourceLabels: Readonly<Record<string, string>>;
  readonly protected: ReadonlySet<GkePart>;
  readonly facts: ClusterFacts<"gke", Accelerator, "cos">;
}

export interface VersionPlan {
  /** As the program says it. */
  readonly asked: string;
  readonly channel: ReleaseChannel;
  /** Whether the program names one: only then does it move a running cluster. */
  readonly stated: boolean;
  /** Whether nodes stay at exactly this version. */
  readonly exact: boolean;
}

export interface SystemPoolPlan {
  readonly machineType: string;
  readonly zones: readonly string[];
  readonly nodesPerZone: number;
  readonly labels: Readonly<Record<string, string>>;
}

const LOGS = ["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "SCHEDULER", "CONTROLLER_MANAGER"] as const;
const PARTS = ["cluster", "gpus", "network", "key"] as const;

/**
 * Fills in defaults and checks everything. Pure.
 *
 * @throws CairnError `CLUSTER_SETTINGS` with every finding, each at the path of its setting
 */
export function planGke<const Accelerator extends GkeAccelerator>(
  args: GkeSettings & { readonly gpus: { readonly accelerator: Accelerator } },
): GkePlan<Accelerator> {
  const findings = new Findings();
  checkShapes(args, GKE_SHAPE, "gke()", findings);
  checkPlace(args, findings);
  checkChoices(args, findings);
  const gpus = planGpus(args, findings);
  const system = planSystem(args, findings);
  const version = planVersion(args, gpus, findings);
  checkAccess(args, findings);
  checkKey(args, findings);
  const layout = gpus?.machine.networks ?? { kind: "none" as const };
  const largest = Math.max(counted(args.gpus.nodes), counted(args.gpus.maxNodes)) + counted(args.system?.nodes ?? 3);
  const network = planNetwork(args, { nodes: largest, zone: args.gpus.zone, layout }, findings);
  findings.refuse("gke()");
  if (gpus === undefined || network === undefined) throw new Error("a plan without a finding is complete");
  return {
    project: args.project,
    region: args.region,
    version,
    gpus,
    system,
    network,
    endpoint: args.access?.endpoint ?? dnsEndpoint(),
    logs: args.logs ?? LOGS,
    maintenanceWindow: args.maintenanceWindow ?? "03:00",
    resourceLabels: args.resourceLabels ?? {},
    protected: new Set(PARTS.filter((part) => (args.protect ?? true) && !(args.allowReplace ?? []).includes(part))),
    facts: factsOf(args, version, gpus, system),
  };
}

/** A number of nodes as far as ranges are concerned: one that is none has its own finding. */
function counted(nodes = 0): number {
  return Number.isInteger(nodes) && nodes <= 1000 ? nodes : 0;
}

function checkChoices(args: GkeSettings, findings: Findings): void {
  const { os = "cos", gpuStack = "gke-default", logs = [], resourceLabels = {}, maintenanceWindow = "03:00" } = args;
  const driven: string = os;
  findings.check(
    driven === "cos",
    "os",
    `${driven} has no recipe on GKE`,
    "leave it out: GPU nodes run Container-Optimized OS",
  );
  const owner = typeof gpuStack === "string" ? gpuStack : gpuStack.owner;
  findings.oneOf(owner, "gpuStack", ["gke-default", "bundle-installer"]);
  if (typeof gpuStack !== "string" && "driver" in gpuStack) {
    const alone = (gpuStack.owner as string) === "gke-default";
    findings.check(alone, "gpuStack.driver", `is GKE's, but ${owner} installs its own`, "leave it out");
    findings.oneOf(gpuStack.driver, "gpuStack.driver", ["default", "latest"]);
  }
  logs.forEach((log, index) => findings.oneOf(log, `logs[${index}]`, LOGS));
  findings.check(
    logs.length === 0 || logs.includes("SYSTEM_COMPONENTS"),
    "logs",
    "leaves out SYSTEM_COMPONENTS, without which GKE takes no other",
    "add it, or log nothing",
  );
  (args.allowReplace ?? []).forEach((part, index) => findings.oneOf(part, `allowReplace[${index}]`, PARTS));
  findings.check(
    /^([01]\d|2[0-3]):[0-5]\d$/.test(maintenanceWindow),
    "maintenanceWindow",
    `${JSON.stringify(maintenanceWindow)} is no time of day`,
    "write hours and minutes in UTC: 03:00",
  );
  for (const [key, value] of Object.entries(resourceLabels))
    findings.check(
      /^(?!goog)[a-z][a-z0-9_-]{0,62}$/.test(key) && /^[a-z0-9_-]{0,63}$/.test(value),
      `resourceLabels["${key}"]`,
      "is no label of Google Cloud's, or begins with goog",
      "lower-case letters, digits, _ and -, at most 63",
    );
}

const SYSTEM_MACHINE = "e2-standard-16";
/** General-purpose families that take Persistent Disks, for the recipes' volumes; as commonly known, no dated page was at hand. */
const SYSTEM_FAMILIES = /^(?:e2|n1|n2|n2d|c2|c2d|c3|c3d)-(?:standard|highmem|highcpu)-(\d+)$/;

function planSystem({ gpus, system = {} }: GkeSettings, findings: Findings): SystemPoolPlan {
  const { nodes = 3, zones = [gpus.zone], machineType = SYSTEM_MACHINE } = system;
  findings.wholeNumber(nodes, "system.nodes", 1, 100);
  findings.check(new Set(zones).size === zones.length, "system.zones", "names a zone twice");
  if (findings.check(zones.length > 0, "system.zones", "is empty", "leave it out, or name zones of the region"))
    findings.check(
      nodes % zones.length === 0,
      "system.nodes",
      `${nodes} nodes cannot be shared out evenly among ${zones.length} zones`,
      "GKE counts nodes per zone: take a multiple",
    );
  findings.check(
    Number(SYSTEM_FAMILIES.exec(machineType)?.[1] ?? 0) >= 4,
    "system.machineType",
    `${JSON.stringify(machineType)} is no general-purpose machine with four CPUs or more and Persistent Disks`,
    `such as ${SYSTEM_MACHINE}`,
  );
  return { machineType, zones, nodesPerZone: nodes / zones.length, labels: { "cairn.dev/pool": "system" } };
}

function planVersion(args: GkeSettings, gpus: GpuPoolPlan | undefined, findings: Findings): VersionPlan {
  const { kubernetesVersion: asked = DEFAULT_MINOR, releaseChannel: channel = "regular" } = args;
  const path = "kubernetesVersion";
  const version = parseVersion(asked);
  const known = findings.oneOf(channel, "releaseChannel", Object.keys(CHANNELS) as ReleaseChannel[]);
  if (version === undefined)
    findings.add(
      path,
      `${JSON.stringify(asked)} is no version of GKE's`,
      `such as 1.36 or ${CHANNELS.regular.default}`,
    );
  else {
    const { minors, default: usual } = CHANNELS[known ? channel : "regular"];
    if (known)
      findings.check(
        (minors as readonly string[]).includes(version.minor),
        path,
        `the channel ${channel} has no ${version.minor}${args.kubernetesVersion === undefined ? ", the default" : ""}`,
        `it has ${minors.join(", ")}, by default ${usual}; or choose another releaseChannel`,
      );
    if (gpus !== undefined)
      findings.check(
        reaches(version, gpus.machine.minimumGke),
        path,
        `${gpus.machineType} needs more than ${asked}`,
        `at least ${gpus.machine.minimumGke.join(" or ")}`,
      );
  }
  return {
    asked,
    channel,
    stated: args.kubernetesVersion !== undefined,
    exact: version?.patch !== undefined,
  };
}

const DRIVER = { DEFAULT: "Default", LATEST: "Latest", INSTALLATION_DISABLED: "Disabled" } as const;

function factsOf<Accelerator extends GkeAccelerator>(
  { region, gpus: { accelerator } }: GkeSettings & { readonly gpus: { readonly accelerator: Accelerator } },
  version: VersionPlan,
  gpus: GpuPoolPlan,
  system: SystemPoolPlan,
): ClusterFacts<"gke", Accelerator, "cos"> {
  const { driver, machine } = gpus;
  return {
    service: "gke",
    accelerator,
    os: "cos",
    kubernetesVersion: version.asked.replace(/-gke\..*$/, ""),
    region,
    pools: [systemPool(system), gpuPool(gpus)],
    fabric: machine.fabric,
    profiles: { gpuStack: driver === "INSTALLATION_DISABLED" ? "bundle-installer" : "gke-default" },
    measurements: {
      "NodeTopology.gpu-nodes.label": driver === "INSTALLATION_DISABLED" ? `${NO_GKE_PLUGIN}=true` : "none",
      "K8s.gke-gpu-pools.gpu-driver-installation": DRIVER[driver],
    },
  };
}

function systemPool({ labels, machineType, zones, nodesPerZone }: SystemPoolPlan): NodePool {
  return {
    name: "system",
    role: "system",
    nodes: nodesPerZone * zones.length,
    labels: { ...labels, ...labelsByGke("system", machineType, "amd64") },
    taints: [],
    acceleratorsPerNode: 0,
  };
}

function gpuPool({ labels, taints, nodes, machineType, machine, capacity }: GpuPoolPlan): NodePool {
  const { architecture, acceleratorType, gpus } = machine;
  // GKE sets these two by itself.
  const further: readonly Taint[] = [
    ...(architecture === "arm64" ? [{ key: "kubernetes.io/arch", value: "arm64", effect: "NoSchedule" } as const] : []),
    ...(capacity.kind === "queued"
      ? [{ key: "cloud.google.com/gke-queued", value: "true", effect: "NoSchedule" } as const]
      : []),
  ];
  return {
    name: "gpus",
    role: "gpu",
    nodes,
    labels: {
      ...labels,
      ...labelsByGke("gpus", machineType, architecture),
      "cloud.google.com/gke-accelerator": acceleratorType,
      ...(capacity.kind === "spot" && { "cloud.google.com/gke-spot": "true" }),
    },
    taints: [...taints, ...further],
    acceleratorsPerNode: gpus,
  };
}

function labelsByGke(pool: string, machineType: string, architecture: string): Readonly<Record<string, string>> {
  return {
    "cloud.google.com/gke-nodepool": pool,
    "kubernetes.io/arch": architecture,
    "kubernetes.io/os": "linux",
    "node.kubernetes.io/instance-type": machineType,
  };
}

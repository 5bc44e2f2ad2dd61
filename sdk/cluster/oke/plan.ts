import { Findings } from "../cloud/findings";
import { checkShapes } from "../cloud/shape";
import { type ClusterFacts, type NodePool } from "../types";
import { type OkeArgs, type OkeGpus, type OkeGpuStack, type OkeOs, type OkeProtected } from "./args";
import { checkOcid, checkRegion } from "./ocid";
import { checkAccess, checkWorkloads, planEndpoint, type EndpointPlan } from "./plan-access";
import { checkGpus, planGpus, type GpuPlan } from "./plan-gpus";
import { checkNetwork, planNetwork, type NetworkPlan } from "./plan-network";
import { checkSystem, planSystem, type SystemPlan } from "./plan-system";
import { OKE_SHAPE } from "./settings-shape";
import { type OkeAccelerator } from "./shapes";
import { DEFAULT_MINOR, exactVersion, hasMinor, minorOf, OKE_VERSIONS } from "./versions";

/** A cluster with every default filled in: plain data, made without a call. */
export interface OkePlan<Accelerator extends OkeAccelerator = OkeAccelerator, OS extends OkeOs = OkeOs> {
  readonly region: string;
  readonly homeRegion: string;
  /** Patch release without the `v` that OKE wants in front. */
  readonly kubernetesVersion: string;
  readonly os: OS;
  readonly gpuStack: OkeGpuStack;
  readonly gpus: GpuPlan;
  readonly system: SystemPlan;
  readonly network: NetworkPlan;
  readonly endpoint: EndpointPlan;
  readonly logDays: number;
  /** Key/value pairs of the CoreDNS add-on. */
  readonly coreDns: Readonly<Record<string, string>>;
  readonly protect: Readonly<Record<OkeProtected, boolean>>;
  readonly facts: ClusterFacts<"oke", Accelerator, OS>;
}

const SYSTEMS = ["ubuntu", "ol"] as const satisfies readonly OkeOs[];
const PROTECTED = ["cluster", "gpus", "network", "keys"] as const satisfies readonly OkeProtected[];

/** What each owner of the GPU stack means for the cloud: the label of GPU nodes and what the recipe's constraints will find. */
export const GPU_STACKS = {
  "oci-managed": {
    addon: true,
    labels: {},
    measurements: { "K8s.oke-addons.nvidia-gpu-plugin": "installed" },
  },
  "operator-managed": {
    addon: false,
    // Keeps away the plug-in that OKE starts on GPU nodes without any add-on.
    labels: { "oci.oraclecloud.com/disable-gpu-device-plugin": "true" },
    measurements: {
      "K8s.oke-addons.nvidia-gpu-plugin": "absent",
      "K8s.oke-legacy-plugin.nvidia-gpu-device-plugin": "none",
    },
  },
} as const satisfies Record<
  OkeGpuStack,
  {
    readonly addon: boolean;
    readonly labels: Readonly<Record<string, string>>;
    readonly measurements: Readonly<Record<string, string>>;
  }
>;

/**
 * Checks settings and fills in what is left open. Pure: no call, no clock.
 *
 * @throws CairnError `CLUSTER_SETTINGS` with everything that is wrong, each at its property
 */
export function planOke<A extends OkeAccelerator, OS extends OkeOs>(args: OkeArgs<A, OS>): OkePlan<A, OS> {
  checkArgs(args);
  const { region, gpuStack = "oci-managed", protect = true, allowReplace = [] } = args;
  const os = args.os ?? ("ubuntu" as OS);
  const kubernetesVersion = exactVersion(args.kubernetesVersion ?? DEFAULT_MINOR) ?? DEFAULT_MINOR;
  const gpus = planGpus(args.gpus, kubernetesVersion, GPU_STACKS[gpuStack].labels);
  const system = planSystem(args);
  return {
    region,
    homeRegion: args.homeRegion ?? region,
    kubernetesVersion,
    os,
    gpuStack,
    gpus,
    system,
    network: planNetwork(args.network),
    endpoint: planEndpoint(args),
    logDays: args.logDays ?? 30,
    coreDns: coreDnsFor(gpus.nodes + system.nodes),
    protect: {
      cluster: protect && !allowReplace.includes("cluster"),
      gpus: protect && !allowReplace.includes("gpus"),
      network: protect && !allowReplace.includes("network"),
      keys: protect && !allowReplace.includes("keys"),
    },
    facts: {
      service: "oke",
      accelerator: args.gpus.accelerator,
      os,
      kubernetesVersion,
      region,
      pools: [poolOf("system", system), poolOf("gpu", gpus)],
      ...(gpus.fabric !== undefined && { fabric: gpus.fabric }),
      profiles: { gpuStack },
      measurements: GPU_STACKS[gpuStack].measurements,
    },
  };
}

function poolOf(role: NodePool["role"], pool: SystemPlan | GpuPlan): NodePool {
  const { nodes, labels } = pool;
  const gpu = "gpus" in pool;
  return {
    name: gpu ? "gpus" : "system",
    role,
    nodes,
    labels,
    taints: gpu ? pool.taints : [],
    acceleratorsPerNode: gpu ? pool.gpus : 0,
  };
}

/** From about 50 nodes on the add-on needs more (oracle-quickstart/oci-hpc-oke `oke-addons.tf` 61d210a, 2026-08-20). */
function coreDnsFor(nodes: number): Readonly<Record<string, string>> {
  if (nodes <= 50) return {};
  const resources = { requests: { cpu: "200m", memory: "300Mi" }, limits: { memory: "1Gi" } };
  return { minReplica: "3", nodesPerReplica: "8", coreDnsContainerResources: JSON.stringify(resources) };
}

const ANY_GPUS: OkeGpus = { accelerator: "h100", nodes: 1, availabilityDomain: "", image: "" };

function checkArgs(args: OkeArgs): void {
  const findings = new Findings();
  // What has another form than its type says cannot be looked into.
  checkShapes(args, OKE_SHAPE, "oke()", findings);
  const region = checkRegion(args.region, "region", findings) ? args.region : undefined;
  findings.present(args.compartmentId, "compartmentId", "ocid1.compartment.…");
  checkOcid(args.compartmentId, "compartmentId", ["compartment", "tenancy"], findings);
  checkOcid(args.tenancyId, "tenancyId", ["tenancy"], findings);
  if (args.homeRegion !== undefined) checkRegion(args.homeRegion, "homeRegion", findings);
  checkVersion(args.kubernetesVersion ?? DEFAULT_MINOR, "kubernetesVersion", findings);
  findings.oneOf(args.os ?? "ubuntu", "os", SYSTEMS);
  findings.oneOf(args.gpuStack ?? "oci-managed", "gpuStack", Object.keys(GPU_STACKS));
  const hasGpus = findings.present(args.gpus, "gpus", "{ accelerator, nodes, availabilityDomain, image }");
  if (hasGpus) checkGpus(args, region, findings);
  // The rest is checked all the same.
  const checked = hasGpus ? args : { ...args, gpus: ANY_GPUS };
  checkSystem(checked, region, findings);
  checkNetwork(checked, findings);
  checkAccess(args, region, findings);
  checkWorkloads(args.workloads ?? [], findings);
  checkLogs(args.logDays ?? 30, findings);
  for (const [index, each] of (args.allowReplace ?? []).entries())
    findings.oneOf(each, `allowReplace[${index}]`, PROTECTED);
  findings.refuse("oke()");
}

/** A version that OKE offers to new clusters. Says so once, in the words that help. */
function checkVersion(version: string, path: string, findings: Findings): void {
  const offered = Object.keys(OKE_VERSIONS).filter((minor) => hasMinor(minor) && OKE_VERSIONS[minor].newClusters);
  if (version.startsWith("v")) findings.add(path, `${version} has a v in front`, `write ${version.slice(1)}`);
  else if (exactVersion(version) === undefined)
    findings.add(path, `${JSON.stringify(version)} is no version of OKE`, `use one of ${offered.join(", ")}`);
  else
    findings.check(
      offered.includes(minorOf(version)),
      path,
      `OKE makes no new cluster of ${version}`,
      `use one of ${offered.join(", ")}`,
    );
}

function checkLogs(days: number, findings: Findings): void {
  const ok = days % 30 === 0 && days >= 30 && days <= 180;
  findings.check(ok, "logDays", `must be a multiple of 30 from 30 to 180, not ${days}`);
}

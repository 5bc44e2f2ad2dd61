/**
 * Settings go in; everything that is decided before AWS is asked comes out as plain data: pools, addresses, versions, and the facts that a
 * recipe needs. All mistakes are reported at once.
 */
import { Findings } from "../cloud/findings";
import { checkShapes } from "../cloud/shape";
import { type ClusterFacts, type NodePool, type Taint } from "../types";
import { suggestion } from "../../nearest";
import { type EksArgs, type KubeletSettings, type LogType, type ReplaceablePart } from "./args";
import { type Capacity } from "./capacity";
import { type EksGpuStack, type EksOs, type ImagePlan, SYSTEMS } from "./images";
import { type EksAccelerator } from "./instances";
import { type Layout } from "./interfaces";
import { type AddonVersions, checkKey, planAccess, planAddons, planLogs, planVersion } from "./plan-control-plane";
import { type NetworkPlan, planNetwork } from "./plan-network";
import { planGpus, planSystem } from "./plan-pools";
import { type AwsRegion, type PartitionName, REGIONS } from "./regions";
import { EKS_SHAPE } from "./settings-shape";
import { type EksMinor } from "./versions";

/** One managed node group. */
export interface PoolPlan {
  readonly os: EksOs;
  readonly nodes: number;
  readonly instanceType: string;
  readonly image: ImagePlan;
  readonly rootDevice: string;
  /** GiB. */
  readonly diskSize: number;
  readonly localDisks: "raid0" | "none";
  readonly maxPods: number;
  readonly kubelet: KubeletSettings;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly repair: boolean;
}

/** What the GPU pool has beyond others. */
export interface GpuPoolPlan extends PoolPlan {
  readonly accelerator: EksAccelerator;
  readonly gpusPerNode: number;
  readonly fabric: "efa" | "none";
  readonly interfaces: Layout;
  readonly capacity: Capacity;
  /** @default decided by the reservation or by the subnet that was given */
  readonly zone?: string;
}

/** Everything that is decided without AWS. */
export interface EksPlan {
  readonly region: AwsRegion;
  readonly partition: PartitionName;
  readonly kubernetesVersion: EksMinor;
  readonly support: "STANDARD" | "EXTENDED";
  readonly addons: AddonVersions;
  readonly network: NetworkPlan;
  readonly system: PoolPlan;
  readonly gpus: GpuPoolPlan;
  readonly publicRanges: readonly string[];
  readonly admins: readonly string[];
  readonly creatorIsAdmin: boolean;
  readonly podMetadata: boolean;
  readonly logTypes: readonly LogType[];
  readonly logRetentionDays: number;
  readonly protect: { readonly [part in ReplaceablePart]: boolean };
  readonly facts: ClusterFacts<"eks", EksAccelerator, EksOs>;
}

/**
 * Decides everything that can be decided without AWS.
 *
 * @throws CairnError `CLUSTER_SETTINGS` with every finding, each at the path of its setting
 */
export function planEks(args: EksArgs): EksPlan {
  const out = new Findings();
  checkShapes(args, EKS_SHAPE, "eks()", out);
  const { region } = args;
  if (!Object.hasOwn(REGIONS, region)) {
    const { hint } = suggestion(region, Object.keys(REGIONS));
    out.add("region", `${JSON.stringify(region)} is no region with EKS that Cairn knows`, hint);
  }
  // Everything else depends on it.
  out.refuse("eks()");
  const { partition } = REGIONS[region];
  const kubernetesVersion = planVersion(args, out);
  const os: EksOs = args.os ?? "ubuntu";
  const gpuStack = planStack(os, args.gpuStack, out);
  const context = { args, os, gpuStack, kubernetesVersion, region, partition, out };
  const gpus = planGpus(context);
  const system = planSystem(context);
  const network = planNetwork(args, gpus, system, out);
  const plan: Omit<EksPlan, "facts"> = {
    region,
    partition,
    kubernetesVersion,
    support: args.support === "standard" ? "STANDARD" : "EXTENDED",
    addons: planAddons(args, kubernetesVersion, gpus.interfaces, out),
    network,
    system,
    gpus,
    ...planAccess(args, partition, out),
    ...planLogs(args, out),
    protect: planProtection(args, out),
  };
  checkNames(args, out);
  checkKey(args, partition, out);
  out.refuse("eks()");
  return { ...plan, facts: factsOf(plan, os, gpuStack) };
}

function planStack(os: EksOs, wanted: EksGpuStack | undefined, out: Findings): EksGpuStack {
  const fallback: EksGpuStack = "operator-managed";
  if (!out.oneOf(os, "os", Object.keys(SYSTEMS))) return fallback;
  const { gpuStacks } = SYSTEMS[os];
  const stack = wanted ?? gpuStacks[0] ?? fallback;
  const message = `${JSON.stringify(stack)} is not to be had on ${os}: who installs the driver would be nobody, or two`;
  out.check(gpuStacks.includes(stack), "gpuStack", message, `use ${gpuStacks.join(" or ")}`);
  return stack;
}

const PARTS: readonly ReplaceablePart[] = ["cluster", "gpus", "network", "keys"];

function planProtection({ protect = true, allowReplace = [] }: EksArgs, out: Findings): EksPlan["protect"] {
  for (const [i, part] of allowReplace.entries()) out.oneOf(part, `allowReplace[${i}]`, PARTS);
  const entries = PARTS.map((part) => [part, protect && !allowReplace.includes(part)] as const);
  return Object.fromEntries(entries) as EksPlan["protect"];
}

function checkNames({ clusterName, tags = {} }: EksArgs, out: Findings): void {
  if (clusterName !== undefined)
    out.check(
      /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/.test(clusterName),
      "clusterName",
      `${JSON.stringify(clusterName)} is no name of a cluster`,
      "up to 100 letters, digits, hyphens and underscores, a letter or digit first",
    );
  for (const key of Object.keys(tags))
    out.check(!/^aws:/i.test(key), `tags.${key}`, "tags that begin with aws: are Amazon's own");
}

function factsOf(plan: Omit<EksPlan, "facts">, os: EksOs, gpuStack: EksGpuStack): EksPlan["facts"] {
  const { region, kubernetesVersion, system, gpus } = plan;
  const pool = (name: string, role: NodePool["role"], { nodes, labels, taints }: PoolPlan): NodePool => ({
    name,
    role,
    nodes,
    labels,
    taints,
    acceleratorsPerNode: role === "gpu" ? gpus.gpusPerNode : 0,
  });
  return {
    service: "eks",
    accelerator: gpus.accelerator,
    os,
    kubernetesVersion,
    region,
    pools: [pool("system", "system", system), pool("gpus", "gpu", gpus)],
    fabric: gpus.fabric,
    profiles: { gpuStack },
  };
}

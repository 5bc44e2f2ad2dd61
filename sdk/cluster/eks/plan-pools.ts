import { type Findings } from "../cloud/findings";
import { type Taint } from "../types";
import { suggestion } from "../../nearest";
import { type EksArgs, type GpuPoolArgs } from "./args";
import { checkCapacity, onDemand } from "./capacity";
import { type EksGpuStack, type EksOs, planImage, SYSTEMS } from "./images";
import { type EksInstanceType, type GpuInstance, INSTANCES, USUAL_INSTANCE } from "./instances";
import { checkLayout, efaCount, type Layout } from "./interfaces";
import { type GpuPoolPlan, type PoolPlan } from "./plan";
import { checkZone } from "./plan-network";
import { type AwsRegion, type PartitionName } from "./regions";
import { atLeast, type EksMinor } from "./versions";

/** What both pools are planned from. */
export interface PoolContext {
  readonly args: EksArgs;
  readonly os: EksOs;
  readonly gpuStack: EksGpuStack;
  readonly kubernetesVersion: EksMinor;
  readonly region: AwsRegion;
  readonly partition: PartitionName;
  readonly out: Findings;
}

/** Kubernetes' own recommendation (Kubernetes documentation, considerations for large clusters). */
const MAX_PODS = 110;

export const GPU_TAINT: Taint = { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" };

export function planGpus(context: PoolContext): GpuPoolPlan {
  const { args, os, gpuStack, kubernetesVersion, region, partition, out } = context;
  const { gpus } = args;
  const instanceType = planInstance(gpus, out);
  const instance: GpuInstance = INSTANCES[instanceType];
  const { capacity = onDemand(), nodes, maxPods = MAX_PODS, diskSize = 200, taints = [GPU_TAINT], zone } = gpus;
  const floor = instance.minimumKubernetes;
  if (floor !== undefined)
    out.check(
      atLeast(kubernetesVersion, floor),
      "kubernetesVersion",
      `${instanceType} needs ${floor} or newer, not ${kubernetesVersion}`,
    );
  out.wholeNumber(nodes, "gpus.nodes", 1, 450);
  out.wholeNumber(maxPods, "gpus.maxPods", 16, 250);
  out.wholeNumber(diskSize, "gpus.diskSize", 50, 16_384);
  out.oneOf(gpus.localDisks ?? "none", "gpus.localDisks", ["raid0", "none"]);
  if (zone !== undefined) checkZone(zone, "gpus.zone", region, out);
  const placed = args.network?.vpcId !== undefined;
  checkCapacity(capacity, { instanceType, nodes, region, partition, zone, placed }, out);
  const interfaces = planInterfaces(gpus, instanceType, out);
  const fabric = efaCount(interfaces) > 0 ? instance.fabric : "none";
  checkLabels(gpus.labels ?? {}, out);
  checkTaints(taints, out);
  checkKubelet(gpus, out);
  const driver = gpuStack === "ami-preinstalled";
  const { architecture, minimumImage } = instance;
  const request = { os, image: gpus.image, architecture, kubernetesVersion, driver, minimumImage };
  const image = planImage(request, "gpus.image", out);
  return {
    os,
    nodes,
    instanceType,
    image,
    rootDevice: SYSTEMS[os]?.rootDevice ?? "",
    diskSize,
    localDisks: gpus.localDisks ?? "raid0",
    maxPods,
    kubelet: gpus.kubelet ?? {},
    labels: { ...gpus.labels, "cairn.dev/pool": "gpus" },
    taints,
    repair: gpus.repair ?? true,
    accelerator: instance.accelerator as GpuPoolPlan["accelerator"],
    gpusPerNode: instance.gpus,
    fabric,
    interfaces,
    // Without a fabric nothing is gained by standing close.
    capacity: capacity.type === "on-demand" && fabric === "none" ? onDemand({ placementGroup: false }) : capacity,
    ...(zone !== undefined && { zone }),
  };
}

function planInstance({ accelerator, instanceType }: GpuPoolArgs, out: Findings): EksInstanceType {
  const usual: EksInstanceType = Object.hasOwn(USUAL_INSTANCE, accelerator)
    ? USUAL_INSTANCE[accelerator]
    : "p5.48xlarge";
  if (!out.oneOf(accelerator, "gpus.accelerator", Object.keys(USUAL_INSTANCE)) || instanceType === undefined)
    return usual;
  if (!Object.hasOwn(INSTANCES, instanceType)) {
    const { hint } = suggestion(instanceType, Object.keys(INSTANCES));
    out.add("gpus.instanceType", `${JSON.stringify(instanceType)} is no GPU instance type that Cairn knows`, hint);
    return usual;
  }
  const { accelerator: found } = INSTANCES[instanceType];
  out.check(
    found === accelerator,
    "gpus.instanceType",
    `${instanceType} has ${found}, not ${accelerator}`,
    `${accelerator} is in ${typesWith(accelerator).join(", ")}`,
  );
  return instanceType;
}

function typesWith(accelerator: string): readonly string[] {
  return Object.entries(INSTANCES).flatMap(([type, one]) => (one.accelerator === accelerator ? [type] : []));
}

function planInterfaces({ interfaces = "recommended" }: GpuPoolArgs, type: EksInstanceType, out: Findings): Layout {
  const instance: GpuInstance = INSTANCES[type];
  const path = "gpus.interfaces";
  if (typeof interfaces !== "string") {
    checkLayout(interfaces, path, type, instance, out);
    return interfaces;
  }
  const layout = Object.hasOwn(instance.layouts, interfaces) ? instance.layouts[interfaces] : undefined;
  const names = Object.keys(instance.layouts).join(", ");
  out.check(layout !== undefined, path, `${type} has no layout ${JSON.stringify(interfaces)}`, `it has ${names}`);
  return layout ?? instance.layouts.recommended;
}

/**
 * Prefixes that the kubelet or EKS keep for themselves (Kubernetes documentation, NodeRestriction; Amazon EKS user guide), and by which the
 * GPU Operator decides what runs on a node (NVIDIA GPU Operator documentation, 2026).
 */
const RESERVED_LABELS = /^(?:[^/]+\.)?(kubernetes\.io|k8s\.io|nvidia\.com)\/|^eks\.amazonaws\.com\/|^cairn\.dev\//;
const LABEL_KEY = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;

function checkLabels(labels: Readonly<Record<string, string>>, out: Findings): void {
  for (const [key, value] of Object.entries(labels)) {
    const path = `gpus.labels.${key}`;
    out.check(LABEL_KEY.test(key), path, "is no key of a label");
    out.check(LABEL_VALUE.test(value), path, `${JSON.stringify(value)} is no value of a label`);
    out.check(
      !RESERVED_LABELS.test(key),
      path,
      "belongs to Kubernetes, EKS, NVIDIA's operators or Cairn",
      "use a prefix of your own",
    );
  }
}

function checkTaints(taints: readonly Taint[], out: Findings): void {
  const seen = new Set<string>();
  for (const [i, { key, value = "", effect }] of taints.entries()) {
    const path = `gpus.taints[${i}]`;
    out.check(!seen.has(`${key}:${effect}`), path, `${key}:${effect} is there twice`);
    seen.add(`${key}:${effect}`);
    out.check(LABEL_KEY.test(key), `${path}.key`, `${JSON.stringify(key)} is no key of a taint`);
    out.check(LABEL_VALUE.test(value), `${path}.value`, `${JSON.stringify(value)} is no value of a taint`);
    out.oneOf(effect, `${path}.effect`, ["NoSchedule", "PreferNoSchedule", "NoExecute"]);
  }
}

function checkKubelet({ kubelet = {} }: GpuPoolArgs, out: Findings): void {
  const { cpuManagerPolicy = "none", topologyManagerPolicy = "none" } = kubelet;
  const path = "gpus.kubelet";
  out.oneOf(cpuManagerPolicy, `${path}.cpuManagerPolicy`, ["none", "static"]);
  const policies = ["none", "best-effort", "restricted", "single-numa-node"];
  out.oneOf(topologyManagerPolicy, `${path}.topologyManagerPolicy`, policies);
}

/** Graviton types have a g behind the generation: m7g, c7gn, r8g. The first were called a1. */
const architectureOf = (instanceType: string): "amd64" | "arm64" =>
  /^([a-z]+\d+g[a-z]*|a1)\./.test(instanceType) ? "arm64" : "amd64";

/** Families with GPUs or other accelerators (Amazon EC2 instance types, accelerated computing, 2026). */
const ACCELERATED = /^(p|g|gr|trn|inf|dl|f|vt)\d/;

export function planSystem({ args, os, kubernetesVersion, out }: PoolContext): PoolPlan {
  const { nodes = 3, instanceType = "m7i.2xlarge", diskSize = 100, image } = args.system ?? {};
  out.wholeNumber(nodes, "system.nodes", 2, 100);
  out.wholeNumber(diskSize, "system.diskSize", 50, 16_384);
  const path = "system.instanceType";
  out.check(
    /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(instanceType),
    path,
    `${JSON.stringify(instanceType)} is no instance type`,
  );
  const hint = "use m7i.2xlarge";
  out.check(
    !ACCELERATED.test(instanceType),
    path,
    `${instanceType} has accelerators, which no system component uses`,
    hint,
  );
  const architecture = architectureOf(instanceType);
  const request = { os, image, architecture, kubernetesVersion, driver: false };
  return {
    os,
    nodes,
    instanceType,
    image: planImage(request, "system.image", out),
    rootDevice: SYSTEMS[os]?.rootDevice ?? "",
    diskSize,
    localDisks: "none",
    maxPods: MAX_PODS,
    kubelet: {},
    labels: { "cairn.dev/pool": "system" },
    taints: [],
    repair: true,
  };
}

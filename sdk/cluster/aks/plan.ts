import { Findings } from "../cloud/findings";
import { checkShapes } from "../cloud/shape";
import { type ClusterFacts, type NodePool } from "../types";
import { type AksArgs, type AksGpuArgs, type AksGpuStack, type AksOs } from "./args";
import { planAccess, planEncryption, planLogs } from "./plan-access";
import { checkNames, checkVersion, planFeatures, planProtection, planSupport, planUpgrades } from "./plan-lifecycle";
import { planNetwork } from "./plan-network";
import { DRIVERS, planGpuPool, planSystemPool, type PlannedGpuPool } from "./plan-pools";
import { type AksPlan, type AnyAksArgs, type SystemPoolPlan } from "./plan-types";
import { checkId } from "./resource-id";
import { AKS_SHAPE } from "./settings-shape";
import { DEFAULT_VERSION } from "./versions";
import { type AksAccelerator } from "./vm-sizes";

/**
 * Fills in what the arguments leave out, and checks all of it. Pure: no cloud is asked.
 *
 * @throws CairnError `CLUSTER_SETTINGS` with every finding
 */
export function planAks<const A extends AksAccelerator, const OS extends AksOs = "ubuntu">(
  args: AksArgs<A, OS>,
): AksPlan<A>;
export function planAks(given: AnyAksArgs): AksPlan {
  const findings = new Findings();
  // What has another form than its type says cannot be looked into.
  checkShapes(given, AKS_SHAPE, "aks()", findings);
  const hasGpus = findings.present(given.gpus, "gpus", '{ accelerator: "h100", nodes: 4 }');
  // The rest is checked all the same.
  const args = hasGpus ? given : { ...given, gpus: ANY_GPUS };
  const { location, gpuStack = "azure-managed", kubernetesVersion = DEFAULT_VERSION } = args;
  checkLocation(location, findings);
  findings.oneOf(args.os ?? "ubuntu", "os", ["ubuntu"]);
  const owner: AksGpuStack = findings.oneOf(gpuStack, "gpuStack", Object.keys(DRIVERS) as AksGpuStack[])
    ? gpuStack
    : "azure-managed";
  const known = checkVersion(kubernetesVersion, findings);
  const gpus = planGpuPool(args, owner, findings);
  const system = planSystemPool(args, findings);
  const rest = planRest(args, gpus, system, findings);
  const sku = planSupport(args, known, findings);
  findings.refuse("aks()");
  const facts: ClusterFacts<"aks", AksAccelerator, "ubuntu"> = {
    service: "aks",
    accelerator: args.gpus.accelerator,
    os: "ubuntu",
    kubernetesVersion,
    region: location,
    pools: poolsOf(system, gpus),
    fabric: gpus.size.fabric,
    profiles: { gpuStack: owner },
    // Constraints of the recipes' profiles ask for it by this path.
    measurements: { "K8s.aks-gpu-pools.gpu-driver": DRIVERS[owner] },
  };
  return { location, kubernetesVersion, osSku: "Ubuntu2404", facts, system, gpus: gpus.pool, sku, ...rest };
}

const ANY_GPUS: AksGpuArgs = { accelerator: "h100", nodes: 1 };

function planRest(args: AnyAksArgs, gpus: PlannedGpuPool, system: SystemPoolPlan, findings: Findings) {
  const encryption = planEncryption(args, findings);
  checkNames(args, findings);
  for (const [name, id] of Object.entries(args.registries ?? {}))
    checkId(findings, id, `registries.${name}`, "Microsoft.ContainerRegistry/registries", "registries/…");
  if (args.resourceGroup !== undefined)
    findings.check(
      /^[-\w.()]{0,89}[-\w()]$/.test(args.resourceGroup),
      "resourceGroup",
      `${JSON.stringify(args.resourceGroup)} is no name of a resource group`,
      "its name alone, not its identifier",
    );
  // One node more of the system pool at a time.
  const nodes = args.gpus.nodes + gpus.surge + system.nodes + 1;
  return {
    network: planNetwork(args, Number.isFinite(nodes) ? nodes : 1, findings),
    access: planAccess(args.access, findings),
    encryption,
    logs: planLogs(args, findings),
    upgrades: planUpgrades(args, findings),
    features: planFeatures(args, gpus.size, encryption.atHost, findings),
    protect: planProtection(args, findings),
    registries: args.registries ?? {},
    identities: args.identities ?? {},
    tags: args.tags ?? {},
    ...(args.resourceGroup !== undefined && { resourceGroup: args.resourceGroup }),
  };
}

function checkLocation(location: string, findings: Findings): void {
  if (!findings.present(location, "location", "as Azure's API names it: eastus2")) return;
  const name = location.toLowerCase().replaceAll(" ", "");
  findings.check(
    /^[a-z]+[0-9]?$/.test(location),
    "location",
    `${JSON.stringify(location)} is no region`,
    /^[a-z]+[0-9]?$/.test(name) ? `as Azure's API names it: ${name}` : "as Azure's API names it: eastus2",
  );
}

function poolsOf(system: SystemPoolPlan, { pool, taints, size }: PlannedGpuPool): readonly NodePool[] {
  return [
    {
      name: system.name,
      role: "system",
      nodes: system.nodes,
      labels: system.labels,
      taints: [],
      acceleratorsPerNode: 0,
    },
    { name: pool.name, role: "gpu", nodes: pool.nodes, labels: pool.labels, taints, acceleratorsPerNode: size.devices },
  ];
}

/**
 * The name is the program's own, and the cluster's DNS prefix: what AKS makes of it has 63 characters at most.
 *
 * @throws CairnError `CLUSTER_SETTINGS`
 */
export function checkClusterName(name: string): void {
  const findings = new Findings();
  findings.check(
    /^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$/.test(name),
    "name",
    `${JSON.stringify(name)} cannot name a cluster`,
    "up to 40 lower-case letters, digits and hyphens, a letter first",
  );
  findings.refuse("aks()");
}

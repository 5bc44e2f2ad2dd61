import { type ClusterFacts } from "../cluster";
import { CairnError, type Finding } from "../errors";
import { isWarning, type Recipe } from "../recipe";
import { judge } from "./constraints";
import { osReleaseId } from "./hardware";

/** What a program says about a cluster before it exists, and the property that says it. */
interface Declared {
  readonly property: string;
  readonly values: readonly string[];
}

/**
 * Compares what a recipe asks for with what the program says about a cluster that need not exist yet. What a program cannot say, such as
 * a kernel's release, is left to the readiness phase.
 *
 * @param about - The cluster's facts, by the property of the program that holds them: `on`.
 * @throws CairnError `CLUSTER_UNMEETABLE` with every reason, each with the property to change
 */
export function requireMeetable(recipe: Recipe, facts: ClusterFacts, about = "on"): void {
  const findings = [...constraintFindings(recipe, facts, about), ...hardwareFindings(recipe, facts, about)];
  if (findings.length === 0) return;
  throw new CairnError("CLUSTER_UNMEETABLE", "this cluster cannot meet its recipe; nothing was created", { findings });
}

function constraintFindings({ constraints, validation }: Recipe, facts: ClusterFacts, about: string): Finding[] {
  const known = declaredOf(facts, about);
  const demands = [...constraints, ...(validation.readiness?.constraints ?? [])].filter((one) => !isWarning(one));
  return demands.flatMap(({ name, value, remediation }) => {
    const declared = known.get(name);
    if (declared === undefined) return [];
    const { passed, observed } = judge(value, declared.values);
    if (passed) return [];
    const message = `is ${observed}, the recipe wants ${name} ${value}`;
    return [{ path: declared.property, message, ...(remediation !== undefined && { hint: remediation }) }];
  });
}

function declaredOf(facts: ClusterFacts, about: string): ReadonlyMap<string, Declared> {
  const gpuPools = facts.pools.filter(({ role }) => role === "gpu");
  const total = (pools: ClusterFacts["pools"]) => String(pools.reduce((sum, { nodes }) => sum + nodes, 0));
  const os = osReleaseId(facts.os) ?? facts.os;
  const known = new Map<string, Declared>([
    ["K8s.server.version", { property: `${about}.kubernetesVersion`, values: [facts.kubernetesVersion] }],
    ["K8s.server.service", { property: about, values: [facts.service] }],
    ["GPU.hardware.model", { property: `${about}.gpus.accelerator`, values: [facts.accelerator] }],
    [
      "GPU.hardware.gpu-count",
      { property: `${about}.gpus`, values: gpuPools.map(({ acceleratorsPerNode }) => String(acceleratorsPerNode)) },
    ],
    ["NodeTopology.summary.node-count", { property: `${about}.gpus.nodes`, values: [total(facts.pools)] }],
    ["NodeTopology.summary.gpu-node-count", { property: `${about}.gpus.nodes`, values: [total(gpuPools)] }],
    // On a target that leaves the system open, only the nodes can tell.
    ...(os === "any" ? [] : [["OS.release.ID", { property: `${about}.os`, values: [os] }] as const]),
  ]);
  for (const [name, value] of Object.entries(facts.measurements ?? {}))
    known.set(name, { property: `${about}.gpuStack`, values: [value] });
  return known;
}

/** Performance thresholds and network components of a recipe are for one fabric, and those of training for whole machines. */
function hardwareFindings({ hardware = {}, criteria }: Recipe, facts: ClusterFacts, about: string): Finding[] {
  const { fabric, gpusPerNode } = hardware;
  const path = `${about}.gpus`;
  const findings: Finding[] = [];
  if (fabric !== undefined && facts.fabric !== undefined && fabric !== facts.fabric)
    findings.push({
      path,
      message: `its nodes are joined by ${facts.fabric}, the recipe is for ${fabric}`,
      hint: "choose an instance type with that fabric",
    });
  const odd = facts.pools.find((pool) => pool.role === "gpu" && pool.acceleratorsPerNode !== gpusPerNode);
  if (criteria.intent === "training" && gpusPerNode !== undefined && odd !== undefined)
    findings.push({
      path,
      message: `its nodes have ${odd.acceleratorsPerNode} GPUs, the recipe is for ${gpusPerNode}`,
      hint: "choose an instance type with as many",
    });
  return findings;
}

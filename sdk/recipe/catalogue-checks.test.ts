import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { builtinCatalog, type Criteria, PHASES, type Phase, type Recipe } from ".";
import { builtinLayer } from "./builtin";
import { cloudCoordinates, coordinates, nameOf, recipeFor } from "./catalogue-support.test";

/**
 * Requirements that a platform MUST meet, and since when and until when: cncf/k8s-ai-conformance, docs/AIConformance-1.34.yaml to
 * AIConformance-1.36.yaml, as of 2026-08-19.
 */
const MUST: Readonly<Record<string, readonly string[]>> = {
  dra_support: ["1.34", "1.35"],
  ai_inference: ["1.34", "1.35", "1.36"],
  gang_scheduling: ["1.34", "1.35", "1.36"],
  cluster_autoscaling: ["1.34", "1.35", "1.36"],
  pod_autoscaling: ["1.34", "1.35", "1.36"],
  accelerator_metrics: ["1.34", "1.35", "1.36"],
  ai_service_metrics: ["1.34", "1.35", "1.36"],
  secure_accelerator_access: ["1.34", "1.35", "1.36"],
  robust_controller: ["1.34", "1.35", "1.36"],
};

/** Two requirements are about something that not every recipe installs: a gateway, and an operator for AI workloads. */
const LACKS: Readonly<Record<string, (criteria: Criteria) => boolean>> = {
  ai_inference: ({ intent }) => intent !== "inference",
  robust_controller: ({ platform }) => platform === "any",
};

interface CheckEntry {
  readonly name: string;
  readonly phase: Phase;
  readonly description: string;
  readonly timeout: string;
  readonly requirements?: readonly string[];
}

const { validators } = parse(readFileSync(join(builtinLayer().directory, "validators/catalog.yaml"), "utf8")) as {
  readonly validators: readonly CheckEntry[];
};
const checks = new Map(validators.map((entry) => [entry.name, entry]));

const checksOf = (recipe: Recipe, phase: Phase): readonly string[] => recipe.validation[phase]?.checks ?? [];

const requirementsOf = (recipe: Recipe): readonly string[] =>
  checksOf(recipe, "conformance").flatMap((name) => checks.get(name)?.requirements ?? []);

describe("the built-in catalogue's checks", () => {
  it("are described, in the phase in which recipes name them, and none is described that no recipe names", () => {
    const named = new Map<string, Phase>();
    for (const criteria of coordinates())
      for (const phase of PHASES) for (const check of checksOf(recipeFor(criteria), phase)) named.set(check, phase);
    assert.deepEqual(
      validators.map(({ name, phase }) => `${phase}: ${name}`).sort(),
      [...named].map(([name, phase]) => `${phase}: ${name}`).sort(),
    );
    assert.equal(checks.size, validators.length);
  });

  it("cover every MUST of CNCF AI Conformance that a cluster of the coordinate can meet", () => {
    for (const criteria of cloudCoordinates()) {
      const covered = new Set(requirementsOf(recipeFor(criteria)));
      const missing = Object.keys(MUST).filter((id) => !covered.has(id) && !LACKS[id]?.(criteria));
      assert.deepEqual(missing, [], nameOf(criteria));
    }
  });

  it("cover every MUST at once where a platform serves, on each cloud", () => {
    const serving = cloudCoordinates().filter(({ intent, platform }) => intent === "inference" && platform !== "any");
    for (const criteria of serving) {
      const covered = new Set(requirementsOf(recipeFor(criteria)));
      assert.deepEqual(
        Object.keys(MUST).filter((id) => !covered.has(id)),
        [],
        nameOf(criteria),
      );
    }
    assert.deepEqual([...new Set(serving.map(({ service }) => service))].sort(), ["aks", "eks", "gke", "oke"]);
  });

  it("are evidence for requirements that exist, and only in the conformance phase", () => {
    for (const { name, phase, requirements = [] } of validators) {
      for (const id of requirements) assert.ok(Object.hasOwn(MUST, id), `${name}: ${id}`);
      assert.ok(phase === "conformance" || requirements.length === 0, name);
    }
  });

  it("check what a recipe has: the gateway where there is one, Slurm where there is one", () => {
    const needs: readonly (readonly [check: string, component: string])[] = [
      ["inference-gateway", "agentgateway"],
      ["slinky-slurm-health", "slinky-slurm"],
      ["gke-gpu-nic-networks", "gke-nccl-tcpxo"],
    ];
    for (const criteria of cloudCoordinates()) {
      const recipe = recipeFor(criteria);
      const all = PHASES.flatMap((phase) => checksOf(recipe, phase));
      for (const [check, component] of needs)
        assert.equal(all.includes(check), recipe.deploymentOrder.includes(component), `${nameOf(criteria)}: ${check}`);
    }
  });

  it("ask Blackwell for a newer GPU Operator than the rest", () => {
    for (const criteria of cloudCoordinates()) {
      const floor = recipeFor(criteria).validation.deployment?.constraints.find(
        ({ name }) => name === "Deployment.gpu-operator.version",
      );
      const blackwell = ["b200", "gb200", "gb300", "rtx-pro-6000"].includes(criteria.accelerator);
      assert.equal(floor?.value, blackwell ? ">= v25.10.0" : ">= v24.6.0", nameOf(criteria));
    }
  });
});

describe("the built-in catalogue's performance thresholds", () => {
  const rows = builtinCatalog().thresholds.flatMap(({ value }) => value.thresholds ?? []);

  it("decide every performance check that a recipe lists, and each row decides one", () => {
    const used = new Set<string>();
    for (const criteria of coordinates()) {
      const recipe = recipeFor(criteria);
      const constraints = new Map((recipe.validation.performance?.constraints ?? []).map((each) => [each.name, each]));
      for (const check of checksOf(recipe, "performance")) {
        const wanted = new Set(rows.filter((row) => row.check === check).map((row) => row.constraint ?? row.check));
        assert.ok(wanted.size > 0, check);
        for (const name of wanted) {
          const constraint = constraints.get(name);
          assert.ok(constraint?.source, `${nameOf(criteria)}: nothing says what ${check} demands of ${name}`);
          used.add(JSON.stringify([name, constraint.value, constraint.source]));
        }
      }
    }
    for (const { check, constraint, value, source } of rows)
      assert.ok(used.has(JSON.stringify([constraint ?? check, value, source])), `${check} of ${source.document}`);
  });

  it("are not asked of Slurm, whose scheduler a pod of the check would go past", () => {
    const slurm = coordinates().filter(({ platform, accelerator }) => platform === "slurm" && accelerator !== "any");
    for (const criteria of slurm) assert.deepEqual(checksOf(recipeFor(criteria), "performance"), [], nameOf(criteria));
    assert.ok(slurm.length > 10);
  });

  it("stand in the table and not in overlays", () => {
    const names = new Set(rows.map(({ check, constraint }) => constraint ?? check));
    for (const { name, value } of builtinCatalog().overlays.values())
      for (const constraint of value.spec.validation?.performance?.constraints ?? [])
        assert.ok(!names.has(constraint.name), `${name}: ${constraint.name}`);
  });

  it("are looked up by hardware that every accelerator of a cloud states", () => {
    for (const criteria of cloudCoordinates()) {
      const { hardware } = recipeFor(criteria);
      assert.equal(
        criteria.accelerator !== "any",
        hardware?.fabric !== undefined && hardware.gpusPerNode !== undefined,
      );
    }
  });
});

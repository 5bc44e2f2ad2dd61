import assert from "node:assert/strict";
import { builtinCatalog, parseCriteria, resolve, type Recipe } from "../../recipe";
import { type OkeArgs, planOke } from ".";
import { GB200, H100 } from "./plan-fixture.test";
import { type OkeAccelerator } from "./shapes";

/** Accelerators that recipes for OKE cover. */
const COVERED = ["a100", "h100", "h200", "b200", "gb200", "l40s"] as const satisfies readonly OkeAccelerator[];

const argsFor = (accelerator: OkeAccelerator): OkeArgs =>
  accelerator === "gb200" ? GB200 : { ...H100, gpus: { ...H100.gpus, accelerator } };

function recipeFor(args: OkeArgs): Recipe {
  const { facts } = planOke(args);
  const catalog = builtinCatalog([]);
  const { service, accelerator, os } = facts;
  const criteria = parseCriteria({ service, accelerator, os, intent: "training", platform: "kubeflow" }, catalog);
  return resolve(catalog, criteria, { ...(facts.profiles !== undefined && { profiles: facts.profiles }) }).recipe;
}

describe("the recipes for OKE", () => {
  for (const accelerator of COVERED)
    it(`find the machines of ${accelerator} that they are written for`, () => {
      const { facts } = planOke(argsFor(accelerator));
      const { hardware } = recipeFor(argsFor(accelerator));
      assert.equal(hardware?.gpusPerNode, facts.pools.find(({ role }) => role === "gpu")?.acceleratorsPerNode);
      if (facts.fabric !== undefined) assert.equal(hardware?.fabric, facts.fabric);
    });

  for (const gpuStack of ["oci-managed", "operator-managed"] as const)
    it(`find what they ask of the add-ons with ${gpuStack}`, () => {
      const args = { ...H100, gpuStack };
      const { measurements = {} } = planOke(args).facts;
      const { constraints, validation } = recipeFor(args);
      const asked = [...constraints, ...(validation.readiness?.constraints ?? [])]
        .filter(({ name }) => name.startsWith("K8s.oke-"))
        .map(({ name, value }) => [name, value] as const);
      assert.ok(asked.length > 0);
      assert.deepEqual(Object.fromEntries(asked), measurements);
    });
});

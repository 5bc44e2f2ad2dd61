import { type RecipeChoices, resolve, type Resolution } from ".";
import { criteriaOf } from "./criteria";
import { type Files, load, overlay, registry } from "./support.test";
import { type CriteriaInput } from "./types";

const GPU_STACK = `
  profiles:
    - name: gpuStack
      default: managed
      values:
        managed:
          constraints: [{ name: K8s.pools.driver, value: Install }]
          componentRefs:
            - { name: gpu, overrides: { driver: { enabled: false } } }
            - { name: dra, overrides: { root: / } }
        operator:
          constraints: [{ name: K8s.pools.driver, value: None }]
          componentRefs:
            - { name: gpu, overrides: { driver: { enabled: true, manager: auto } } }
            - { name: dra, overrides: { root: /run/nvidia/driver } }`;

/** A recipe for AKS whose profile decides the driver's owner. */
export const FILES: Files = {
  ...registry("gpu", "dra", "late"),
  "components/gpu/values.yaml": "driver: { version: '580', enabled: true }\ntolerations: [{ key: a }, { key: b }]\n",
  ...overlay("base", "componentRefs: [{ name: gpu }, { name: dra }]"),
  ...overlay("aks", `criteria: { service: aks }${GPU_STACK}`),
};

export function resolveWith(
  files: Files,
  choices: RecipeChoices,
  criteria: CriteriaInput = { service: "aks" },
): Resolution {
  return resolve(load(files), criteriaOf(criteria), choices);
}

export function valuesOf({ recipe }: Resolution, component: string) {
  return recipe.componentRefs.find(({ name }) => name === component)?.values;
}

import { CairnError } from "../errors";
import { type ComponentRef, type Recipe, recipeDigest } from "../recipe";
import { missingLock } from "./file";
import { type Lock, type LockedRecipe } from "./types";

/** What a lock is compared with besides the recipe. */
export interface LockFacts {
  /** Of the cluster: `1.36.1`. */
  readonly kubernetesVersion?: string;
}

/** Why what is locked of a component is not what the recipe wants. */
const SOURCE_PROBLEM: {
  readonly [T in ComponentRef["type"]]: (component: ComponentRef, lock: Lock) => string | undefined;
} = {
  Helm({ name, source, chart, version }, { charts }) {
    const locked = charts[name];
    if (locked === undefined) return `component ${name} has no locked chart`;
    if (locked.source === source && locked.chart === chart && locked.version === version) return undefined;
    return `component ${name} is locked at ${locked.version} from ${locked.source}, the recipe wants ${version} from ${source}`;
  },
  Kustomize({ name, source, path, tag }, { kustomizations }) {
    const locked = kustomizations?.[name];
    if (locked === undefined) return `component ${name} has no locked kustomization`;
    if (locked.source === source && locked.path === path && locked.tag === tag) return undefined;
    return `component ${name} is locked at ${locked.tag} of ${locked.path} from ${locked.source}, the recipe wants ${tag} of ${path} from ${source}`;
  },
  Manifest: () => undefined,
};

/** Why a lock does not fit the recipe; empty when it does. */
export function checkLock(lock: Lock, recipe: Recipe, facts: LockFacts = {}): readonly string[] {
  const reasons = recipe.componentRefs.flatMap((component) => SOURCE_PROBLEM[component.type](component, lock) ?? []);
  if (facts.kubernetesVersion !== undefined && minor(facts.kubernetesVersion) !== minor(lock.kubernetes.version))
    reasons.push(
      `it was rendered for Kubernetes ${lock.kubernetes.version}, the cluster has ${facts.kubernetesVersion}`,
    );
  if (lock.recipe.digest !== recipeDigest(recipe) && reasons.length === 0)
    reasons.push(
      ...(otherSelection(lock.recipe, recipe) ?? [
        "it was made for another recipe: values, manifests, constraints or checks have changed",
      ]),
    );
  return reasons;
}

/** What the lock was asked for otherwise than the recipe, by the names of `cairn lock`'s options. */
function otherSelection({ criteria, choices }: LockedRecipe, recipe: Recipe): readonly string[] | undefined {
  const locked = { ...criteria, region: choices?.region };
  const wanted = selectionOf(recipe);
  const names = Object.keys(locked) as (keyof typeof locked)[];
  const differing = names.filter((name) => name !== "nodes" && locked[name] !== wanted[name]);
  if (differing.length === 0) return undefined;
  return differing.map(
    (name) => `it is for ${name} ${locked[name] ?? "unknown"}, the program for ${wanted[name] ?? "unknown"}`,
  );
}

const selectionOf = ({ criteria, metadata }: Recipe) => ({ ...criteria, region: metadata.region });

/** The command that locks a recipe; profiles and values that a program sets are for its author to add. */
function lockCommand(recipe: Recipe): string {
  const stated = Object.entries(selectionOf(recipe)).filter(
    ([, value]) => value !== undefined && value !== "any" && value !== 0,
  );
  return ["cairn lock", ...stated.map(([name, value]) => `--${name} ${value}`)].join(" ");
}

/**
 * The lock, if there is one and it fits.
 *
 * @throws CairnError `LOCK_MISSING` or `LOCK_STALE` with every reason and the command to run
 */
export function requireFresh(lock: Lock | undefined, recipe: Recipe, facts: LockFacts = {}): Lock {
  if (lock === undefined) throw missingLock("cairn.lock.yaml");
  const reasons = checkLock(lock, recipe, facts);
  if (reasons.length === 0) return lock;
  throw new CairnError("LOCK_STALE", "the lock does not fit the recipe", {
    findings: reasons.map((message) => ({ message })),
    hint: `run \`${lockCommand(recipe)}\``,
  });
}

/** Patch releases render the same. */
const minor = (version: string): string => version.split(".").slice(0, 2).join(".");

import { CairnError } from "../errors";
import { type Recipe, recipeDigest } from "../recipe";
import { missingLock } from "./file";
import { type Lock } from "./types";

/** What a lock is compared with besides the recipe. */
export interface LockFacts {
  /** Of the cluster: `1.36.1`. */
  readonly kubernetesVersion?: string;
}

/** Why a lock does not fit the recipe; empty when it does. */
export function checkLock(lock: Lock, recipe: Recipe, facts: LockFacts = {}): readonly string[] {
  const charts = recipe.componentRefs
    .filter(({ type }) => type === "Helm")
    .flatMap((component): readonly string[] => {
      const locked = lock.charts[component.name];
      if (locked === undefined) return [`component ${component.name} has no locked chart`];
      const same =
        locked.source === component.source && locked.chart === component.chart && locked.version === component.version;
      return same
        ? []
        : [
            `component ${component.name} is locked at ${locked.version} from ${locked.source}, the recipe wants ${component.version} from ${component.source}`,
          ];
    });
  const reasons = [...charts];
  if (facts.kubernetesVersion !== undefined && minor(facts.kubernetesVersion) !== minor(lock.kubernetes.version))
    reasons.push(
      `it was rendered for Kubernetes ${lock.kubernetes.version}, the cluster has ${facts.kubernetesVersion}`,
    );
  if (lock.recipe.digest !== recipeDigest(recipe) && reasons.length === 0)
    reasons.push("it was made for another recipe: values, manifests, constraints or checks have changed");
  return reasons;
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
    hint: "run `cairn lock`",
  });
}

/** Patch releases render the same. */
const minor = (version: string): string => version.split(".").slice(0, 2).join(".");

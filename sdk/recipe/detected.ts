import { type Catalog } from "./catalog";
import { criteriaOf, knownValues, parseCriteria } from "./criteria";
import { resolve } from "./resolve";
import { CoverageError } from "./select";
import { type CriteriaInput, type Dimension, DIMENSIONS, type RecipeChoices, type Resolution } from "./types";

/**
 * Resolves for criteria of which some were stated by a person and others found on a cluster. What was stated counts, and must be covered.
 * What was found is left open, with a warning, when the catalogue has no recipe for it; once, and all of it that is not covered at the same
 * time.
 *
 * @param detected - As `criteriaFromSnapshot` finds them.
 * @param vocabulary - Whose criteria what was found may have, as with `--criteria-strict`. @default those of `catalog`
 * @throws what `parseCriteria` and `resolve` throw
 * @example
 * resolveDetected(catalog, { intent: "training" }, criteriaFromSnapshot(snapshot));
 */
export function resolveDetected(
  catalog: Catalog,
  stated: CriteriaInput,
  detected: CriteriaInput,
  choices: RecipeChoices = {},
  vocabulary = catalog,
): Resolution {
  const values = criteriaOf(detected);
  const isDetected = (dimension: Dimension): boolean => !stated[dimension] && values[dimension] !== "any";
  const unknown = DIMENSIONS.filter(
    (dimension) => isDetected(dimension) && !knownValues(vocabulary, dimension).includes(values[dimension]),
  );
  const ask = (open: readonly Dimension[]): Resolution => {
    const found = Object.fromEntries(DIMENSIONS.filter(isDetected).map((dimension) => [dimension, values[dimension]]));
    const left = Object.fromEntries(open.map((dimension) => [dimension, undefined]));
    const nodes = stated.nodes ?? detected.nodes;
    return resolve(catalog, parseCriteria({ ...stated, ...found, ...left, nodes }, catalog), choices);
  };
  const relaxed = (open: readonly Dimension[]): Resolution => {
    const resolution = ask(open);
    const warnings = open.map((dimension) => ({
      message: `the cluster has ${dimension} "${detected[dimension]}", which no recipe covers here; left open`,
    }));
    return withWarnings(resolution, [...warnings, ...resolution.warnings]);
  };
  try {
    return relaxed(unknown);
  } catch (error) {
    const open = error instanceof CoverageError ? error.uncovered.map(({ dimension }) => dimension) : [];
    if (open.length === 0 || !open.every(isDetected)) throw error;
    return relaxed([...unknown, ...open]);
  }
}

/** Digest and trace stay as lazy as they are. */
function withWarnings(resolution: Resolution, warnings: Resolution["warnings"]): Resolution {
  return {
    recipe: resolution.recipe,
    warnings,
    get digest() {
      return resolution.digest;
    },
    get trace() {
      return resolution.trace;
    },
  };
}

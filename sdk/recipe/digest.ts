import canonicalize from "canonicalize";
import { lazyCrypto } from "./lazy";
import { materialOf } from "./material";
import { type Constraint, PHASES, type Recipe } from "./types";

/**
 * `sha256:…` of what a recipe does: criteria, constraints, components with their values and manifests, order, validation; as RFC 8785
 * JSON. Comments, formatting, key order, prose and the tool's version do not move it; any value does.
 */
export function recipeDigest(recipe: Recipe): string {
  const material = {
    criteria: recipe.criteria,
    ...(recipe.hardware === undefined ? {} : { hardware: recipe.hardware }),
    constraints: recipe.constraints.map(materialConstraint),
    components: recipe.componentRefs.map(({ preManifests, manifests, readiness, ...component }) => ({
      ...component,
      preManifests: preManifests.map(materialOf),
      manifests: manifests.map(materialOf),
      ...(readiness === undefined ? {} : { readiness: materialOf(readiness) }),
    })),
    deploymentOrder: recipe.deploymentOrder,
    validation: Object.fromEntries(
      PHASES.flatMap((phase) => {
        const spec = recipe.validation[phase];
        return spec === undefined ? [] : [[phase, { ...spec, constraints: spec.constraints.map(materialConstraint) }]];
      }),
    ),
  };
  return `sha256:${lazyCrypto()
    .createHash("sha256")
    .update(canonicalize(material) ?? "")
    .digest("hex")}`;
}

/** `remediation` is advice for people, and `source` says why a threshold is what it is. */
function materialConstraint({
  remediation: _advice,
  source: _reason,
  ...constraint
}: Constraint): Omit<Constraint, "remediation" | "source"> {
  return constraint;
}

import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import canonicalize from "canonicalize";
import { type JsonValue } from "../json";
import { type Constraint, PHASES, type Recipe, type RecipeFile } from "./types";
import type * as Yaml from "./yaml";

/**
 * `sha256:…` of what a recipe does: criteria, constraints, components with their values and manifests, order, validation; as RFC 8785
 * JSON. Comments, formatting, key order, prose and the tool's version do not move it; any value does.
 */
export function recipeDigest(recipe: Recipe): string {
  const material = {
    criteria: recipe.criteria,
    constraints: recipe.constraints.map(materialConstraint),
    components: recipe.componentRefs.map(({ preManifests, manifests, readiness, ...component }) => ({
      ...component,
      preManifests: preManifests.map(materialFile),
      manifests: manifests.map(materialFile),
      ...(readiness === undefined ? {} : { readiness: materialFile(readiness) }),
    })),
    deploymentOrder: recipe.deploymentOrder,
    validation: Object.fromEntries(
      PHASES.flatMap((phase) => {
        const spec = recipe.validation[phase];
        return spec === undefined ? [] : [[phase, { ...spec, constraints: spec.constraints.map(materialConstraint) }]];
      }),
    ),
  };
  return `sha256:${createHash("sha256")
    .update(canonicalize(material) ?? "")
    .digest("hex")}`;
}

/** `remediation` is advice for people. */
function materialConstraint({ remediation: _prose, ...constraint }: Constraint): Omit<Constraint, "remediation"> {
  return constraint;
}

/** A manifest's documents as data; its bytes when it is a template rather than YAML. Its path says nothing. */
function materialFile({ content }: RecipeFile): JsonValue {
  const { parseYamlStream } = createRequire(__filename)("./yaml") as typeof Yaml;
  const documents = parseYamlStream(content, "", []);
  return documents === undefined ? content : documents.map(({ value }) => value);
}

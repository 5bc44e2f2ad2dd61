import { type Recipe } from "./types";

/** Languages that a recipe's graph can be written in. */
export type GraphFormat = "mermaid" | "dot";

/**
 * Components by level: those of one level depend on earlier levels only, so they deploy at the same time. Within a level by name.
 *
 * @example
 * deploymentLevels(recipe); // [["image-admission"], ["gpu-simulator", "metrics"], ["training-queue"]]
 */
export function deploymentLevels({ componentRefs, deploymentOrder }: Recipe): readonly (readonly string[])[] {
  const before = new Map(componentRefs.map(({ name, dependencyRefs }) => [name, dependencyRefs]));
  const levelOf = new Map<string, number>();
  const levels: string[][] = [];
  for (const name of deploymentOrder) {
    const level = Math.max(0, ...(before.get(name) ?? []).map((dependency) => (levelOf.get(dependency) ?? -1) + 1));
    levelOf.set(name, level);
    (levels[level] ??= []).push(name);
  }
  return levels.map((names) => names.sort());
}

/** The components of a recipe and what waits for what, as text for Mermaid (GitHub shows it) or Graphviz. */
export function recipeGraph(recipe: Recipe, format: GraphFormat): string {
  return format === "mermaid" ? mermaid(recipe) : dot(recipe);
}

function mermaid(recipe: Recipe): string {
  // Names may hold what Mermaid reads as syntax (`end`, dots): they are labels, not identifiers.
  const ids = new Map(recipe.deploymentOrder.map((name, index) => [name, `c${index}`]));
  const label = (name: string): string => `["${labelOf(recipe, name).join("<br/>").replaceAll('"', "#quot;")}"]`;
  return [
    "flowchart LR",
    ...deploymentLevels(recipe).flatMap((names, level) => [
      `  subgraph level${level} ["level ${level + 1}"]`,
      ...names.map((name) => `    ${ids.get(name)}${label(name)}`),
      "  end",
    ]),
    ...edgesOf(recipe).map(([from, to]) => `  ${ids.get(from)} --> ${ids.get(to)}`),
    "",
  ].join("\n");
}

function dot(recipe: Recipe): string {
  const quoted = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  return [
    "digraph recipe {",
    "  rankdir=LR;",
    "  node [shape=box];",
    ...deploymentLevels(recipe).map((names) => {
      const nodes = names.map((name) => {
        const lines = labelOf(recipe, name).map((line) => quoted(line).slice(1, -1));
        return `${quoted(name)} [label="${lines.join("\\n")}"];`;
      });
      return `  { rank=same; ${nodes.join(" ")} }`;
    }),
    ...edgesOf(recipe).map(([from, to]) => `  ${quoted(from)} -> ${quoted(to)};`),
    "}",
    "",
  ].join("\n");
}

function labelOf({ componentRefs }: Recipe, name: string): readonly string[] {
  const version = componentRefs.find((component) => component.name === name)?.version;
  return version === undefined ? [name] : [name, version];
}

/** From what comes first to what waits for it, in order of deployment. */
function edgesOf({ componentRefs, deploymentOrder }: Recipe): readonly (readonly [from: string, to: string])[] {
  const place = new Map(deploymentOrder.map((name, index) => [name, index]));
  const by = (name: string): number => place.get(name) ?? 0;
  return componentRefs
    .flatMap(({ name, dependencyRefs }) => dependencyRefs.map((dependency) => [dependency, name] as const))
    .sort(([a, b], [c, d]) => by(a) - by(c) || by(b) - by(d));
}

import { recipeDigest } from "./digest";
import { type GraphSource } from "./graph-model";
import { lazyDrawing } from "./lazy";
import { type Recipe, type Resolution } from "./types";

/** What a recipe's graph can be written in: text for Mermaid (GitHub shows it) or Graphviz, a drawing, a page with a drawing. */
export type GraphFormat = "mermaid" | "dot" | "svg" | "html";

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

/**
 * The components of a recipe and what waits for what. The same recipe and trace give the same bytes.
 *
 * `svg` is static and stands alone; `html` is one file that loads nothing, with the recipe's constraints, components and checks beside the
 * drawing. Both show which overlay or mixin brought a component in, as far as the trace knows, and suit a light or a dark screen.
 *
 * @example
 * writeFileSync("recipe.html", recipeGraph(resolve(catalog, criteria), "html"));
 */
export function recipeGraph(resolution: Pick<Resolution, "recipe" | "trace">, format: GraphFormat): string {
  return WRITERS[format](resolution);
}

const WRITERS: { readonly [F in GraphFormat]: (resolution: Pick<Resolution, "recipe" | "trace">) => string } = {
  mermaid: ({ recipe }) => mermaid(recipe),
  dot: ({ recipe }) => dot(recipe),
  svg: (resolution) => lazyDrawing().draw(sourceOf(resolution), "svg"),
  html: (resolution) => lazyDrawing().draw(sourceOf(resolution), "html"),
};

function sourceOf({ recipe, trace }: Pick<Resolution, "recipe" | "trace">): GraphSource {
  return { recipe, trace, digest: recipeDigest(recipe), levels: deploymentLevels(recipe), edges: edgesOf(recipe) };
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

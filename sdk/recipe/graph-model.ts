import { parsePath } from "./path";
import { type Author, type ComponentRef, type Recipe, type Resolution, type TraceEntry } from "./types";

/** What the drawing is made from. */
export interface GraphSource extends Pick<Resolution, "recipe" | "trace"> {
  readonly digest: string;
  readonly levels: readonly (readonly string[])[];
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/** What is drawn of a recipe: its components, who brought each in, and what waits for what. */
export interface GraphModel {
  readonly recipe: Recipe;
  readonly digest: string;
  /** By level, then by name. */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Who brought in a component, in the order in which the documents were laid. */
  readonly authors: readonly Author[];
}

export interface GraphNode {
  /** Place in the order of deployment, from 0; also what tells nodes apart in the markup, since names may hold anything. */
  readonly index: number;
  readonly component: ComponentRef;
  readonly level: number;
  /** What is deployed: `chart metrics 0.2.1`, `manifests`. */
  readonly what: string;
  /** Absent when nothing is known about who wrote the recipe. */
  readonly added?: NodeOrigin;
}

export interface NodeOrigin {
  /** Index into the model's `authors`. */
  readonly author: number;
  /** File and line, from the folder of overlays or mixins on. */
  readonly place: string;
  /** Names of other documents that say something about the component. */
  readonly changedBy: readonly string[];
}

export interface GraphEdge {
  readonly from: GraphNode;
  readonly to: GraphNode;
  /** Whether `to` would wait for `from` anyway, because of its other dependencies. */
  readonly isImplied: boolean;
}

export function modelOf(source: GraphSource): GraphModel {
  const { recipe, digest, levels } = source;
  const entries = entriesByComponent(source.trace);
  const authors = authorsOf(recipe, [...entries.values()].flat());
  const components = new Map(recipe.componentRefs.map((component) => [component.name, component]));
  const nodes = levels.flatMap((names, level) =>
    names.flatMap((name): readonly GraphNode[] => {
      const component = components.get(name);
      if (component === undefined) return [];
      const added = originOf(entries.get(name) ?? [], authors);
      const index = recipe.deploymentOrder.indexOf(name);
      return [{ index, component, level, what: whatOf(component), ...(added === undefined ? {} : { added }) }];
    }),
  );
  return { recipe, digest, nodes, edges: edgesOf(source, nodes), authors };
}

function entriesByComponent(trace: readonly TraceEntry[]): ReadonlyMap<string, readonly TraceEntry[]> {
  const entries = new Map<string, TraceEntry[]>();
  for (const entry of trace) {
    const [list, name = ""] = parsePath(entry.path) ?? [];
    if (list !== "componentRefs" || typeof name !== "string") continue;
    const before = entries.get(name);
    if (before === undefined) entries.set(name, [entry]);
    else before.push(entry);
  }
  return entries;
}

const BROUGHT_IN = /^componentRefs\.(?:[^."]+|"(?:[^"\\]|\\.)*")\.name$/;

/** Overlays as they were laid, then mixins by name. */
function authorsOf(recipe: Recipe, entries: readonly TraceEntry[]): readonly Author[] {
  const authors = new Map<string, Author>();
  for (const { path, by } of entries) if (by !== undefined && BROUGHT_IN.test(path)) authors.set(keyOf(by), by);
  const overlays = recipe.metadata.appliedOverlays;
  const rank = ({ kind, name }: Author): number => (kind === "mixin" ? overlays.length : overlays.indexOf(name));
  return [...authors.values()].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

const keyOf = ({ kind, name }: Author): string => `${kind} ${name}`;

function originOf(entries: readonly TraceEntry[], authors: readonly Author[]): NodeOrigin | undefined {
  const added = entries.find(({ path }) => BROUGHT_IN.test(path));
  if (added?.by === undefined) return undefined;
  const by = keyOf(added.by);
  const others = new Map<string, string>();
  for (const entry of entries)
    for (let step: TraceEntry | undefined = entry; step !== undefined; step = step.replaced)
      if (step.by !== undefined && keyOf(step.by) !== by) others.set(keyOf(step.by), step.by.name);
  return {
    author: authors.findIndex((author) => keyOf(author) === by),
    place: `${added.file.split("/").slice(-2).join("/")}:${added.line ?? 1}`,
    changedBy: [...others.values()].sort(),
  };
}

function whatOf({ type, name, chart, version, tag }: ComponentRef): string {
  if (type === "Manifest") return "manifests";
  if (type === "Kustomize") return `kustomization ${tag ?? ""}`.trim();
  return [
    "chart",
    ...(chart === undefined || chart === name ? [] : [chart]),
    ...(version === undefined ? [] : [version]),
  ].join(" ");
}

function edgesOf({ edges }: GraphSource, nodes: readonly GraphNode[]): readonly GraphEdge[] {
  const byName = new Map(nodes.map((node) => [node.component.name, node]));
  // Nodes come by level, so what a component waits for is known before it.
  const before = new Map<string, ReadonlySet<string>>();
  for (const { component } of nodes) {
    const all = component.dependencyRefs.flatMap((name) => [name, ...(before.get(name) ?? [])]);
    before.set(component.name, new Set(all));
  }
  return edges.flatMap(([first, then]): readonly GraphEdge[] => {
    const [from, to] = [byName.get(first), byName.get(then)];
    if (from === undefined || to === undefined) return [];
    const isImplied = to.component.dependencyRefs.some((other) => other !== first && before.get(other)?.has(first));
    return [{ from, to, isImplied }];
  });
}

/**
 * Lexicographic topological order: of all that could come next, the first by name. The same whatever the order of the input.
 *
 * @param edges - For each node what must come before it; only nodes of the same graph.
 * @returns The order, and what is left over because it waits for itself.
 */
export function topologicalOrder(edges: ReadonlyMap<string, readonly string[]>): {
  readonly order: readonly string[];
  readonly cyclic: readonly string[];
} {
  const waiting = new Map([...edges].map(([node, before]) => [node, new Set(before)]));
  const byName = [...edges.keys()].sort();
  const order: string[] = [];
  for (;;) {
    const next = byName.find((node) => waiting.get(node)?.size === 0);
    if (next === undefined) break;
    order.push(next);
    waiting.delete(next);
    for (const before of waiting.values()) before.delete(next);
  }
  return { order, cyclic: byName.filter((node) => waiting.has(node)) };
}

/** Ways round in circles, each starting and ending with the same node; no node is in two of them. */
export function findCycles(
  edges: ReadonlyMap<string, readonly string[]>,
  cyclic: readonly string[],
): readonly (readonly string[])[] {
  if (cyclic.length === 0) return [];
  const cycle = findCycle(edges, cyclic);
  const rest = cyclic.filter((node) => !cycle.includes(node));
  const within = rest.map((node) => [node, (edges.get(node) ?? []).filter((before) => rest.includes(before))] as const);
  return [cycle, ...findCycles(edges, topologicalOrder(new Map(within)).cyclic)];
}

/** One way round in a circle. */
function findCycle(edges: ReadonlyMap<string, readonly string[]>, among: readonly string[]): readonly string[] {
  const inside = new Set(among);
  const walk: string[] = [];
  let node = among[0];
  while (node !== undefined && !walk.includes(node)) {
    walk.push(node);
    node = edges.get(node)?.find((before) => inside.has(before));
  }
  return node === undefined ? walk : [...walk.slice(walk.indexOf(node)), node];
}

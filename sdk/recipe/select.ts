import { CairnError } from "../errors";
import { type Catalog, type Overlay } from "./catalog";
import { matches, specificity } from "./criteria";
import { ROOT } from "./references";
import { type Criteria, type Dimension, DIMENSIONS } from "./types";

/** A stated dimension that no overlay covers, and what would be covered. */
export interface Uncovered {
  readonly dimension: Dimension;
  readonly requested: string;
  /** Each is a change to the criteria that leads to a recipe. */
  readonly validCompletions: readonly Completion[];
}

export type Completion = { readonly [D in Dimension]?: string };

/** Criteria that the catalogue has no recipe for. */
export class CoverageError extends CairnError<"RECIPE_UNCOVERED"> {
  readonly uncovered: readonly Uncovered[];

  constructor(uncovered: readonly Uncovered[]) {
    super("RECIPE_UNCOVERED", "the catalogue has no recipe for these criteria", {
      findings: uncovered.map(({ dimension, requested, validCompletions }) => ({
        path: dimension,
        message: `nothing covers ${dimension} "${requested}" here; ${completionsText(validCompletions)}`,
      })),
      hint: "change the criteria, or add an overlay with `--data`",
    });
    this.uncovered = uncovered;
  }
}

/**
 * The overlays that make up a recipe, in the order in which they are applied: every overlay that matches and that no other match builds
 * on, each after its bases; the least specific chain first, then by name.
 */
export function selectOverlays(catalog: Catalog, query: Criteria): readonly Overlay[] {
  const root = catalog.overlays.get(ROOT);
  const applied = new Map<string, Overlay>(root === undefined ? [] : [[ROOT, root]]);
  for (const leaf of maximalLeaves(catalog, query)) {
    for (const overlay of chainOf(catalog, leaf)) applied.set(overlay.name, overlay);
  }
  const uncovered = uncoveredBy([...applied.values()], query);
  if (uncovered.length > 0) throw new CoverageError(uncovered.map((dimension) => describe(catalog, query, dimension)));
  return [...applied.values()];
}

function maximalLeaves(catalog: Catalog, query: Criteria): readonly Overlay[] {
  const found = [...catalog.overlays.values()].filter((overlay): overlay is Selectable => isMatch(overlay, query));
  const ancestors = new Set(found.flatMap((overlay) => chainOf(catalog, overlay).slice(0, -1)));
  return found
    .filter((overlay) => !ancestors.has(overlay))
    .sort((a, b) => specificity(a.criteria) - specificity(b.criteria) || (a.name < b.name ? -1 : 1));
}

type Selectable = Overlay & { readonly criteria: Criteria };

function isMatch({ criteria }: Overlay, query: Criteria): boolean {
  return criteria !== undefined && matches(criteria, query);
}

/** From the root down to an overlay. */
function chainOf(catalog: Catalog, leaf: Overlay): readonly Overlay[] {
  const chain: Overlay[] = [];
  for (let overlay: Overlay | undefined = leaf; overlay !== undefined; overlay = parentOf(catalog, overlay)) {
    chain.unshift(overlay);
  }
  return chain;
}

function parentOf(catalog: Catalog, overlay: Overlay): Overlay | undefined {
  return overlay.name === ROOT ? undefined : catalog.overlays.get(overlay.value.spec.base || ROOT);
}

function uncoveredBy(applied: readonly Overlay[], query: Criteria): readonly Dimension[] {
  return DIMENSIONS.filter(
    (dimension) =>
      query[dimension] !== "any" && !applied.some(({ criteria }) => criteria?.[dimension] === query[dimension]),
  );
}

function describe(catalog: Catalog, query: Criteria, dimension: Dimension): Uncovered {
  return { dimension, requested: query[dimension], validCompletions: completions(catalog, query, dimension) };
}

/**
 * Additions to the query that make an overlay with the requested value match; when there are none, other values for the dimension. Each
 * is tried before it is offered.
 */
function completions(catalog: Catalog, query: Criteria, dimension: Dimension): readonly Completion[] {
  const overlays = [...catalog.overlays.values()].filter(
    (overlay): overlay is Selectable => overlay.criteria !== undefined && overlay.criteria[dimension] !== "any",
  );
  const offers = (mayChange: (overlay: Selectable) => boolean): readonly Completion[] => {
    const found = new Map<string, Completion>();
    for (const { criteria } of overlays.filter(mayChange)) {
      const changed = DIMENSIONS.filter((d) => criteria[d] !== "any" && criteria[d] !== query[d]);
      const conflict = changed.some((d) => d !== dimension && query[d] !== "any");
      const completion = Object.fromEntries(changed.map((d) => [d, criteria[d]]));
      if (conflict) continue;
      for (const whole of completed(catalog, query, completion)) found.set(JSON.stringify(whole), whole);
    }
    return minimal([...found.keys()].sort().flatMap((key) => found.get(key) ?? []));
  };
  const added = offers(({ criteria }) => criteria[dimension] === query[dimension]);
  return added.length > 0 ? added : offers(() => true);
}

/** A completion if it leads to a recipe, or with what one more overlay asks for, which names what is still uncovered. */
function completed(catalog: Catalog, query: Criteria, completion: Completion): readonly Completion[] {
  const asked: Criteria = { ...query, ...completion };
  if (isCovered(catalog, asked)) return [completion];
  return [...catalog.overlays.values()].flatMap(({ criteria }) => {
    if (criteria === undefined) return [];
    const added = DIMENSIONS.filter((d) => criteria[d] !== "any" && criteria[d] !== asked[d]);
    if (added.length === 0 || added.some((d) => asked[d] !== "any")) return [];
    const more = { ...completion, ...Object.fromEntries(added.map((d) => [d, criteria[d]])) };
    return isCovered(catalog, { ...asked, ...more }) ? [more] : [];
  });
}

/** Without those that ask for more than another one does. */
function minimal(completions: readonly Completion[]): readonly Completion[] {
  const asksMore = (more: Completion, less: Completion): boolean =>
    more !== less && Object.entries(less).every(([dimension, value]) => more[dimension as Dimension] === value);
  return completions.filter((completion) => !completions.some((other) => asksMore(completion, other)));
}

/** Whether there is a recipe for a query: each dimension that it states is named by an overlay that would be applied. */
export function isCovered(catalog: Catalog, query: Criteria): boolean {
  const applied = maximalLeaves(catalog, query).flatMap((leaf) => chainOf(catalog, leaf));
  return uncoveredBy(applied, query).length === 0;
}

function completionsText(completions: readonly Completion[]): string {
  const texts = completions.map((completion) =>
    Object.entries(completion)
      .map(([dimension, value]) => `${dimension}=${value}`)
      .join(" "),
  );
  return texts.length === 0 ? "no change of one value helps" : `covered with: ${texts.join(" | ")}`;
}

import { type Catalog } from "./catalog";
import { knownValues } from "./criteria";
import { isCovered } from "./select";
import { type Criteria, type Dimension, DIMENSIONS } from "./types";

/**
 * Criteria that a catalogue has a recipe for, as a product: any value of one dimension goes with any value of the others. `"any"` among
 * them means that the dimension may be left out.
 */
export type CoveredProduct = { readonly [D in Dimension]: readonly string[] };

/** Dimensions in which products of one service are tried to be joined, in each of these orders. Intents come last: they are headings. */
const joiningOrders = (): readonly (readonly Dimension[])[] =>
  permutations<Dimension>(["accelerator", "os", "platform"]).map((order) => [...order, "intent"]);

/**
 * What a catalogue covers, as few products that exclude each other: together they hold exactly the criteria, of all that its overlays
 * name, for which `resolve` finds a recipe.
 *
 * @returns by service, then by intent; the same for the same catalogue.
 */
export function coverageOf(catalog: Catalog): readonly CoveredProduct[] {
  const orders = joiningOrders();
  return valuesOf(catalog, "service").flatMap((service) => {
    const single = coveredQueries(catalog, service).map(productOf);
    const [first = [], ...others] = orders.map((order) => joined(single, order));
    return others.reduce((best, products) => (products.length < best.length ? products : best), first);
  });
}

/** All criteria that a catalogue has a recipe for, one by one. */
export function coveredCriteria(catalog: Catalog): readonly Criteria[] {
  return valuesOf(catalog, "service").flatMap((service) => coveredQueries(catalog, service));
}

function valuesOf(catalog: Catalog, dimension: Dimension): readonly string[] {
  return ["any", ...knownValues(catalog, dimension)];
}

const productOf = ({ service, accelerator, intent, os, platform }: Criteria): CoveredProduct => ({
  service: [service],
  accelerator: [accelerator],
  intent: [intent],
  os: [os],
  platform: [platform],
});

function coveredQueries(catalog: Catalog, service: string): readonly Criteria[] {
  return valuesOf(catalog, "intent").flatMap((intent) =>
    valuesOf(catalog, "accelerator").flatMap((accelerator) =>
      valuesOf(catalog, "os").flatMap((os) =>
        valuesOf(catalog, "platform")
          .map((platform) => ({ service, accelerator, intent, os, platform, nodes: 0 }))
          .filter((query) => isCovered(catalog, query)),
      ),
    ),
  );
}

/** Joins products that differ in one dimension only, dimension by dimension, until none is left. */
function joined(products: readonly CoveredProduct[], order: readonly Dimension[]): readonly CoveredProduct[] {
  const fewer = order.reduce(joinedIn, products);
  return fewer.length < products.length ? joined(fewer, order) : fewer;
}

function joinedIn(products: readonly CoveredProduct[], dimension: Dimension): readonly CoveredProduct[] {
  const alike = new Map<string, CoveredProduct>();
  for (const product of products) {
    const key = JSON.stringify(DIMENSIONS.filter((d) => d !== dimension).map((d) => product[d]));
    const other = alike.get(key);
    alike.set(key, other ? { ...other, [dimension]: [...other[dimension], ...product[dimension]] } : product);
  }
  return [...alike.values()];
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

import { CairnError, type Finding } from "../../errors";
import { type Catalog } from "../catalog";
import { criteriaOf } from "../criteria";
import { declaredProfiles } from "../profiles";
import { resolve } from "../resolve";
import { type Criteria, DIMENSIONS, type Recipe, type Resolution } from "../types";

/** Far more than any catalogue we know names; a catalogue that is made to have more must not keep a machine busy for hours. */
const MAX_COMBINATIONS = 20_000;

/** Every kind of cluster that a catalogue is for, and the recipe that it gets. */
export interface Coordinates {
  readonly resolved: readonly Resolution[];
  /** What keeps the others from being composed; each once, with the first criteria that showed it. */
  readonly problems: readonly Finding[];
  /** Whether all combinations of the criteria were tried. */
  readonly complete: boolean;
}

/** Composes a recipe for the criteria of each overlay, for each largest combination of them, and for each other value of a profile. */
export function composeAll(catalog: Catalog): Coordinates {
  const { criteria, complete } = coordinatesOf(catalog);
  const problems = new Map<string, Finding>();
  const compose = (coordinate: Criteria, profiles: Readonly<Record<string, string>>): Resolution | undefined => {
    try {
      return resolve(catalog, coordinate, { profiles });
    } catch (error) {
      if (!(error instanceof CairnError)) throw error;
      for (const problem of error.findings) {
        const { file, line, column, message, hint } = problem;
        const key = JSON.stringify([file, line, column, message]);
        const command = `\`cairn recipe${flagsOf(coordinate, profiles)}\` shows it`;
        const found = { ...problem, hint: hint === undefined ? command : `${hint}; ${command}` };
        if (!problems.has(key)) problems.set(key, found);
      }
      return undefined;
    }
  };
  const resolved = criteria.flatMap((coordinate) => {
    const first = compose(coordinate, {});
    if (first === undefined) return [];
    return [first, ...otherChoices(catalog, first.recipe).flatMap((profiles) => compose(coordinate, profiles) ?? [])];
  });
  return { resolved, problems: [...problems.values()], complete };
}

/** Each value of each profile that does not count by default. */
function otherChoices(catalog: Catalog, { metadata }: Recipe): readonly Readonly<Record<string, string>>[] {
  const overlays = metadata.appliedOverlays.flatMap((name) => catalog.overlays.get(name) ?? []);
  return [...declaredProfiles(overlays)].flatMap(([name, { profile }]) =>
    Object.keys(profile.values)
      .filter((value) => value !== profile.default)
      .map((value) => ({ [name]: value })),
  );
}

/**
 * No criteria at all, those of overlays, and their combinations to which no further overlay could be added. Whoever asks for less gets
 * parts of these recipes.
 */
function coordinatesOf(catalog: Catalog): { readonly criteria: readonly Criteria[]; readonly complete: boolean } {
  const stated = [...catalog.overlays.values()].flatMap(({ criteria }) => criteria ?? []);
  const own = new Map([criteriaOf({}), ...stated].map((criteria) => [keyOf(criteria), criteria]));
  const all = new Map(own);
  const coordinates = new Map(own);
  // A map's iterator also visits what is added on the way.
  for (const [key, criteria] of all) {
    const joined = [...own.values()].flatMap((other) => join(criteria, other) ?? []);
    const larger = joined.filter((one) => keyOf(one) !== key);
    if (larger.length === 0) coordinates.set(key, criteria);
    for (const one of larger) if (all.size < MAX_COMBINATIONS) all.set(keyOf(one), one);
  }
  return { criteria: [...coordinates.values()], complete: all.size < MAX_COMBINATIONS };
}

/** Both at once; nothing when they want different things. */
function join(a: Criteria, b: Criteria): Criteria | undefined {
  const joined = { ...a };
  for (const dimension of DIMENSIONS) {
    if (b[dimension] === "any" || b[dimension] === a[dimension]) continue;
    if (a[dimension] !== "any") return undefined;
    joined[dimension] = b[dimension];
  }
  return joined;
}

const keyOf = (criteria: Criteria): string => DIMENSIONS.map((dimension) => criteria[dimension]).join("\n");

function flagsOf(criteria: Criteria, profiles: Readonly<Record<string, string>>): string {
  const stated = DIMENSIONS.filter((dimension) => criteria[dimension] !== "any");
  return [
    ...stated.map((dimension) => ` --${dimension} ${criteria[dimension]}`),
    ...Object.entries(profiles).map(([name, value]) => ` --profile ${name}=${value}`),
  ].join("");
}

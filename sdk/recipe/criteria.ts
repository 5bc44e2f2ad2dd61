import { CairnError, type Finding } from "../errors";
import { type Catalog } from "./catalog";
import { suggestion } from "../nearest";
import { type Criteria, type CriteriaInput, type Dimension, DIMENSIONS } from "./types";

/** Other names for a value. Same as those of AICR's criteria parser. */
const ALIASES: Readonly<Record<Dimension, Readonly<Record<string, string>>>> = {
  service: { "self-managed": "any", self: "any", vanilla: "any" },
  accelerator: {},
  intent: {},
  // The last one is what the system calls itself.
  os: { al2: "amazonlinux", al2023: "amazonlinux", amzn: "amazonlinux" },
  platform: {},
};

/**
 * Reads criteria as people write them: any case, aliases, nothing for "any".
 *
 * @param input - What was asked for. `nodes` may be text, as from a command line.
 * @param catalog - Whose values are known. Without it any value is taken.
 * @throws CairnError `CRITERIA_INVALID` with every dimension and value that nobody knows, and what they may have been meant to be.
 * @example
 * parseCriteria({ service: "local", accelerator: "H100", intent: "training" }, builtinCatalog());
 */
export function parseCriteria(input: CriteriaInput, catalog?: Catalog): Criteria {
  const findings: Finding[] = [];
  for (const key of Object.keys(input)) {
    if (key === "nodes" || (DIMENSIONS as readonly string[]).includes(key)) continue;
    findings.push({ path: key, message: "unknown criterion", ...suggestion(key, [...DIMENSIONS, "nodes"]) });
  }
  const notText = DIMENSIONS.filter((dimension) => typeof (input[dimension] ?? "") !== "string");
  findings.push(...notText.map((path) => ({ path, message: "must be text" })));
  const criteria = criteriaOf({ ...input, ...Object.fromEntries(notText.map((dimension) => [dimension, ""])) });
  if (!Number.isSafeInteger(criteria.nodes) || criteria.nodes < 0) {
    findings.push({ path: "nodes", message: `"${input.nodes}" is not a number of nodes` });
  }
  if (catalog !== undefined)
    findings.push(...DIMENSIONS.flatMap((dimension) => unknownValue(criteria, dimension, catalog)));
  if (findings.length > 0) throw new CairnError("CRITERIA_INVALID", "the recipe criteria cannot be used", { findings });
  return criteria;
}

/** Criteria in normal form, unchecked. */
export function criteriaOf(
  input: { readonly [D in Dimension]?: string | null | undefined } & {
    readonly nodes?: number | string | null | undefined;
  },
): Criteria {
  const value = (dimension: Dimension): string => {
    const text = (input[dimension] ?? "").trim().toLowerCase();
    const alias = Object.hasOwn(ALIASES[dimension], text) ? ALIASES[dimension][text] : undefined;
    return alias ?? (text === "" ? "any" : text);
  };
  return {
    service: value("service"),
    accelerator: value("accelerator"),
    intent: value("intent"),
    os: value("os"),
    platform: value("platform"),
    nodes: Number(input.nodes ?? 0),
  };
}

/** Whether an overlay is meant for a query. A specific overlay never matches a query that leaves its dimension open. */
export function matches(overlay: Criteria, query: Criteria): boolean {
  return DIMENSIONS.every((dimension) => overlay[dimension] === "any" || overlay[dimension] === query[dimension]);
}

/** Number of dimensions that are not left open. */
export function specificity(criteria: Criteria): number {
  return DIMENSIONS.filter((dimension) => criteria[dimension] !== "any").length;
}

/** The values of a dimension that some overlay of a catalogue names, sorted. */
export function knownValues(catalog: Catalog, dimension: Dimension): readonly string[] {
  const values = new Set([...catalog.overlays.values()].map(({ criteria }) => criteria?.[dimension] ?? "any"));
  values.delete("any");
  return [...values].sort();
}

function unknownValue(criteria: Criteria, dimension: Dimension, catalog: Catalog): readonly Finding[] {
  const value = criteria[dimension];
  if (value === "any") return [];
  const known = knownValues(catalog, dimension);
  if (known.includes(value)) return [];
  const names = known.length === 0 ? "the catalogue names none" : `known: ${known.join(", ")}`;
  return [{ path: dimension, message: `unknown value "${value}"; ${names}`, ...suggestion(value, known) }];
}

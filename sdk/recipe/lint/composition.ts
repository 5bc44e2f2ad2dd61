import { type Finding } from "../../errors";
import { type Catalog, type Overlay } from "../catalog";
import { ROOT } from "../references";
import { finding, type Rule } from "./rule";

const MAX_DEPTH = 10;

const resolves: Rule = {
  name: "resolves",
  severity: "error",
  why: "Every kind of cluster that the criteria can be combined to has a recipe: no contradiction, no circle, nothing left out.",
  check: ({ coordinates }) => coordinates.problems,
};

const tooManyCombinations: Rule = {
  name: "too-many-combinations",
  severity: "warning",
  why: "The criteria of a catalogue can be combined to so many kinds of cluster that `resolves` tries only the first.",
  check: ({ coordinates: { complete, resolved } }) =>
    complete ? [] : [{ message: `only ${resolved.length} recipes were tried`, hint: "lint parts of the catalogue" }],
};

const noEffect: Rule = {
  name: "no-effect",
  severity: "warning",
  why: 'What a document says has an effect somewhere: a constraint that demands less than an earlier one, or `enabled: "false"` as text, has none.',
  check: ({ coordinates }) =>
    // What depends on who asks for the recipe stands in no document.
    coordinates.resolved.flatMap(({ warnings }) => warnings.filter(({ file }) => file !== undefined)),
};

const baseDepth: Rule = {
  name: "base-depth",
  severity: "warning",
  why: `At most ${MAX_DEPTH} overlays build on one another: nobody can follow a longer chain.`,
  check: ({ catalog }) =>
    [...catalog.overlays.values()]
      .filter((overlay) => depthOf(catalog, overlay) === MAX_DEPTH + 1)
      .map((overlay) => {
        const message = `"${overlay.name}" is ${MAX_DEPTH + 1} overlays away from the root`;
        return finding(overlay, ["spec", "base"], message, "build on an overlay nearer to the root, or use a mixin");
      }),
};

/** Loading has made sure that bases do not run in a circle. */
function depthOf(catalog: Catalog, { name, value }: Overlay): number {
  const base = name === ROOT ? undefined : catalog.overlays.get(value.spec.base || ROOT);
  return base === undefined ? 0 : 1 + depthOf(catalog, base);
}

const unusedMixin: Rule = {
  name: "unused-mixin",
  severity: "warning",
  why: "A mixin is in some overlay's `mixins`; another one is never laid, and so never tried.",
  check: ({ catalog }) => {
    const used = new Set([...catalog.overlays.values()].flatMap(({ value }) => value.spec.mixins ?? []));
    return [...catalog.mixins.values()]
      .filter(({ name }) => !used.has(name))
      .map((mixin): Finding => {
        const message = `no overlay uses the mixin "${mixin.name}"`;
        return finding(mixin, ["metadata", "name"], message, "add it to the `mixins` of an overlay, or remove it");
      });
  },
};

const unusedOverlay: Rule = {
  name: "unused-overlay",
  severity: "warning",
  why: "An overlay without criteria is the `base` of another; it is never chosen by itself.",
  check: ({ catalog: { overlays } }) => {
    const bases = new Set([ROOT, ...[...overlays.values()].map(({ value }) => value.spec.base)]);
    return [...overlays.values()]
      .filter(({ name, criteria }) => criteria === undefined && !bases.has(name))
      .map((overlay) => {
        const message = `"${overlay.name}" has no criteria, and no overlay builds on it`;
        return finding(overlay, ["metadata", "name"], message, "give it criteria, build on it, or remove it");
      });
  },
};

export const COMPOSITION: readonly Rule[] = [
  resolves,
  tooManyCombinations,
  noEffect,
  baseDepth,
  unusedMixin,
  unusedOverlay,
];

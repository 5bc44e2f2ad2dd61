import { type Finding } from "../../errors";
import { type Overlay } from "../catalog";
import { where } from "../constraints";
import { type Dimension, DIMENSIONS } from "../types";
import { finding, type Rule } from "./rule";
import { documentsOf } from "./walk";

/** The order in which a name says what an overlay or a recipe is for. */
export const ORDER: readonly Dimension[] = ["accelerator", "service", "os", "intent", "platform"];

const VALUE = /^[a-z0-9]+(-[a-z0-9]+)*$/;

const overlayName: Rule = {
  name: "overlay-name",
  severity: "warning",
  why: "An overlay is called `<accelerator>-<service>-<os>-<intent>-<platform>`, without what its criteria leave open, so that people find it.",
  check: ({ catalog }) =>
    [...catalog.overlays.values()].flatMap((overlay): readonly Finding[] => {
      const names = namesFor(overlay);
      const [shortest] = names;
      if (shortest === undefined || names.includes(overlay.name)) return [];
      const message = `"${overlay.name}" does not say what the overlay is for`;
      return [finding(overlay, ["metadata", "name"], message, `call it ${shortest}, as its criteria say`)];
    }),
};

/** The shortest first. A criterion that is written out as `any` may be in the name, as in `gb200-any`. */
function namesFor({ criteria, value }: Overlay): readonly string[] {
  const stated = value.spec.criteria;
  // A wildcard for everything has nothing to be named after.
  if (!stated || criteria === undefined || ORDER.every((dimension) => criteria[dimension] === "any")) return [];
  const options = ORDER.map((dimension) => {
    if (criteria[dimension] !== "any") return [criteria[dimension]];
    return stated[dimension] ? ["", "any"] : [""];
  });
  const parts = options.reduce<readonly string[][]>(
    (names, words) => names.flatMap((name) => words.map((word) => (word === "" ? name : [...name, word]))),
    [[]],
  );
  return parts.map((words) => words.join("-")).sort((a, b) => a.length - b.length);
}

const fileName: Rule = {
  name: "file-name",
  severity: "warning",
  why: "A file is called like the overlay or mixin in it: findings and traces name files, `base` and `mixins` name documents.",
  check: ({ catalog }) =>
    documentsOf(catalog).flatMap((document): readonly Finding[] => {
      const [, folder = "", file = ""] = /^(.*\/)([^/]+)\.ya?ml$/.exec(document.path) ?? [];
      if (file === document.name) return [];
      const message = `"${document.name}" stands in a file called ${file}`;
      return [finding(document, ["metadata", "name"], message, `rename the file to ${folder}${document.name}.yaml`)];
    }),
};

const criteriaValue: Rule = {
  name: "criteria-value",
  severity: "error",
  why: "Criteria are lower-case letters, digits and single dashes, because they become names, options of the command line and types.",
  check: ({ catalog }) =>
    [...catalog.overlays.values()].flatMap((overlay) =>
      DIMENSIONS.flatMap((dimension): readonly Finding[] => {
        const value = overlay.value.spec.criteria?.[dimension];
        if (!value || VALUE.test(value)) return [];
        const message = `"${value}" is not made of lower-case letters, digits and single dashes`;
        const hint = `write it like ${normal(value) || "h100"}`;
        return [finding(overlay, ["spec", "criteria", dimension], message, hint)];
      }),
    ),
};

const normal = (value: string): string =>
  value
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

const duplicateCriteria: Rule = {
  name: "duplicate-criteria",
  severity: "error",
  why: "Two overlays for the same criteria hide what a cluster gets: which of them counts is decided by their names.",
  check: ({ catalog }) => {
    const first = new Map<string, Overlay>();
    return [...catalog.overlays.values()].flatMap((overlay): readonly Finding[] => {
      const { criteria } = overlay;
      if (criteria === undefined) return [];
      const stated = DIMENSIONS.filter((dimension) => criteria[dimension] !== "any");
      const key = stated.map((dimension) => `${dimension}=${criteria[dimension]}`).join(", ");
      const other = first.get(key);
      // There may be any number of overlays for everything.
      if (key === "") return [];
      if (other === undefined) {
        first.set(key, overlay);
        return [];
      }
      const at = where({ document: other, path: ["spec", "criteria"] });
      const message = `"${overlay.name}" is for ${key}, and so is "${other.name}" (${at})`;
      return [
        finding(overlay, ["spec", "criteria"], message, "make one of the two, or tell them apart by a criterion"),
      ];
    });
  },
};

export const NAMING: readonly Rule[] = [overlayName, fileName, criteriaValue, duplicateCriteria];

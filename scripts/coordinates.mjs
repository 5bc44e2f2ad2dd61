// Prints docs/coordinates.md: every coordinate that the built-in catalogue covers, from the compiled sources.
//   npm run build && node scripts/coordinates.mjs > docs/coordinates.md
import { createRequire } from "node:module";

const { builtinCatalog, CoverageError, DIMENSIONS, recipeDigest, resolve } = createRequire(import.meta.url)(
  "../sdk/dist/recipe",
);

const HEAD = ["Accelerator", "Intent", "OS", "Platform", "Components", "Digest"];
const catalog = builtinCatalog();
const criteria = [...catalog.overlays.values()].flatMap((overlay) => overlay.criteria ?? []);
const values = (dimension) =>
  [...new Set(criteria.map((one) => one[dimension]))].filter((value) => value !== "any").sort();

/** What is stated beside the service. A platform may be left open; the rest is stated where the service has a choice. */
function coordinatesOf(service) {
  const has = (query) => recipeOf({ service, ...query }) !== undefined;
  const choices = (dimension, query) => values(dimension).filter((value) => has({ ...query, [dimension]: value }));
  return choices("accelerator", {}).flatMap((accelerator) =>
    choices("intent", { accelerator }).flatMap((intent) => {
      const systems = choices("os", { accelerator, intent });
      return (systems.length === 0 ? ["any"] : systems).flatMap((os) =>
        ["any", ...choices("platform", { accelerator, intent, os })].map((platform) => ({
          accelerator,
          intent,
          os,
          platform,
        })),
      );
    }),
  );
}

function recipeOf(query) {
  const open = Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, "any"]));
  try {
    return resolve(catalog, { ...open, nodes: 0, ...query }).recipe;
  } catch (error) {
    if (error instanceof CoverageError) return undefined;
    throw error;
  }
}

function rowOf(service, coordinate) {
  const recipe = recipeOf({ service, ...coordinate });
  const stated = Object.values(coordinate).map((value) => (value === "any" ? "" : value));
  return [...stated, String(recipe.componentRefs.length), `\`${recipeDigest(recipe).slice(7, 19)}\``];
}

/** As prettier lays a table out. */
function table(rows) {
  const widths = HEAD.map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  const [head, ...body] = rows;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

const sections = values("service").map((service) => {
  const coordinates = coordinatesOf(service);
  return `## ${service}\n\n${table([HEAD, ...coordinates.map((coordinate) => rowOf(service, coordinate))])}\n`;
});

console.log(`# Coordinates

What the built-in catalogue has recipes for, with the defaults of their profiles. Less may be stated, such as a service alone. The digest
is the start of the recipe's; it moves when anything that the recipe does moves. Printed by \`node scripts/coordinates.mjs\`.

${sections.join("\n").trimEnd()}`);

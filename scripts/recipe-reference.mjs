// Prints docs/recipe-reference.md: every field of a catalogue's documents, from the compiled schemas and the descriptions in them.
//   npm run build && node scripts/recipe-reference.mjs > docs/recipe-reference.md
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const schemas = require("../sdk/dist/recipe/schema");
const { gateSchema } = require("../sdk/dist/recipe/parse-gate");
const { elementOf } = require("../sdk/dist/map-of");

const DOCUMENTS = [
  schemas.overlaySchema,
  schemas.mixinSchema,
  schemas.registrySchema,
  schemas.thresholdsSchema,
  schemas.regionsSchema,
  schemas.validatorsSchema,
  gateSchema,
  schemas.pointerSchema,
];
const parts = new Map(Object.entries(schemas.PARTS).map(([title, { shape }]) => [shape, title]));

/** Fields that nobody has described. */
const undescribed = [];

/** Without what says that the field may be left out. */
const inner = (schema) => (["optional", "nullable"].includes(schema.type) ? inner(schema.unwrap()) : schema);

const linkTo = (title) => `[${title}](#${title.toLowerCase().replaceAll(" ", "-")})`;
const quoted = (values) => values.map((value) => `\`${value}\``).join(", ");

/** A custom format tells in its message what a text must be. */
function textType({ def: { checks = [] } }) {
  const [message] = checks.map((check) => check._zod.def.error?.({}) ?? "");
  return message?.startsWith("must be ") ? `text: ${message.slice("must be ".length)}` : "text";
}

const NAMES = {
  string: textType,
  number: ({ minValue }) => (minValue > 0 ? `whole number from ${minValue}` : "whole number"),
  boolean: () => "true or false",
  literal: ({ value }) => `\`${value}\``,
  enum: ({ options }) => `${options.length > 1 ? "one of " : ""}${quoted(options)}`,
  array: ({ element }) => `list of ${typeOf(element)}`,
  object: (schema) => (parts.has(schema.shape) ? linkTo(parts.get(schema.shape)) : "map"),
  union: () => "map",
  unknown: () => "anything",
};

function typeOf(field) {
  const schema = inner(field);
  const element = elementOf(schema);
  if (element !== undefined) return `map of ${typeOf(element)}`;
  // A value of a chart.
  if (schema.type === "custom") return "anything";
  return NAMES[schema.type](schema);
}

/** Rows for the fields below a schema, but for those that a part of the page describes. */
function rowsBelow(field, path, title) {
  const schema = inner(field);
  const element = elementOf(schema);
  if (element !== undefined) return rowsBelow(element, `${path}.<key>`, title);
  if (schema.type === "array") return rowsBelow(schema.element, `${path}[]`, title);
  if (schema.type === "union") return schema.options.flatMap((option) => rowsBelow(option, path, title));
  if (schema.type !== "object" || (path !== "" && parts.has(schema.shape))) return [];
  return Object.entries(schema.shape).flatMap(([key, value]) => {
    const at = path === "" ? key : `${path}.${key}`;
    if (!value.description) undescribed.push(`${title}: ${at}`);
    const needed = value.isOptional() ? "" : "yes";
    return [[`\`${at}\``, typeOf(value), needed, value.description ?? ""], ...rowsBelow(value, at, title)];
  });
}

/** As prettier lays a table out. */
function table(rows) {
  const cells = [["Field", "Type", "Required", "What it does"], ...rows].map((row) =>
    row.map((cell) => cell.replaceAll("|", "\\|")),
  );
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  return [line(cells[0]), line(widths.map((width) => "-".repeat(width))), ...cells.slice(1).map(line)].join("\n");
}

const section = (title, schema, about) => `## ${title}\n\n${about}${table(rowsBelow(schema, "", title))}\n`;
const sections = [
  ...DOCUMENTS.map((schema) => section(schema.shape.kind.value, schema, `${schema.description}\n\n`)),
  ...Object.entries(schemas.PARTS).map(([title, schema]) => section(title, schema, "")),
];
if (undescribed.length > 0) {
  console.error(`fields without a description (\`.describe\`, last, in their schema):\n  ${undescribed.join("\n  ")}`);
  process.exit(1);
}

console.log(`# Recipe reference

Every field of the documents of a recipe catalogue. [Recipes](recipes.md) has the rules by which they are laid on one another. Objects are
closed: a field that is not here is refused. A field that is not required may also be empty, which means the same (but not in a readiness
gate). \`[]\` is any item of a list, \`<key>\` any key of a map. What says "no effect" is read so that folders written for AICR load as they
are. Printed by \`node scripts/recipe-reference.mjs\`.

${sections.join("\n").trimEnd()}`);

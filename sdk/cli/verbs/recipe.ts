import { formatFinding, printable } from "../../errors";
import {
  deploymentLevels,
  DIMENSIONS,
  explain,
  type GraphFormat,
  PHASES,
  recipeGraph,
  type Recipe,
  type Resolution,
  type TraceEntry,
} from "../../recipe";
import { type Cli } from "../cli";
import { EXIT, type ExitCode } from "../exit";
import { shortPaths } from "../files";
import { resolutionOf } from "../inputs";
import { type RecipeSelection } from "../options";
import { commandLine } from "../shell";
import { type Style } from "../style";
import { count, table } from "../table";

export interface RecipeOptions extends RecipeSelection {
  readonly explain?: string;
  readonly graph?: GraphFormat;
}

/** `cairn recipe`. */
export async function run(options: RecipeOptions, cli: Cli): Promise<ExitCode> {
  const resolution = await resolutionOf(options, cli);
  for (const warning of resolution.warnings) cli.stderr.write(`warning: ${printable(formatFinding(warning))}\n`);
  const { recipe } = resolution;
  if (options.graph !== undefined) {
    const graph = recipeGraph(resolution, options.graph);
    await cli.print({ language: options.graph, levels: deploymentLevels(recipe), graph }, () => graph);
  } else if (options.explain === undefined) {
    await cli.print(recipe, () => recipeText(resolution, options, cli.style));
  } else {
    const entries = explain(resolution, options.explain);
    await cli.print(entries, () => shortPaths(entries.map((entry) => explanation(entry, cli.style)).join("\n"), cli));
  }
  return EXIT.ok;
}

function recipeText({ recipe, digest }: Resolution, options: RecipeOptions, style: Style): string {
  const stated = DIMENSIONS.filter((dimension) => recipe.criteria[dimension] !== "any");
  const nodes = recipe.criteria.nodes > 0 ? `, ${count(recipe.criteria.nodes, "GPU node")}` : "";
  return [
    style.strong(
      `Recipe for ${stated.map((dimension) => recipe.criteria[dimension]).join(", ") || "anything"}${nodes}`,
    ),
    style.faint(`composed of ${recipe.metadata.appliedOverlays.join(" → ")}`),
    ...section("Profiles", Object.entries(recipe.metadata.profiles ?? {}), style),
    ...section(
      "Constraints",
      recipe.constraints.map(({ name, value }) => [name, value]),
      style,
    ),
    ...section("Components, in order of deployment", componentRows(recipe, style), style),
    ...section("Validation", validationRows(recipe), style),
    "",
    style.faint(digest),
    `→ next: ${style.command(nextCommand(recipe, options))}`,
  ].join("\n");
}

/** The same recipe, locked. Criteria as they were found, so that a snapshot is no longer needed. */
function nextCommand({ criteria }: Recipe, options: RecipeOptions): string {
  const { catalog, data, region, profile, set, dynamic } = options;
  const stated = Object.entries(criteria).filter(([, value]) => value !== "any" && value !== 0);
  const forms = { "set-json": options.setJson, "set-file": options.setFile };
  const choices = { catalog, data, region, profile, set, ...forms, dynamic };
  return commandLine("cairn lock", { ...Object.fromEntries(stated), ...choices });
}

function section(title: string, rows: readonly (readonly string[])[], style: Style): readonly string[] {
  return rows.length === 0 ? [] : ["", style.strong(title), table(rows)];
}

function componentRows(recipe: Recipe, style: Style): readonly (readonly string[])[] {
  const byName = new Map(recipe.componentRefs.map((component) => [component.name, component]));
  return recipe.deploymentOrder.flatMap((name) => {
    const component = byName.get(name);
    if (component === undefined) return [];
    const { chart, version, source, dependencyRefs } = component;
    const what = component.type === "Helm" ? `chart ${chart ?? name} ${version ?? ""}` : component.type.toLowerCase();
    const after = dependencyRefs.length > 0 ? `after ${dependencyRefs.join(", ")}` : "";
    return [[name, component.namespace, what.trim(), style.faint([after, source].filter(Boolean).join("  "))]];
  });
}

function validationRows(recipe: Recipe): readonly (readonly string[])[] {
  return PHASES.flatMap((phase) => {
    const spec = recipe.validation[phase];
    if (spec === undefined) return [];
    const constraints = spec.constraints.map(({ name, value }) => `${name} ${value}`);
    return [[phase, [...spec.checks, ...constraints].join(", ")]];
  });
}

/** The value, who set it, and what it was before, back to the first. */
function explanation(entry: TraceEntry, style: Style): string {
  const history: string[][] = [];
  for (let step: TraceEntry | undefined = entry; step !== undefined; step = step.replaced)
    history.push([step === entry ? "" : JSON.stringify(step.value), placeOf(step), step.rule]);
  const [current, ...earlier] = history;
  const was = earlier.map(([value, place, rule]) => `  was ${value}  ${style.faint(`${place}  ${rule}`)}`);
  return [
    `${style.strong(entry.path)} = ${JSON.stringify(entry.value)}  ${style.faint(`${current?.[1]}  ${current?.[2]}`)}`,
    ...was,
  ].join("\n");
}

const placeOf = ({ file, line }: TraceEntry): string => (line === undefined ? file : `${file}:${line}`);

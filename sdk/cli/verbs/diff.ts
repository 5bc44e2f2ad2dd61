import { resolve as resolvePath } from "node:path";
import { CairnError } from "../../errors";
import { type JsonValue } from "../../json";
import {
  type Catalog,
  diffRecipes,
  parseCriteria,
  parseRecipe,
  resolve,
  type Recipe,
  type RecipeChange,
} from "../../recipe";
import { type Cli } from "../cli";
import { EXIT, type ExitCode } from "../exit";
import { readText } from "../files";
import { catalogOf } from "../inputs";
import { type CatalogOptions } from "../options";
import { type Style } from "../style";
import { count, table } from "../table";

export interface DiffOptions extends CatalogOptions {
  readonly exitCode?: boolean;
}

/** `cairn diff`: two recipes, each by its criteria or from a file. */
export async function run(before: string, after: string, options: DiffOptions, cli: Cli): Promise<ExitCode> {
  let catalog: Catalog | undefined;
  const recipeOf = (side: string): Recipe => {
    if (!side.includes("=")) {
      const file = resolvePath(cli.cwd, side);
      const hint =
        "name a file that `cairn recipe --output json` wrote, or criteria such as service=eks,intent=training";
      return parseRecipe(readText(file, "RECIPE_FILE_MISSING", hint), file);
    }
    catalog ??= catalogOf(options, cli);
    return resolve(catalog, parseCriteria(criteriaIn(side), catalog)).recipe;
  };
  const changes = diffRecipes(recipeOf(before), recipeOf(after));
  await cli.print(changes, () => text(changes, cli.style));
  return options.exitCode === true && changes.length > 0 ? EXIT.checkFailed : EXIT.ok;
}

/** `service=eks,accelerator=h100` */
function criteriaIn(side: string): Readonly<Record<string, string>> {
  const pairs = side.split(",").map((pair) => pair.split("="));
  const isEachOnce = new Set(pairs.map(([name]) => name)).size === pairs.length;
  if (isEachOnce && pairs.every((pair) => pair.length === 2 && pair[0] !== ""))
    return Object.fromEntries(pairs.map(([name, value]) => [name, value])) as Record<string, string>;
  throw new CairnError("RECIPE_CRITERIA_INVALID", `"${side}" is neither a file nor criteria`, {
    hint: "write criteria as service=eks,accelerator=h100,intent=training",
  });
}

function text(changes: readonly RecipeChange[], style: Style): string {
  if (changes.length === 0) return "no difference";
  const rows = changes.map((change) => {
    switch (change.kind) {
      case "added":
        return [style.good("+"), change.path, short(change.after)];
      case "removed":
        return [style.bad("-"), change.path, style.faint(short(change.before))];
      case "changed":
        return [style.warn("~"), change.path, `${style.faint(short(change.before))} → ${short(change.after)}`];
    }
  });
  return `${table(rows, "")}\n\n${count(changes.length, "difference")}`;
}

/** One line; what is long is cut, and whole in JSON and YAML. */
function short(value: JsonValue): string {
  const whole = JSON.stringify(value);
  return whole.length > 72 ? `${whole.slice(0, 71)}…` : whole;
}

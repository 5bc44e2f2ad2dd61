import { formatFinding, printable } from "../../errors";
import { query } from "../../recipe";
import { encode, type Cli } from "../cli";
import { EXIT, type ExitCode } from "../exit";
import { resolutionOf } from "../inputs";
import { type RecipeSelection } from "../options";

export type QueryOptions = RecipeSelection;

/** `cairn query`: text as it is, other single values as JSON has them, and everything larger as YAML. */
export async function run(path: string, options: QueryOptions, cli: Cli): Promise<ExitCode> {
  const { recipe, warnings } = await resolutionOf(options, cli);
  for (const warning of warnings) cli.stderr.write(`warning: ${printable(formatFinding(warning))}\n`);
  const value = query(recipe, path);
  const text =
    typeof value === "string" ? value : typeof value === "object" ? await encode(value, "yaml") : String(value);
  await cli.print(value, () => text);
  return EXIT.ok;
}

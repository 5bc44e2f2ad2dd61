import { coverageModule, coverageOf } from "../../recipe";
import { type Cli } from "../cli";
import { EXIT, type ExitCode } from "../exit";
import { catalogOf } from "../inputs";
import { type CatalogOptions } from "../options";

/** `cairn types`: a TypeScript module, or the products that it is made of. A catalogue of one's own counts where the module is included. */
export async function run(options: CatalogOptions, cli: Cli): Promise<ExitCode> {
  const { catalog, data = [] } = options;
  const coverage = coverageOf(catalogOf(options, cli));
  const flags = [...(catalog === undefined ? [] : ["--catalog", catalog]), ...data.flatMap((dir) => ["--data", dir])];
  const command = ["cairn types", ...flags.map(quoted)].join(" ");
  await cli.print(coverage, () => coverageModule(coverage, command, flags.length > 0 ? "own" : "builtin"));
  return EXIT.ok;
}

function quoted(argument: string): string {
  return /^[\w./@-]+$/.test(argument) ? argument : JSON.stringify(argument);
}

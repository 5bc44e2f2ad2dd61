import { coverageModule, coverageOf } from "../../recipe";
import { type Cli } from "../cli";
import { EXIT, type ExitCode } from "../exit";
import { catalogOf } from "../inputs";
import { type CatalogOptions } from "../options";
import { commandLine } from "../shell";

/** `cairn types`: a TypeScript module, or the products that it is made of. A catalogue of one's own counts where the module is included. */
export async function run(options: CatalogOptions, cli: Cli): Promise<ExitCode> {
  const { catalog, data = [] } = options;
  const coverage = coverageOf(catalogOf(options, cli));
  const command = commandLine("cairn types", { catalog, data });
  const whose = catalog === undefined && data.length === 0 ? "builtin" : "own";
  await cli.print(coverage, () => coverageModule(coverage, command, whose));
  return EXIT.ok;
}

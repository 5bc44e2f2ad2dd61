import { coverageModule, coverageOf } from "../../recipe";
import { type Cli } from "../cli";
import { EXIT, type ExitCode } from "../exit";
import { catalogOf } from "../inputs";
import { type CatalogOptions, flagsOf } from "../options";

/** `cairn types`: a TypeScript module, or the products that it is made of. A catalogue of one's own counts where the module is included. */
export async function run(options: CatalogOptions, cli: Cli): Promise<ExitCode> {
  const coverage = coverageOf(catalogOf(options, cli));
  const flags = flagsOf(options, ["catalog", "data"]);
  const command = ["cairn types", ...flags].join(" ");
  await cli.print(coverage, () => coverageModule(coverage, command, flags.length > 0 ? "own" : "builtin"));
  return EXIT.ok;
}

import { printable } from "../../errors";
import { lintCatalog, type LintFinding, type LintReport } from "../../recipe";
import { type Cli } from "../cli";
import { EXIT, type ExitCode } from "../exit";
import { shortPaths } from "../files";
import { catalogOf } from "../inputs";
import { type CatalogOptions, type RuleSeverity } from "../options";
import { type Style } from "../style";
import { count } from "../table";

export interface LintVerbOptions extends CatalogOptions {
  readonly rule?: readonly RuleSeverity[];
}

/** `cairn lint`. */
export async function run(options: LintVerbOptions, cli: Cli): Promise<ExitCode> {
  const rules = Object.fromEntries((options.rule ?? []).map(({ name, severity }) => [name, severity]));
  const report = lintCatalog(() => catalogOf(options, cli), { rules });
  const errors = report.findings.filter(({ severity }) => severity === "error").length;
  const summary = { errors, warnings: report.findings.length - errors, recipes: report.recipes };
  await cli.print({ findings: report.findings, summary }, () => shortPaths(text(report, summary, cli.style), cli));
  return errors > 0 ? EXIT.checkFailed : EXIT.ok;
}

interface Summary {
  readonly errors: number;
  readonly warnings: number;
  readonly recipes: number;
}

function text({ findings }: LintReport, { errors, warnings, recipes }: Summary, style: Style): string {
  const mark = errors > 0 ? style.bad : warnings > 0 ? style.warn : style.good;
  const found = mark(`${count(errors, "error")}, ${count(warnings, "warning")}`);
  const tried = style.faint(`${count(recipes, "recipe")} composed`);
  return [...findings.map((finding) => findingText(finding, style)), `${found}; ${tried}`].join("\n");
}

/** The place first, as editors and terminals link it. */
function findingText({ rule, severity, path, message, hint, ...at }: LintFinding, style: Style): string {
  const place = [at.file, at.line, at.line === undefined ? undefined : at.column].filter((part) => part !== undefined);
  const label = severity === "error" ? style.bad(severity) : style.warn(severity);
  const what = path === undefined ? message : `${path}: ${message}`;
  const head = [
    ...(place.length > 0 ? [style.strong(printable(place.join(":")))] : []),
    label,
    printable(what),
    style.faint(`[${rule}]`),
  ];
  return [head.join(" "), ...(hint === undefined ? [] : [`  → ${printable(hint)}`])].join("\n");
}

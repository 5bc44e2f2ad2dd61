import { type Catalog } from "./catalog";
import { lazyLint } from "./lazy";
import type * as Lint from "./lint";

export type { LintFinding, LintOptions, LintReport, Severity } from "./lint";

/**
 * Tries every authoring rule on a catalogue, beyond what loading refuses (docs/recipes.md, "Lint"). A catalogue that does not load has its
 * loading findings as result.
 *
 * @param load - Reads the catalogue.
 * @throws CairnError `LINT_RULE_UNKNOWN` when the options name a rule that does not exist, and what `load` throws beside `CATALOG_INVALID`.
 * @example
 * const { findings } = lintCatalog(() => loadCatalog(["recipes"]));
 * const errors = findings.filter(({ severity }) => severity === "error");
 */
export function lintCatalog(load: () => Catalog, options: Lint.LintOptions = {}): Lint.LintReport {
  return lazyLint().lint(load, options);
}

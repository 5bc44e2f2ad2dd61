/*
 * Build step: keeps what the built-in catalogue covers as TypeScript types among the sources, where the compiler and people find them. Run
 * as part of `npm run build`.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtinCatalog } from "./builtin";
import { coverageOf } from "./coverage";
import { coverageModule } from "./coverage-types";

/** The source, seen from the compiled code. */
export const BUILTIN_COVERAGE = join(__dirname, "../../recipe/builtin-coverage.ts");

export function builtinCoverageModule(): string {
  return coverageModule(coverageOf(builtinCatalog()), "npm run build");
}

if (require.main === module) writeFileSync(BUILTIN_COVERAGE, builtinCoverageModule());

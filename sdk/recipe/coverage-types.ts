import { type CoveredProduct } from "./coverage";
import { DIMENSIONS } from "./types";

/** The package's entry point whose `Catalogues` a project's own types are merged into. */
const ENTRY_POINT = "@cairn/sdk/recipe";

/**
 * A TypeScript module that exports what is covered as the type `CoveredCriteria`.
 *
 * @param command - The command that makes the module again.
 * @param scope - `"own"` makes it count in every program that includes the module, in place of the built-in catalogue's coverage.
 */
export function coverageModule(
  coverage: readonly CoveredProduct[],
  command: string,
  scope: "builtin" | "own" = "builtin",
): string {
  const heading = `// Combinations of criteria that a recipe covers. Made by \`${command}\`; do not edit.\n`;
  const union = `export type CoveredCriteria = Readonly<\n${coverage.map(memberText).join("\n")}\n>;\n`;
  return [heading, union, ...(scope === "own" ? [REGISTRATION] : [])].join("\n");
}

const REGISTRATION = `declare module "${ENTRY_POINT}" {
  interface Catalogues {
    readonly own: CoveredCriteria;
  }
}
`;

/** One member of the union. What may be left out is optional. */
function memberText(product: CoveredProduct): string {
  const properties = DIMENSIONS.map((dimension) => {
    const values = product[dimension];
    return `${dimension}${values.includes("any") ? "?" : ""}: ${values.map((value) => JSON.stringify(value)).join(" | ")}`;
  });
  return `  | { ${properties.join("; ")} }`;
}

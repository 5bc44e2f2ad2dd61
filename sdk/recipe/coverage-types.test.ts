import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { coverageModule, type CoveredProduct } from ".";
import { compile } from "../compiling.test";
import { BUILTIN_COVERAGE, builtinCoverageModule } from "./compile-types";
import { DIMENSIONS } from "./types";

const coverage: readonly CoveredProduct[] = [
  { service: ["any"], accelerator: ["any"], intent: ["any"], os: ["any"], platform: ["any"] },
  { service: ["eks"], accelerator: ["h100"], intent: ["training"], os: ["any", "ubuntu"], platform: ["any", "slurm"] },
  { service: ["eks"], accelerator: ["any", "h100"], intent: ["inference"], os: ["any"], platform: ["nim"] },
];

describe("types of what is covered", function () {
  this.timeout(60_000); // the compiler reads its own library first

  it("are those of the built-in catalogue among the sources", () => {
    assert.equal(
      readFileSync(BUILTIN_COVERAGE, "utf8"),
      builtinCoverageModule(),
      "sdk/recipe/builtin-coverage.ts is out of date: run `npm run build`",
    );
  });

  it("read well", () => {
    assert.equal(
      coverageModule(coverage.slice(1), "cairn types --data my-data", "own"),
      `// Combinations of criteria that a recipe covers. Made by \`cairn types --data my-data\`; do not edit.

export type CoveredCriteria = Readonly<
  | { service: "eks"; accelerator: "h100"; intent: "training"; os?: "any" | "ubuntu"; platform?: "any" | "slurm" }
  | { service: "eks"; accelerator?: "any" | "h100"; intent: "inference"; os?: "any"; platform: "nim" }
>;

declare module "@cairn/sdk/recipe" {
  interface Catalogues {
    readonly own: CoveredCriteria;
  }
}
`,
    );
  });

  it("let the compiler take what is covered, stated or left out, and nothing else", () => {
    const values = [
      ["any", "eks", "gke"],
      ["any", "h100"],
      ["any", "training", "inference"],
      ["any", "ubuntu"],
      ["any", "slurm", "nim"],
    ];
    const queries = values.reduce<string[][]>((all, some) => all.flatMap((q) => some.map((v) => [...q, v])), [[]]);
    const literal = (query: readonly string[], write: (value: string) => boolean): string =>
      `{ ${DIMENSIONS.flatMap((d, i) => (write(query[i] ?? "") ? [`${d}: "${query[i]}"`] : [])).join(", ")} }`;
    const lines = queries.flatMap((query) => {
      const covered = coverage.some((product) => DIMENSIONS.every((d, i) => product[d].includes(query[i] ?? "")));
      return [literal(query, () => true), literal(query, (value) => value !== "any")].map((text) => ({
        text,
        covered,
      }));
    });
    const { errors } = compile({
      "coverage.ts": coverageModule(coverage, "cairn types"),
      "program.ts": [
        'import { type CoveredCriteria } from "./coverage.js"; const all: CoveredCriteria[] = [];',
        ...lines.map(({ text }) => `all.push(${text});`),
      ].join("\n"),
    });
    const refused = new Set(errors.map(({ line }) => line - 2));
    for (const [i, { text, covered }] of lines.entries()) assert.equal(refused.has(i), !covered, text);
    assert.ok(lines.filter(({ covered }) => covered).length > 10);
  });
});

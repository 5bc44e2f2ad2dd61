import { stripVTControlCharacters } from "node:util";

const widthOf = (cell: string): number => stripVTControlCharacters(cell).length;
const pad = (cell: string, width: number): string => cell + " ".repeat(Math.max(0, width - widthOf(cell)));

/** Rows with their columns aligned; the last column is left as it is. */
export function table(rows: readonly (readonly string[])[], indent = "  "): string {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(widest[column] ?? 0, widthOf(cell))),
    [],
  );
  return rows
    .map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : pad(cell, widths[column] ?? 0))))
    .map((cells) => `${indent}${cells.join("  ")}`.trimEnd())
    .join("\n");
}

/** `1 chart`, `2 charts`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

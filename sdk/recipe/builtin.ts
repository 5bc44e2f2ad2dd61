import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Catalog, parseFresh, type ParsedCatalog, type Parser, readCatalog } from "./catalog";
import { type CatalogLayer } from "./files";

/** The built-in catalogue in parsed form, as the build leaves it. */
export interface CompiledCatalog {
  /** Of the files that it was made from. */
  readonly digest: string;
  readonly parsed: ParsedCatalog;
}

/** Written by `compile.ts`. Named from the folder above, as in `lazy.ts`. */
export const COMPILED = join(__dirname, "../recipe/builtin.json");

let builtin: Catalog | undefined;

/**
 * The catalogue that comes with this package.
 *
 * @param data - Directories to lay on it, as with `--data`; later ones win by name.
 * @throws CairnError `CATALOG_INVALID`
 */
export function builtinCatalog(data: readonly string[] = []): Catalog {
  if (data.length > 0) return readCatalog([builtinLayer(), ...data.map(layerOf)]);
  builtin ??= readCatalog([builtinLayer()], storedParser(COMPILED));
  return builtin;
}

/**
 * Reads a catalogue from one or more directories.
 *
 * @param dirs - Later ones win: overlays and mixins by name, components by name, other files by path.
 * @throws CairnError `CATALOG_INVALID` with every finding at its file, line and column.
 */
export function loadCatalog(dirs: readonly string[]): Catalog {
  return readCatalog(dirs.map(layerOf));
}

/** Beside the compiled code in the npm package, at the root of the repository in a checkout. */
export function builtinLayer(): CatalogLayer {
  const packaged = join(__dirname, "../../recipes");
  return { directory: existsSync(packaged) ? packaged : join(__dirname, "../../../recipes"), label: "recipes" };
}

/** Takes the stored result if it is for exactly these bytes. */
export function storedParser(file: string): Parser {
  return (files, digest, findings) => {
    const stored = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as CompiledCatalog) : undefined;
    return stored?.digest === digest ? stored.parsed : parseFresh(files, digest, findings);
  };
}

function layerOf(directory: string): CatalogLayer {
  return { directory, label: directory.replace(/(?<=.)\/+$/, "") };
}

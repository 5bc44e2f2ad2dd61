import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Catalog, readCatalog } from "./catalog";
import { type BuiltLayer, compiledLayer, readCompiled } from "./compiled";
import { type CatalogLayer } from "./files";

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
  const layer = builtinLayer();
  if (data.length > 0) return readCatalog([compiledLayer(COMPILED, layer) ?? layer, ...data.map(layerOf)]);
  builtin ??= readCompiled(COMPILED, layer) ?? readCatalog([layer]);
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
export function builtinLayer(): BuiltLayer {
  const packaged = join(__dirname, "../../recipes");
  const isPackage = existsSync(packaged);
  return { directory: isPackage ? packaged : join(__dirname, "../../../recipes"), label: "recipes", isPackage };
}

function layerOf(directory: string): CatalogLayer {
  return { directory, label: directory.replace(/(?<=.)\/+$/, "") };
}

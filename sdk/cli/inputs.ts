import { resolve as resolvePath } from "node:path";
import { builtinCatalog, loadCatalog, parseCriteria, resolve, type Catalog, type Resolution } from "../recipe";
import { type World } from "./cli";
import { type CatalogOptions, type CriteriaOptions } from "./options";

/** The catalogue that `--catalog` and `--data` name. */
export function catalogOf({ catalog, data = [] }: CatalogOptions, { cwd }: World): Catalog {
  const layers = data.map((directory) => resolvePath(cwd, directory));
  return catalog === undefined ? builtinCatalog(layers) : loadCatalog([resolvePath(cwd, catalog), ...layers]);
}

/** The recipe for the criteria of the command line. */
export function resolutionOf(options: CatalogOptions & CriteriaOptions, world: World): Resolution {
  const catalog = catalogOf(options, world);
  const { service, accelerator, intent, os, platform, nodes } = options;
  return resolve(catalog, parseCriteria({ service, accelerator, intent, os, platform, nodes }, catalog));
}

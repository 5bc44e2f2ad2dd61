import { resolve as resolvePath } from "node:path";
import { CairnError } from "../errors";
import {
  builtinCatalog,
  loadCatalog,
  parseCriteria,
  parseDynamic,
  parseSetting,
  resolve,
  resolveDetected,
  type Catalog,
  type RecipeChoices,
  type Resolution,
  type ValueSetting,
} from "../recipe";
import { type World } from "./cli";
import { readText } from "./files";
import { type CatalogOptions, type ChoiceOptions, type RecipeSelection } from "./options";

/** The catalogue that `--catalog` and `--data` name. */
export function catalogOf({ catalog, data = [] }: CatalogOptions, { cwd }: World): Catalog {
  const layers = data.map((directory) => resolvePath(cwd, directory));
  return catalog === undefined ? builtinCatalog(layers) : loadCatalog([resolvePath(cwd, catalog), ...layers]);
}

/** The recipe for the criteria and choices of the command line. */
export async function resolutionOf(options: RecipeSelection, world: World): Promise<Resolution> {
  const catalog = catalogOf(options, world);
  const { service, accelerator, intent, os, platform, nodes } = options;
  const stated = { service, accelerator, intent, os, platform, nodes };
  const choices = choicesOf(options, world);
  // Strict for a pipeline: what a folder of one's own adds to the catalogue is then not enough.
  const isStrict = options.criteriaStrict || isOn(world.env["CAIRN_CRITERIA_STRICT"]);
  const vocabulary = isStrict ? builtinCatalog() : catalog;
  if (isStrict) parseCriteria(stated, vocabulary);
  if (options.snapshot === undefined) return resolve(catalog, parseCriteria(stated, catalog), choices);
  const file = resolvePath(world.cwd, options.snapshot);
  const source = readText(file, "SNAPSHOT_MISSING", "write one with `cairn snapshot --output json`");
  const { criteriaFromSnapshot, parseSnapshot } = await import("../validation/index.js");
  return resolveDetected(catalog, stated, criteriaFromSnapshot(parseSnapshot(source, file)), choices, vocabulary);
}

/** Whether a variable of the environment switches something on. */
const isOn = (value = ""): boolean => !["", "0", "false"].includes(value.toLowerCase());

/**
 * What `--profile` and the forms of `--set` say.
 *
 * @throws CairnError `SETTING_INVALID`, `PROFILE_INVALID` or `SETTING_FILE_MISSING`
 */
export function choicesOf(options: ChoiceOptions, world: World): RecipeChoices {
  const values = [
    ...(options.set ?? []).map((text) => parseSetting(text)),
    ...(options.setFile ?? []).map((text) => fromFile(parseSetting(text, "text"), world)),
    ...(options.setJson ?? []).map((text) => parseSetting(text, "json")),
  ];
  const profiles = Object.fromEntries((options.profile ?? []).map(profileChoice));
  const dynamic = (options.dynamic ?? []).map(parseDynamic);
  return { profiles, values, dynamic, ...(options.region !== undefined && { region: options.region }) };
}

function profileChoice(text: string): readonly [string, string] {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new CairnError("PROFILE_INVALID", `"${text}" does not choose a profile's value`, { hint: "write name=value" });
}

function fromFile(setting: ValueSetting, world: World): ValueSetting {
  const file = resolvePath(world.cwd, String(setting.value));
  return { ...setting, value: readText(file, "SETTING_FILE_MISSING", "name a file after `=` in --set-file") };
}

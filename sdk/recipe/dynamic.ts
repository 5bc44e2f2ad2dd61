import { CairnError } from "../errors";
import { formatSettingPath, parsePath, pathsOverlap } from "./path";
import { type DynamicPath, type Recipe, type ValueSetting } from "./types";
import { obstacle, setValue } from "./values";

/** Which settings are values that a recipe left open, and which change the recipe. */
export function splitDynamic(
  settings: readonly ValueSetting[],
  dynamic: readonly DynamicPath[],
): { readonly given: readonly ValueSetting[]; readonly fixed: readonly ValueSetting[] } {
  const isDynamic = (setting: ValueSetting): boolean => dynamic.some((open) => covers(open, setting));
  return { given: settings.filter(isDynamic), fixed: settings.filter((setting) => !isDynamic(setting)) };
}

const covers = (open: DynamicPath, { component, path }: ValueSetting): boolean =>
  open.component === component && path.length >= open.path.length && pathsOverlap(open.path, path);

/**
 * The recipe with the values that it left open (`--dynamic`). Its digest is another one: what is locked is the recipe without them.
 *
 * @throws CairnError `DYNAMIC_VALUES` when one is missing, or is none of those that were left open
 * @example
 * withDynamicValues(recipe, settingsOf({ "aws-efa": { image: { repository: mirror } } }));
 */
export function withDynamicValues(recipe: Recipe, given: readonly ValueSetting[]): Recipe {
  const open = recipe.metadata.dynamic ?? [];
  const missing = open.filter((dynamic) => !given.some((setting) => covers(dynamic, setting)));
  const findings = [
    ...missing.map(({ component, path }) => ({
      path: `${component}:${path}`,
      message: "is left to the program, which does not give it",
    })),
    ...splitDynamic(given, open).fixed.map(({ component, path }) => ({
      path: `${component}:${path}`,
      message: "is not left to the program",
    })),
    ...given.flatMap(({ component, path }) => {
      const values = recipe.componentRefs.find(({ name }) => name === component)?.values ?? {};
      const problem = obstacle(values, parsePath(path) ?? [path]);
      return problem === undefined ? [] : [{ path: `${component}:${path}`, ...problem }];
    }),
  ];
  if (findings.length > 0)
    throw new CairnError("DYNAMIC_VALUES", "the values that the recipe leaves to the program do not fit", {
      findings,
      hint: "give each in `values` of the cluster, and nothing else that the lock does not know",
    });
  return { ...recipe, componentRefs: recipe.componentRefs.map((component) => complete(component, given)) };
}

function complete(
  component: Recipe["componentRefs"][number],
  given: readonly ValueSetting[],
): Recipe["componentRefs"][number] {
  const mine = given.filter((setting) => setting.component === component.name);
  if (mine.length === 0) return component;
  const values = mine.reduce(
    (all, { path, value }) => setValue(all, parsePath(path) ?? [path], value),
    component.values,
  );
  return { ...component, values };
}

/**
 * Reads `component:path`, as `--dynamic` takes it.
 *
 * @throws CairnError `SETTING_INVALID`
 */
export function parseDynamic(text: string): DynamicPath {
  const [, component, rest] = /^([^:=]+):([^=]+)$/.exec(text) ?? [];
  const path = rest === undefined ? undefined : parsePath(rest);
  if (component !== undefined && path !== undefined) return { component, path: formatSettingPath(path) };
  throw new CairnError("SETTING_INVALID", `"${text}" does not name a value`, { hint: "write component:path" });
}

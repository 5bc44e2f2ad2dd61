import { suggestion } from "../nearest";
import { type Catalog, type CatalogDocument } from "./catalog";
import { type ComponentDraft, offSwitch } from "./components";
import { type Notes, where } from "./constraints";
import { formatPath, parsePath, pathsOverlap } from "./path";
import { type ChosenProfile } from "./profiles";
import { type Origin } from "./trace";
import { type ValueSetting } from "./types";

/** What settings are reported and traced as. */
const DOCUMENT: CatalogDocument<unknown> = { file: "--set", path: "", layer: 0, places: {}, value: undefined };

/**
 * Gives each value that was set from outside to its component. Refused: a component that the recipe does not have, one that its documents
 * switched off, a path that a profile decides, and two settings of which one would undo the other.
 *
 * @returns The settings with the components' own names.
 */
export function settle(
  settings: readonly ValueSetting[],
  drafts: ReadonlyMap<string, ComponentDraft>,
  catalog: Catalog,
  profiles: readonly ChosenProfile[],
  notes: Notes,
): readonly ValueSetting[] {
  return settings.flatMap((setting) => {
    const name = nameOf(setting.component, drafts, catalog);
    const path = parsePath(setting.path) ?? [setting.path];
    const text = formatPath(path);
    const report = (message: string, extra: { readonly hint?: string } = {}): readonly ValueSetting[] => {
      notes.findings.push({ file: DOCUMENT.file, path: `${setting.component}:${text}`, message, ...extra });
      return [];
    };
    const draft = name === undefined ? undefined : drafts.get(name);
    if (name === undefined || draft === undefined)
      return report(`the recipe has no component "${setting.component}"`, suggestion(setting.component, drafts.keys()));
    const owner = profiles.find(({ owned }) => [...(owned.get(name) ?? [])].some((mine) => pathsOverlap(mine, text)));
    if (owner !== undefined)
      return report(`profile ${owner.name} (${where(owner.origin)}) decides this`, {
        hint: `choose with \`--profile ${owner.name}=…\``,
      });
    const earlier = draft.settings.find((other) => other.origin.document === DOCUMENT && undoes(path, other.path));
    if (earlier !== undefined)
      return report(`would undo what is set at ${formatPath(earlier.path)}`, { hint: "set the outer value first" });
    const origin: Origin = { document: DOCUMENT, path: [] };
    if (text === "enabled") {
      const off = offSwitch(draft);
      if (setting.value !== false && off !== undefined)
        return report(`${name} is switched off by ${where(off)}`, {
          hint: "an overlay in a `--data` folder can switch it on",
        });
      draft.overrides.push({ value: { enabled: setting.value }, origin });
    } else {
      draft.settings.push({ path, value: setting.value, origin, rule: "set from outside" });
    }
    return [{ component: name, path: text, value: setting.value }];
  });
}

/** By its own name first, then by an alias of the registry. */
function nameOf(asked: string, drafts: ReadonlyMap<string, ComponentDraft>, catalog: Catalog): string | undefined {
  if (drafts.has(asked)) return asked;
  return [...catalog.components.values()].find(({ value }) => value.valueOverrideKeys?.includes(asked))?.name;
}

/** A setting at the same place or around an earlier one. */
const undoes = (later: readonly string[], earlier: readonly string[]): boolean =>
  later.length <= earlier.length && later.every((key, i) => key === earlier[i]);

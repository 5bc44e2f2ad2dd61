import { type Finding } from "../errors";
import { type JsonValue } from "../json";
import { suggestion } from "../nearest";
import { type Catalog, type CatalogDocument } from "./catalog";
import { type ComponentDraft, itemLeftOpen, offSwitch } from "./components";
import { type Notes, where } from "./constraints";
import { formatPath, formatSettingPath, leadsTo, parsePath, type Path, pathsOverlap } from "./path";
import { type ChosenProfile } from "./profiles";
import { type Origin } from "./trace";
import { type DynamicPath, type ValueSetting } from "./types";

/** What settings are reported and traced as. */
const DOCUMENT: CatalogDocument<unknown> = { file: "--set", path: "", layer: 0, places: {}, value: undefined };
const ORIGIN: Origin = { document: DOCUMENT, path: [] };

/** Whether a finding is about a setting or an open value, and no document of the catalogue. */
export const isOfChoices = ({ file }: Finding): boolean => file === DOCUMENT.file || file === "--dynamic";

/** Where settings are looked up. */
export interface Settling {
  readonly drafts: ReadonlyMap<string, ComponentDraft>;
  readonly catalog: Catalog;
  readonly profiles: readonly ChosenProfile[];
  readonly notes: Notes;
}

/**
 * Gives each value that was set from outside to its component. Refused: a component that the recipe does not have, one that its documents
 * switched off, a path that a profile decides, and a value that is set twice.
 *
 * @returns The settings with the components' own names.
 */
export function settle(settings: readonly ValueSetting[], settling: Settling): readonly ValueSetting[] {
  return settings.flatMap((setting) => {
    const target = targetOf(setting, "--set", settling);
    if (target === undefined) return [];
    return target.text === "enabled" ? turn(target, setting.value) : lay(target, setting.value);
  });
}

/** An outer value goes before inner ones that are already there, so that the deeper one always counts. */
function lay({ draft, path, text, report }: Target, value: JsonValue): readonly ValueSetting[] {
  const inner = draft.settings.findIndex((other) => leadsTo(path, other.path));
  const at = inner < 0 ? draft.settings.length : inner;
  if (draft.settings.some((other) => other.path.length === path.length && leadsTo(path, other.path)))
    return report("is set twice", { hint: "leave out one of the two" });
  draft.settings.splice(at, 0, { path, value, origin: ORIGIN, rule: "set from outside" });
  return [{ component: draft.name, path: text, value }];
}

/** Whether a component is deployed is none of its chart's values. */
function turn({ draft, text, report }: Target, value: JsonValue): readonly ValueSetting[] {
  const on = SWITCH_WORDS.get(String(value).toLowerCase());
  const off = offSwitch(draft);
  if (on === undefined || value === null)
    return report(`${JSON.stringify(value)} is neither true nor false`, { hint: `write ${draft.name}:enabled=false` });
  if (on && off?.document === DOCUMENT) return report("is set twice", { hint: "leave out one of the two" });
  if (on && off !== undefined)
    return report(`${draft.name} is switched off by ${where(off)}`, {
      hint: "an overlay in a `--data` folder can switch it on",
    });
  if (!on) draft.overrides.push({ value: { enabled: false }, origin: ORIGIN });
  return [{ component: draft.name, path: text, value: on }];
}

const SWITCH_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...["true", "t", "1"].map((word) => [word, true] as const),
  ...["false", "f", "0"].map((word) => [word, false] as const),
]);

/**
 * Leaves values to the program: they are not in the recipe.
 *
 * @returns The paths with the components' own names.
 */
export function leaveOpen(paths: readonly DynamicPath[], settling: Settling): readonly DynamicPath[] {
  return paths.flatMap((dynamic) => {
    const target = targetOf(dynamic, "--dynamic", settling);
    if (target === undefined) return [];
    const { draft, path, text, report } = target;
    const item = path.findIndex((segment) => typeof segment === "number");
    if (text === "enabled")
      return report(`whether ${draft.name} is deployed cannot be left open`, {
        hint: `decide with \`--set ${draft.name}:enabled=false\`, or leave it on`,
      });
    if (item >= 0) {
      const { message, hint } = itemLeftOpen(path.slice(0, item));
      return report(message, { hint });
    }
    if (draft.settings.some((other) => leadsTo(other.path, path) || leadsTo(path, other.path)))
      return report("is set as well", { hint: "leave out one of the two" });
    draft.open.push(path);
    return [{ component: draft.name, path: text }];
  });
}

interface Target {
  readonly draft: ComponentDraft;
  readonly path: Path;
  readonly text: string;
  /** Gives nothing, so that the caller can return it. */
  readonly report: (message: string, extra: { readonly hint?: string }) => readonly [];
}

function targetOf(
  asked: DynamicPath,
  option: string,
  { drafts, catalog, profiles, notes }: Settling,
): Target | undefined {
  const name = nameOf(asked.component, drafts, catalog);
  const path = parsePath(asked.path) ?? [asked.path];
  const text = formatSettingPath(path);
  const report = (message: string, extra: { readonly hint?: string }): readonly [] => {
    notes.findings.push({ file: option, path: `${asked.component}:${text}`, message, ...extra });
    return [];
  };
  const draft = name === undefined ? undefined : drafts.get(name);
  const owner = profiles.find(({ owned }) =>
    [...(owned.get(name ?? "") ?? [])].some((mine) => pathsOverlap(mine, formatPath(path))),
  );
  if (draft === undefined)
    report(`the recipe has no component "${asked.component}"`, suggestion(asked.component, drafts.keys()));
  else if (owner !== undefined)
    report(`profile ${owner.name} (${where(owner.origin)}) decides this`, {
      hint: `choose with \`--profile ${owner.name}=…\``,
    });
  else return { draft, path, text, report };
  return undefined;
}

/** By its own name first, then by an alias of the registry. */
function nameOf(asked: string, drafts: ReadonlyMap<string, ComponentDraft>, catalog: Catalog): string | undefined {
  if (drafts.has(asked)) return asked;
  return [...catalog.components.values()].find(({ value }) => value.valueOverrideKeys?.includes(asked))?.name;
}

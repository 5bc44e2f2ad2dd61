import { suggestion } from "../nearest";
import { type Catalog, type CatalogDocument } from "./catalog";
import { type ComponentDraft, offSwitch } from "./components";
import { type Notes, where } from "./constraints";
import { formatPath, parsePath, pathsOverlap } from "./path";
import { type ChosenProfile } from "./profiles";
import { type Origin } from "./trace";
import { type DynamicPath, type ValueSetting } from "./types";

/** What settings are reported and traced as. */
const DOCUMENT: CatalogDocument<unknown> = { file: "--set", path: "", layer: 0, places: {}, value: undefined };

/** Where settings are looked up. */
export interface Settling {
  readonly drafts: ReadonlyMap<string, ComponentDraft>;
  readonly catalog: Catalog;
  readonly profiles: readonly ChosenProfile[];
  readonly notes: Notes;
}

/**
 * Gives each value that was set from outside to its component. Refused: a component that the recipe does not have, one that its documents
 * switched off, a path that a profile decides, and two settings of which one would undo the other.
 *
 * @returns The settings with the components' own names.
 */
export function settle(settings: readonly ValueSetting[], settling: Settling): readonly ValueSetting[] {
  return settings.flatMap((setting) => {
    const target = targetOf(setting, "--set", settling);
    if (target === undefined) return [];
    const { draft, path, text, report } = target;
    const earlier = draft.settings.find((other) => other.origin.document === DOCUMENT && undoes(path, other.path));
    const off = text === "enabled" && setting.value !== false ? offSwitch(draft) : undefined;
    if (earlier !== undefined)
      return report(`would undo what is set at ${formatPath(earlier.path)}`, { hint: "set the outer value first" });
    if (off !== undefined)
      return report(`${draft.name} is switched off by ${where(off)}`, {
        hint: "an overlay in a `--data` folder can switch it on",
      });
    const origin: Origin = { document: DOCUMENT, path: [] };
    if (text === "enabled") draft.overrides.push({ value: { enabled: setting.value }, origin });
    else draft.settings.push({ path, value: setting.value, origin, rule: "set from outside" });
    return [{ component: draft.name, path: text, value: setting.value }];
  });
}

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
    if (
      draft.settings.some((other) => other.origin.document === DOCUMENT && pathsOverlap(formatPath(other.path), text))
    )
      return report("is set as well", { hint: "leave out one of the two" });
    draft.open.push(path);
    return [{ component: draft.name, path: text }];
  });
}

interface Target {
  readonly draft: ComponentDraft;
  readonly path: readonly string[];
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
  const text = formatPath(path);
  const report = (message: string, extra: { readonly hint?: string }): readonly [] => {
    notes.findings.push({ file: option, path: `${asked.component}:${text}`, message, ...extra });
    return [];
  };
  const draft = name === undefined ? undefined : drafts.get(name);
  const owner = profiles.find(({ owned }) =>
    [...(owned.get(name ?? "") ?? [])].some((mine) => pathsOverlap(mine, text)),
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

/** A setting at the same place or around an earlier one. */
const undoes = (later: readonly string[], earlier: readonly string[]): boolean =>
  later.length <= earlier.length && later.every((key, i) => key === earlier[i]);

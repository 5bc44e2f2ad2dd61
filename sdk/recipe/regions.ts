import { suggestion } from "../nearest";
import { type Catalog } from "./catalog";
import { type ComponentDraft, offSwitch } from "./components";
import { type Notes } from "./constraints";
import { leadsTo, parsePath } from "./path";

/**
 * Gives each component the values of the cluster's region, unless its value is set from outside or left open. Without a region the
 * component's own value stays, with a warning: a pull across regions costs egress and may be blocked.
 */
export function layRegion(
  region: string | undefined,
  drafts: ReadonlyMap<string, ComponentDraft>,
  catalog: Catalog,
  notes: Notes,
): void {
  for (const [name, document] of catalog.regions) {
    const draft = drafts.get(name);
    if (draft === undefined || offSwitch(draft) !== undefined) continue;
    const { path, regions } = document.value.spec;
    const at = parsePath(path) ?? [path];
    if ([...draft.settings.map((setting) => setting.path), ...draft.open].some((said) => leadsTo(said, at))) continue;
    if (region === undefined) {
      notes.warnings.push({
        message: `${name}.${path} depends on the region, and none is stated`,
        hint: "add `--region`",
      });
    } else if (Object.hasOwn(regions, region)) {
      const origin = { document, path: ["spec", "regions", region] };
      // Under what was set from outside, which has the last word.
      draft.settings.unshift({ path: at, value: regions[region] ?? null, origin, rule: `region ${region}` });
    } else {
      notes.findings.push({
        path: "region",
        message: `nobody knows ${name}.${path} for region "${region}" (${document.file})`,
        hint: `${suggestion(region, Object.keys(regions)).hint ?? "wait for a release that does,"} or state it: --set ${name}:${path}=…`,
      });
    }
  }
}

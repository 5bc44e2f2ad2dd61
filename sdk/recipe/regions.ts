import { suggestion } from "../nearest";
import { type Catalog } from "./catalog";
import { type ComponentDraft, offSwitch } from "./components";
import { type Notes } from "./constraints";
import { parsePath } from "./path";

/**
 * Gives each component the values of the cluster's region. Without one the component's own value stays, with a warning: a pull across regions
 * costs egress and may be blocked.
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
    if (region === undefined) {
      notes.warnings.push({
        message: `${name}.${path} depends on the region, and none is stated`,
        hint: "add `--region`",
      });
    } else if (Object.hasOwn(regions, region)) {
      const origin = { document, path: ["spec", "regions", region] };
      draft.settings.push({
        path: parsePath(path) ?? [path],
        value: regions[region] ?? null,
        origin,
        rule: `region ${region}`,
      });
    } else {
      notes.findings.push({
        path: "region",
        message: `nobody knows ${name}.${path} for region "${region}" (${document.file})`,
        ...suggestion(region, Object.keys(regions)),
      });
    }
  }
}

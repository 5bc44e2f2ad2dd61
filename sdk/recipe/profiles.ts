import { type JsonObject } from "../json";
import { suggestion } from "../nearest";
import { type Overlay } from "./catalog";
import { type ComponentDraft } from "./components";
import { findingAt, type Notes, where } from "./constraints";
import { formatPath, parsePath, type Path, pathsOverlap } from "./path";
import { type ProfileDocument } from "./schema";
import { type Origin } from "./trace";
import { mergeValues } from "./values";

/** A configuration choice that a recipe offers, with what was chosen. */
export interface ChosenProfile {
  readonly name: string;
  readonly value: string;
  readonly document: NonNullable<ProfileDocument["values"][string]>;
  /** Of the chosen value. */
  readonly origin: Origin;
  /** Paths in the values of a component that only this profile may set, formatted. */
  readonly owned: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The profiles of the overlays, a later one in place of an earlier one of the same name, and the value of each that counts. */
export function chooseProfiles(
  overlays: readonly Overlay[],
  asked: Readonly<Record<string, string>>,
  notes: Notes,
): readonly ChosenProfile[] {
  const declared = declaredProfiles(overlays);
  for (const name of Object.keys(asked)) {
    if (declared.has(name)) continue;
    const known = declared.size === 0 ? "it has none" : `it has ${[...declared.keys()].join(", ")}`;
    notes.findings.push({
      path: "profile",
      message: `the recipe has no profile "${name}"; ${known}`,
      ...suggestion(name, declared.keys()),
    });
  }
  return [...declared].flatMap(([name, { profile, origin }]) => {
    const chosen = Object.hasOwn(asked, name) ? asked[name] : undefined;
    const value = chosen ?? profile.default;
    const document = Object.hasOwn(profile.values, value) ? profile.values[value] : undefined;
    if (document !== undefined) {
      const at = { document: origin.document, path: [...origin.path, "values", value] };
      return [{ name, value, document, origin: at, owned: ownedPaths(profile) }];
    }
    const values = Object.keys(profile.values);
    notes.findings.push({
      ...(chosen === undefined ? findingAt({ ...origin, path: [...origin.path, "default"] }) : { path: "profile" }),
      message: `profile ${name} has no value "${value}"; it has ${values.join(", ")}`,
      ...suggestion(value, values),
    });
    return [];
  });
}

interface Declared {
  readonly profile: ProfileDocument;
  readonly origin: Origin;
}

/** What the overlays of a recipe declare, by name. */
export function declaredProfiles(overlays: readonly Overlay[]): ReadonlyMap<string, Declared> {
  const declared = new Map<string, Declared>();
  for (const document of overlays) {
    const { profile, profiles } = document.value.spec;
    if (profile) declared.set(profile.name, { profile, origin: { document, path: ["spec", "profile"] } });
    (profiles ?? []).forEach((one, i) => {
      declared.set(one.name, { profile: one, origin: { document, path: ["spec", "profiles", i] } });
    });
  }
  return declared;
}

/** Every path that some value of the profile sets, and those that it names besides. */
function ownedPaths(profile: ProfileDocument): ReadonlyMap<string, ReadonlySet<string>> {
  const owned = new Map<string, Set<string>>();
  const own = (component: string, path: string): void => {
    owned.set(component, (owned.get(component) ?? new Set()).add(path));
  };
  for (const value of Object.values(profile.values)) {
    for (const { name, overrides } of value.componentRefs ?? []) {
      for (const path of leafPaths(overrides ?? {})) own(name, formatPath(path));
    }
  }
  for (const [component, paths] of Object.entries(profile.ownedPaths ?? {})) {
    for (const path of paths) own(component, formatPath(parsePath(path) ?? [path]));
  }
  return owned;
}

function leafPaths(values: JsonObject): readonly Path[] {
  const paths: Path[] = [];
  mergeValues({}, values, (path) => void paths.push(path));
  return paths;
}

/** Two profiles that own one path: the later one would decide, whatever was chosen for the other. */
export function checkDisjoint(profiles: readonly ChosenProfile[], notes: Notes): void {
  profiles.forEach((later, i) => {
    for (const earlier of profiles.slice(0, i))
      for (const [component, owned] of later.owned)
        for (const path of owned)
          if ([...(earlier.owned.get(component) ?? [])].some((other) => pathsOverlap(other, path)))
            notes.findings.push({
              ...findingAt(later.origin),
              path: `${component}.${path}`,
              message: `belongs to profile ${later.name} and to profile ${earlier.name} (${where(earlier.origin)})`,
              hint: "let one of them own it",
            });
  });
}

/** What documents and settings say about paths that a profile owns: a conflict, because the choice would then be half made. */
export function checkOwned(profile: ChosenProfile, drafts: ReadonlyMap<string, ComponentDraft>, notes: Notes): void {
  for (const [component, owned] of profile.owned) {
    for (const { value, origin } of drafts.get(component)?.overrides ?? []) {
      for (const keys of leafPaths(value)) {
        const path = formatPath(keys);
        if (![...owned].some((mine) => pathsOverlap(mine, path))) continue;
        notes.findings.push({
          ...findingAt({ ...origin, path: [...origin.path, ...keys] }),
          path: `${component}.${path}`,
          message: `belongs to profile ${profile.name} (${where(profile.origin)}), which decides it`,
          hint: `choose with \`--profile ${profile.name}=…\`, or change the profile`,
        });
      }
    }
  }
}

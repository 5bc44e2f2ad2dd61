import { CairnError } from "../errors";
import { type JsonValue } from "../json";
import { suggestion } from "../nearest";
import { formatPath, parsePath } from "./path";
import { type Located, locate } from "./query";
import { type Resolution, type TraceEntry } from "./types";

/**
 * Who set the value at a path, or each value below it, and what was there before. An item of a list is explained by its list, and what no
 * document says by how Cairn comes by it.
 *
 * @param path - As in the recipe (`componentRefs.gpu-operator.version`, `constraints."K8s.server.version"`), or short for a component:
 *   `gpu-operator.version`, and `gpu-operator.driver.version` for a chart value. Keys that hold dots stand in double quotes. Whatever
 *   `query` answers is explained.
 * @throws CairnError `RECIPE_PATH_UNKNOWN` when nothing is there.
 */
export function explain(resolution: Resolution, path: string): readonly TraceEntry[] {
  const asked = path.replace(/^\./, "");
  if (asked === "") return resolution.trace;
  const segments = (parsePath(asked) ?? []).map(String);
  const [first = "", ...rest] = segments;
  const forms = [segments, ["componentRefs", ...segments], ["componentRefs", first, "values", ...rest]];
  for (const form of forms) {
    const found = entriesBelow(resolution, form);
    if (segments.length > 0 && found.length > 0) return found;
  }
  const located = segments.length === 0 ? undefined : locate(resolution.recipe, segments);
  if (located !== undefined) return explainLocated(resolution, located);
  throw new CairnError("RECIPE_PATH_UNKNOWN", `the recipe has nothing at "${path}"`, {
    ...suggestion(path, shortPaths(resolution, segments.length)),
  });
}

function entriesBelow({ trace }: Resolution, path: readonly string[]): readonly TraceEntry[] {
  const prefix = formatPath(path);
  return trace.filter((entry) => entry.path === prefix || entry.path.startsWith(`${prefix}.`));
}

function explainLocated(resolution: Resolution, { path, value }: Located): readonly TraceEntry[] {
  const traced = tracedPath(path);
  const below = entriesBelow(resolution, traced);
  if (below.length > 0) return below;
  const outer = traced
    .map((_, i) => formatPath(traced.slice(0, traced.length - i)))
    .flatMap((prefix) => resolution.trace.find((entry) => entry.path === prefix) ?? []);
  return outer[0] === undefined ? [computed(traced, value)] : [outer[0]];
}

const TRACED_AS: Readonly<Record<string, string>> = { manifests: "manifestFiles", preManifests: "preManifestFiles" };

/** Documents name manifests by their paths; the recipe holds them whole. */
function tracedPath([first = "", ...rest]: readonly string[]): readonly string[] {
  if (first !== "components") return [first, ...rest];
  const [component = "", field, ...below] = rest;
  if (field === undefined) return ["componentRefs", ...rest];
  return ["componentRefs", component, TRACED_AS[field] ?? field, ...below];
}

/** What no document says, by where it stands: the first that the path begins with. */
const COMPUTED: readonly (readonly [path: RegExp, rule: string])[] = [
  [/^criteria\.nodes$/, "stated, or 0; selects nothing"],
  [/^criteria\b/, "stated, or found in the snapshot; any where it was left open"],
  [/^metadata\.profiles\b/, "chosen, or the default of the profile"],
  [/^metadata\.appliedOverlays\b/, "computed: the overlays that fit the criteria, with what they build on"],
  [/^metadata\.version$/, "the version of Cairn"],
  [/^metadata\b/, "chosen from outside"],
  [/^(apiVersion|kind)$/, "the format of recipes"],
  [/^deploymentOrder\b/, "computed: after what each component depends on, then by name"],
  [/^componentRefs\.[^"]*\.type$|^componentRefs\."[^"]*"\.type$/, "computed: from what the component consists of"],
];

function computed(path: readonly string[], value: JsonValue): TraceEntry {
  const at = formatPath(path);
  const rule = COMPUTED.find(([pattern]) => pattern.test(at))?.[1] ?? "computed: no document adds to it";
  return { path: at, value, file: "cairn", rule };
}

/** What `explain` takes, at a given depth. */
function shortPaths({ trace }: Resolution, depth: number): ReadonlySet<string> {
  return new Set(trace.map(({ path }) => formatPath(shorten((parsePath(path) ?? []).map(String)).slice(0, depth))));
}

/** `componentRefs.metrics.values.replicas` → `metrics.replicas` */
function shorten(path: readonly string[]): readonly string[] {
  const [first, component = "", field = "", ...rest] = path;
  if (first !== "componentRefs") return path;
  return field === "values" ? [component, ...rest] : [component, field, ...rest];
}

import { type Finding } from "../../errors";
import { isMap, type JsonObject, type JsonValue } from "../../json";
import { formatPath, type Path, placeKey } from "../path";
import { finding, type Rule } from "./rule";
import { type Part, profileValuesOf, refsOf } from "./walk";

const reason: Rule = {
  name: "reason",
  severity: "warning",
  why: "A single value among the `overrides` of an overlay or mixin has a comment, on its line or above, or above a map around it, up to the entry of the component: somebody will want to remove it. For the value of a profile its `description` will do.",
  check: ({ catalog }) => {
    const linesOf = new Map<string, readonly string[]>();
    const described = new Set(
      profileValuesOf(catalog).flatMap(({ value }) => (value.description ? (value.componentRefs ?? []) : [])),
    );
    const refs = refsOf(catalog).filter(({ value }) => !described.has(value));
    return refs.flatMap(({ document, path, value }) => {
      const lines = linesOf.get(document.path) ?? (catalog.files.get(document.path)?.content ?? "").split("\n");
      linesOf.set(document.path, lines);
      return scalarsIn(value.overrides ?? {})
        .filter((setting) => !isExplained({ document, path, value: setting }, lines))
        .map((setting): Finding => {
          const message = `nobody says why ${value.name} sets ${formatPath(setting)}`;
          return finding(document, [...path, "overrides", ...setting], message, "add a comment with the reason");
        });
    });
  },
};

function scalarsIn(overrides: JsonObject, path: Path = []): readonly Path[] {
  return Object.entries(overrides).flatMap(([key, value]: [string, JsonValue]): readonly Path[] => {
    const at = [...path, key];
    if (isMap(value)) return scalarsIn(value, at);
    return Array.isArray(value) ? [] : [at];
  });
}

/** Whether a comment stands at a setting or at a map around it, up to the component's entry. */
function isExplained({ document: { places }, path, value }: Part<Path>, lines: readonly string[]): boolean {
  const whole = [...path, "overrides", ...value];
  const around = Array.from({ length: value.length + 2 }, (_, i) => whole.slice(0, whole.length - i));
  return around.some((at) => {
    const key = placeKey(at);
    const place = Object.hasOwn(places, key) ? places[key] : undefined;
    return place !== undefined && hasComment(lines, place[0] - 1, place[1] - 1);
  });
}

function hasComment(lines: readonly string[], line: number, column: number): boolean {
  if (endsInComment(lines[line]?.slice(column) ?? "")) return true;
  // What is further to the right belongs to something else: a deeper map, or text that only looks like a comment.
  const [, indent] = /^(\s*)#/.exec(lines[line - 1] ?? "") ?? [];
  return indent !== undefined && indent.length <= column;
}

/** A `#` after a space that stands in no quoted text. */
function endsInComment(text: string): boolean {
  return /\s#/.test(text.replace(/(?<=^|[\s:,[{])("(\\.|[^"\\])*"|'[^']*')/g, "text"));
}

export const REASONS: readonly Rule[] = [reason];

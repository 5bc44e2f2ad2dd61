import type * as z from "zod";
import { type Finding } from "../errors";
import { lazyYaml } from "./lazy";
import { type Path, placeIn } from "./path";

/** A YAML document as plain data. */
export interface YamlText {
  readonly value: unknown;
  /** What a zod schema says of it, each at its place or, for what is missing, at the nearest thing around it. */
  findingsFor(issues: readonly z.core.$ZodIssue[]): readonly Finding[];
}

/**
 * Reads one document of YAML 1.2 that somebody else wrote, as catalogues are read: no duplicate keys, no foreign tags, bounded in size, depth
 * and aliases. A number whose text says more than its value (`25.10`) stays text.
 *
 * @param file - For findings.
 * @returns `undefined` when it cannot be read; then `findings` says why, with every place.
 */
export function readYaml(text: string, file: string, findings: Finding[]): YamlText | undefined {
  const parsed = lazyYaml().parseYaml(text, file, findings);
  if (parsed === undefined) return undefined;
  const at = (keys: readonly PropertyKey[], message: string): Finding => {
    const path = keys.map(segmentOf);
    const [line, column] = placeIn(parsed.places, path);
    return { file, line, column, path: path.join("."), message };
  };
  const findingsFor: YamlText["findingsFor"] = (issues) =>
    issues.flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => at([...issue.path, key], "unknown field"))
        : [at(issue.path, issue.message)],
    );
  return { value: parsed.value, findingsFor };
}

const segmentOf = (key: PropertyKey): Path[number] => (typeof key === "symbol" ? "" : key);
